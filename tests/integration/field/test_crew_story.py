"""One officer starts the crew: his word reaches the centre, and a device does what it is told."""

from __future__ import annotations

import pytest

from field_app.local_api.outbox import OutboxItem
from field_app.sync.orders import START_FRESH_MS
from schemas.field_api import CrewAnswer, CrewAsked, OrderAct, OrderOut, OrderState
from schemas.ids import new_id
from schemas.problems import Kind, MzError, Problem
from schemas.recording_notes import CrewStart
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


def order(court: Court, seq: int, sent_ms: int) -> OrderOut:
    return OrderOut(
        new_id(), seq, court.operation, "请全组开始录制", "陈志远", sent_ms, OrderState.SENT,
        OrderAct.RECORD,
    )  # fmt: skip


def test_s04_the_officer_who_starts_the_crew_records_himself_and_signs_it(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    with pytest.raises(MzError, match=r"operation\.unknown"):
        ready.client.call("start_crew", operation=new_id())
    assert ready.client.status().recording is None
    made = ready.client.ask(OutboxItem, "start_crew", operation=court.operation)
    running = ready.client.status().recording
    assert running is not None
    assert running.operation == court.operation
    assert isinstance(centre.record(made.item).body, CrewStart)
    ready.client.call("stop", reason="结束")


def test_s04_a_device_that_is_told_records_and_says_so(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    told = order(court, 1, now_ms())
    centre.orders.append(told)
    ready.client.call("contact")
    eventually(lambda: (told.order, "done") in centre.told, "the order is done")
    running = ready.client.status().recording
    assert running is not None
    assert running.operation == court.operation
    again = order(court, 2, now_ms())
    centre.orders.append(again)
    ready.client.call("contact")
    eventually(lambda: (again.order, "done") in centre.told, "it records already")
    now = ready.client.status().recording
    assert now is not None
    assert now.recording == running.recording, "and goes on with it"
    ready.client.call("stop", reason="结束")


def test_s04_a_device_that_hears_of_it_late_leaves_it_to_its_officer(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    late = order(court, 1, now_ms() - START_FRESH_MS - 1_000)
    centre.orders.append(late)
    ready.client.call("contact")
    eventually(lambda: (late.order, "received") in centre.told, "the order is received")
    assert ready.client.status().recording is None
    assert [one.state for one in ready.client.status().orders] == [OrderState.RECEIVED]


def test_s04_a_device_knows_who_did_not_answer_also_after_a_restart_without_a_network(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    asked = CrewAsked(
        new_id(), court.operation, now_ms(), True, [CrewAnswer("苏婉宁", OrderState.SENT)]
    )
    centre.crews_asked = [asked]
    ready.client.call("contact")
    eventually(lambda: ready.client.status().crews_asked, "what became of it")
    heard = ready.client.status().crews_asked
    assert [one.asked for one in heard] == [asked]
    ready.stop()
    centre.refuse_with = Problem("centre.closed", Kind.UNAVAILABLE, "")
    ready.start()
    assert ready.client.status().crews_asked == heard
