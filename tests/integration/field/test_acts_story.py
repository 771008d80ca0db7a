"""What the officer does: photo, measure, step, orders; through kills and refusals."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from field_app.client import ServiceClient
from field_app.local_api.acts import MemoTaken, PhotoTaken
from field_app.local_api.outbox import OutboxItem, OutboxState
from schemas.field_api import OrderOut, OrderState
from schemas.ids import new_id
from schemas.problems import Kind, MzError, Problem
from schemas.records import (
    Attendee,
    FieldAct,
    Marker,
    SeizedItem,
    SignedHow,
)
from schemas.sign import Envelope, decode
from schemas.time import now_ms
from schemas.to_centre import PREFIX, decrypt
from tests.integration.field.conftest import Device, Relay
from tests.integration.field.court import OFFICER, Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.patience import eventually


def seizure(photos: list[str]) -> FieldAct:
    """Return a measure with one item."""
    return FieldAct(
        "seize_movables", 1, started_ms=now_ms() - 60_000, finished_ms=now_ms(),
        place_text="测试路1号", facts={"not_exempt": "1"},
        items=[SeizedItem(1, "车床", 1, "台", photos=photos)], custodian="测试法官",
        storage_place="法院仓库", attendees=[Attendee("debtor", "乙", attended=True)],
    )  # fmt: skip


def items(device: Device) -> dict[str, OutboxItem]:
    """Return the outbox by item."""
    return {item.item: item for item in device.client.ask(list[OutboxItem], "outbox")}


def in_state(device: Device, item: str, state: OutboxState) -> Callable[[], bool]:
    """Return a question: is this item in that state?"""
    return lambda: items(device)[item].state is state


def refusal(act: Callable[[], Any]) -> str:
    """Return the code with which an act is refused."""
    with pytest.raises(MzError) as caught:
        act()
    return caught.value.code


@pytest.fixture
def ready(device: Device, centre: SimulatedCentre) -> Device:
    """A device that is enrolled and linked."""
    device.start(place="23.1,113.3")
    device.enrol(centre)
    eventually(lambda: device.client.status().link == "good", "link")
    return device


def test_a_measure_goes_with_its_photo(
    ready: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    call = ready.client.call
    call("start", operation=court.operation)
    ready.records()
    photo = ready.client.ask(PhotoTaken, "photo")
    saved = ready.client.ask(
        OutboxItem, "save_measure", operation=court.operation, body=seizure([photo.sha256])
    )
    assert saved.state is OutboxState.KEPT
    call("stop", reason="结束")
    eventually(in_state(ready, saved.item, OutboxState.RECEIVED), str(items(ready)))
    shown = items(ready)
    assert shown[photo.sha256].state is OutboxState.RECEIVED
    assert shown[saved.item].defects == ["list.no_photo"]
    record = centre.record(saved.item)
    assert (record.officer, record.case) == (OFFICER.officer, court.case)
    assert record.exhibits[0].sha256 == photo.sha256
    assert record.exhibits[0].size == photo.size
    assert record.footage is not None
    assert record.place is not None
    assert ready.client.status().outbox_waiting == 0


@pytest.mark.parametrize("point", ["field.after_record_kept", "field.after_exhibit_sent"])
def test_killed_with_a_record_in_hand(
    point: str, device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start(crash_at=point)
    device.enrol(centre)
    eventually(lambda: device.client.status().link == "good", "link")
    if point == "field.after_record_kept":
        code = refusal(
            lambda: device.client.call("step", operation=court.operation, step="on_scene")
        )
        assert code == "service.unreachable"
    else:
        device.client.call("start", operation=court.operation)
        device.records()
        with contextlib.suppress(MzError):  # it may die before it answers
            device.client.call("photo")
    device.wait_dead()
    device.start()
    if point == "field.after_record_kept":  # nobody was told that it is kept: he says it again
        device.client.call("step", operation=court.operation, step="on_scene")
    eventually(lambda: device.client.status().outbox_waiting == 0, "the outbox is empty")
    assert [item.state for item in items(device).values()] == [OutboxState.RECEIVED]
    assert len(centre.records) == (1 if point == "field.after_record_kept" else 0)


def test_a_step_that_two_windows_tell_at_once_is_kept_once(ready: Device, court: Court) -> None:
    told: list[OutboxItem] = []

    def tell(client: ServiceClient) -> None:
        told.append(client.ask(OutboxItem, "step", operation=court.operation, step="departed"))

    windows = [
        threading.Thread(target=tell, args=(ServiceClient(ready.data).connect(),)) for _ in range(8)
    ]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    kept = [one for one in items(ready).values() if one.kind == "step"]
    assert {one.item for one in told} == {one.item for one in kept}
    assert len(told) == 8
    assert len(kept) == 1
    tell(ready.client)
    assert told[-1].item == kept[0].item
    ready.client.call("step", operation=court.operation, step="on_scene")
    assert sum(one.kind == "step" for one in items(ready).values()) == 2


def test_cash_is_kept_by_two_and_who_refuses_to_sign_is_found_in_the_footage(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start()
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    people = [Attendee("DEBTOR", "乙", True, SignedHow.REFUSED, refusal_reason="称金额有误")]
    facts = {"performed": "给付", "cash_fen": "500000"}
    body = FieldAct("perform", 1, 1, 2, "某处", facts, people)
    for alone in (None, OFFICER.officer):
        with pytest.raises(MzError, match=r"cash\.second_missing"):
            device.client.call(
                "save_measure", operation=court.operation, body=body, second_officer=alone
            )
    assert items(device) == {}
    device.client.call(
        "save_measure", operation=court.operation, body=body, second_officer="another"
    )
    eventually(lambda: len(centre.records) == 2, "both arrived")
    told = [one.body for one in centre.came()]
    marker = next(one for one in told if isinstance(one, Marker))
    assert (marker.kind, marker.text) == ("obstruction", "被执行人拒绝签名：称金额有误")


def test_killed_between_the_centres_receipt_and_its_note_the_record_is_not_doubled(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start(crash_at="field.after_record_sent")
    device.enrol(centre)
    eventually(lambda: bool(device.client.status().operations), "operations")
    with contextlib.suppress(MzError):  # it may die before it answers
        device.client.call("step", operation=court.operation, step="on_scene")
    device.wait_dead()
    device.start()
    eventually(lambda: device.client.status().outbox_waiting == 0, "the outbox is empty")
    assert (centre.posts, len(centre.records)) == (2, 1), "sent again, held once"
    assert [item.state for item in items(device).values()] == [OutboxState.RECEIVED]


def test_killed_with_the_archives_word_in_hand_nothing_is_forgotten(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start(crash_at="field.after_archived_kept")
    device.enrol(centre)
    eventually(lambda: device.client.status().link == "good", "link")
    with contextlib.suppress(MzError):
        device.client.call("start", operation=court.operation)
    device.wait_dead()
    device.start()

    def whole() -> bool:
        return all(
            one.archived == one.received == one.recorded > 0
            for one in device.client.status().recent
        )

    eventually(whole, "all of it is archived")
    assert device.audit()["findings"] == []


def test_offline_records_wait_and_go_in_order(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    centre.refuse_with = Problem("centre.unavailable", Kind.UNAVAILABLE)
    steps = [
        ready.client.ask(OutboxItem, "step", operation=court.operation, step=step).item
        for step in ("departed", "on_scene", "acting", "withdrawn")
    ]
    tried = "centre.unavailable"
    eventually(lambda: items(ready)[steps[0]].problem == tried, "it tries to send")
    assert ready.client.status().outbox_waiting == 4
    centre.refuse_with = None
    eventually(lambda: ready.client.status().outbox_waiting == 0, "sent")
    assert list(centre.records) == steps


def test_a_refused_record_is_shown_and_not_repeated(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    centre.refuse_with = Problem("record.not_authentic", Kind.REFUSED)
    item = ready.client.ask(OutboxItem, "step", operation=court.operation, step="acting").item
    eventually(in_state(ready, item, OutboxState.FAILED), "refused")
    assert items(ready)[item].problem == "record.not_authentic"
    assert items(ready)[item].attempts == 1
    centre.refuse_with = None
    ready.stop()
    assert not ready.audit()["ok"]


def test_an_ended_session_is_renewed(ready: Device, centre: SimulatedCentre, court: Court) -> None:
    centre.refuse_with = Problem("session.expired", Kind.UNAUTHENTICATED)
    item = ready.client.ask(OutboxItem, "step", operation=court.operation, step="acting").item
    eventually(lambda: items(ready)[item].problem == "session.expired", "the session is over")
    assert items(ready)[item].state is not OutboxState.FAILED, "it waits, it is not refused"
    before, centre.refuse_with = centre.contacts, None
    eventually(lambda: centre.contacts > before, "a new session")
    eventually(in_state(ready, item, OutboxState.RECEIVED), "sent after renewal")


def state_of(device: Device) -> OrderState:
    (order,) = device.client.status().orders
    return order.state


def test_an_order_is_received_by_itself_and_done_by_the_officer(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    order = OrderOut(new_id(), 1, court.operation, "请撤离", "指挥中心", now_ms(), OrderState.SENT)
    centre.orders.append(order)
    ready.client.call("contact")
    eventually(lambda: (order.order, "received") in centre.told, "received is told")
    assert state_of(ready) is OrderState.RECEIVED
    for state in ("read", "done", "read"):
        ready.client.call("acknowledge", order=order.order, state=state)
    eventually(lambda: (order.order, "done") in centre.told, "done is told")
    assert state_of(ready) is OrderState.DONE
    assert (
        refusal(lambda: ready.client.call("acknowledge", order=new_id(), state="read"))
        == "order.unknown"
    )


def test_a_whole_number_leaves_the_device_for_the_centre_alone(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    number = "6222020200112233391"
    body = FieldAct("freeze_deposit", 1, 1_000, 2_000, "柜台", {"account": "**** 3391"}, [])
    saved = ready.client.ask(
        OutboxItem, "save_measure", operation=court.operation, body=body,
        secrets={"account": number},
    )  # fmt: skip
    eventually(in_state(ready, saved.item, OutboxState.RECEIVED), "record")
    raw = centre.records[saved.item]
    record = centre.record(saved.item)
    assert isinstance(record.body, FieldAct)
    kept = record.body.facts[f"{PREFIX}account"]
    assert decrypt(kept, court.secrets, record.record, "account") == number
    assert number.encode() not in decode(raw, Envelope).payload
    with pytest.raises(MzError, match="cannot_open"):
        decrypt(kept, court.secrets, record.record, "holder_id")


def test_a_voice_memo_goes_with_its_thing(
    device: Device, centre: SimulatedCentre, court: Court
) -> None:
    device.start(sound="generated")
    device.enrol(centre)
    eventually(lambda: device.client.status().link == "good", "link")
    call, ask = device.client.call, device.client.ask
    assert refusal(lambda: call("end_memo")) == "memo.not_running"
    call("begin_memo")
    assert refusal(lambda: call("begin_memo")) == "memo.already_running"
    time.sleep(1.5)
    memo = ask(MemoTaken, "end_memo")
    item = SeizedItem(1, "账簿", 1, "册", photos=[memo.sha256])
    body = FieldAct("deliver", 1, 1, 2, "某处", {}, [], items=[item])
    saved = ask(OutboxItem, "save_measure", operation=court.operation, body=body)
    eventually(in_state(device, saved.item, OutboxState.RECEIVED), "record")
    [kept] = centre.record(saved.item).exhibits
    assert (kept.sha256, kept.kind, kept.media_type) == (memo.sha256, "memo", "audio/ogg")
    assert kept.size == memo.size > 1_000


def test_a_device_without_a_microphone_says_so(ready: Device) -> None:
    assert refusal(lambda: ready.client.call("begin_memo")) == "memo.no_microphone"
