"""A centre that is not what it says it is, or means harm: the device believes none of it."""

from __future__ import annotations

import msgspec
import pytest

from field_app.local_api.status import Status
from field_app.sync.centre import MAX_ANSWER_BYTES
from field_app.sync.orders import MAX_SEQ, MAX_TEXT
from schemas.field_api import OrderAct, OrderOut, OrderState
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import now_ms
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.patience import eventually


@pytest.fixture
def ready(device: Device, centre: SimulatedCentre) -> Device:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    return device


def to_record(operation: str, seq: int, text: str = "请开始录制") -> OrderOut:
    return OrderOut(
        new_id(), seq, operation, text, "指挥中心", now_ms(), OrderState.SENT, OrderAct.RECORD
    )


def says(ready: Device, centre: SimulatedCentre, *orders: OrderOut) -> Status:
    """Let the centre say orders until the device has taken them in."""
    centre.orders = list(orders)
    for _ in range(3):  # one question may be on its way; the next comes after the last answer
        before = centre.asked
        ready.client.call("contact")
        eventually(lambda before=before: centre.asked > before, "the device asks")
    return ready.client.status()


def test_a_centre_with_other_keys_is_not_believed(ready: Device, centre: SimulatedCentre) -> None:
    before = ready.client.status()
    centre.court = Court()  # another one, whole and consistent in itself
    with pytest.raises(MzError, match=r"keys\."):
        ready.client.call("contact")
    after = ready.client.status()
    assert (after.operations, after.last_contact_ms) == (before.operations, before.last_contact_ms)


def test_an_order_for_another_operation_starts_nothing(
    ready: Device, centre: SimulatedCentre
) -> None:
    status = says(ready, centre, to_record(new_id(), 1))
    assert status.recording is None
    assert [one.state for one in status.orders] == [OrderState.RECEIVED], "the officer sees it"


def test_an_order_that_is_played_again_starts_nothing(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    order = to_record(court.operation, 1)
    centre.orders = [order]
    ready.client.call("contact")
    eventually(lambda: ready.client.status().recording is not None, "it records")
    ready.client.call("stop", reason="结束")
    status = says(ready, centre, msgspec.structs.replace(order, seq=2, sent_ms=now_ms()))
    assert status.recording is None
    assert len(status.orders) == 1


def test_an_order_from_the_future_starts_nothing(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    order = to_record(court.operation, 1)
    status = says(ready, centre, msgspec.structs.replace(order, sent_ms=now_ms() + 3_600_000))
    assert status.recording is None


@pytest.mark.parametrize(
    ("seq", "text"), [(MAX_SEQ + 1, "x"), (2**70, "x"), (1, "x" * (MAX_TEXT + 1)), (0, "x")]
)
def test_orders_beyond_any_count_or_length_are_not_kept_and_later_ones_are(
    ready: Device, centre: SimulatedCentre, court: Court, seq: int, text: str
) -> None:
    assert says(ready, centre, to_record(court.operation, seq, text)).orders == []
    good = msgspec.structs.replace(to_record(court.operation, 1), act=OrderAct.NONE)
    says(ready, centre, good)
    eventually(lambda: len(ready.client.status().orders) == 1, "an honest order is heard")


def test_an_answer_without_end_is_not_read_to_its_end(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    status = says(ready, centre, to_record(court.operation, 1, "x" * 2 * MAX_ANSWER_BYTES))
    assert status.orders == []
    assert "centre.answer_too_large" in ready.log()
    assert ready.client.call("contact"), "all else goes on"
