"""What the officer does: photo, measure, step, orders; through kills and refusals."""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from command_center.device_api.routes import MAX_RECORD
from field_app import local_socket
from field_app.client import service_command
from field_app.local_api.acts import Draft, MemoTaken, PhotoTaken
from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.papers import Printed, Signed, Typeset
from field_app.local_api.status import Status
from field_app.window.act import ActDraft
from field_app.window.forms import kept, restored
from field_app.window.items import ItemDraft
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
from tests.integration.field.preview import picture_time
from tests.integration.field.simulated_centre import CODE, SimulatedCentre
from tests.patience import PATIENCE_S, eventually


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
    eventually(lambda: device.client.status().outbox_waiting == 0, "the outbox is empty")
    assert [item.state for item in items(device).values()] == [OutboxState.RECEIVED]
    assert len(centre.records) == (1 if point == "field.after_record_kept" else 0)


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


def test_killed_after_a_draft_was_kept_it_is_there(device: Device) -> None:
    device.start(crash_at="field.after_draft_kept")
    with pytest.raises(MzError, match=r"service\.unreachable"):
        device.client.call("keep_draft", name="act/1", text="机床")
    device.wait_dead()
    device.start()
    assert [one["text"] for one in device.client.call("drafts")] == ["机床"]


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


def test_every_bad_request_is_refused_with_its_code_and_changes_nothing(
    ready: Device, court: Court
) -> None:
    call = ready.client.call
    before = ready.client.status()
    body = seizure(["ab" * 32])
    expected = {
        "verb.unknown": lambda: call("fly"),
        "message.malformed": lambda: call("stop"),
        "recording.not_running": lambda: call("stop", reason="x"),
        "recording.no_reason": lambda: call("stop", reason=" "),
        "photo.no_picture": lambda: call("photo"),
        "operation.unknown": lambda: call("step", operation=new_id(), step="acting"),
        "exhibit.unknown": lambda: call("save_measure", operation=court.operation, body=body),
        "device.already_enrolled": lambda: call(
            "enrol", centre_url="http://127.0.0.1:9", code="x", name="y"
        ),
    }
    for code, act in expected.items():
        assert refusal(act) == code
    assert ready.client.call("outbox") == []
    after = ready.client.status()
    assert (after.recent, after.outbox_waiting) == (before.recent, before.outbox_waiting)


MALFORMED = [
    (b"not json\n", "message.malformed"),
    (b'{"id": 1}\n', "message.malformed"),
    (b'{"id": 1, "verb": "status", "more": 2}\n', "message.malformed"),
    (b'{"id": "1", "verb": "status"}\n', "message.malformed"),
    (b'{"id": 7, "verb": "status", "args": {"a": 1}}\n', "message.malformed"),
    (b"\xff\xfe\n", "message.malformed"),
    (b"x" * 8_500_000 + b"\n", "message.too_large"),
]


def test_each_malformed_line_is_answered_with_a_code(device: Device) -> None:
    device.start()
    with local_socket.connect(device.data / "service.sock") as link:
        link.settimeout(PATIENCE_S)
        answers = link.makefile("rb")
        for line, code in MALFORMED:
            link.sendall(line)
            assert json.loads(answers.readline())["problem"]["code"] == code, line[:60]
    assert device.client.status().enrolled is False


def test_not_enrolled_and_wrong_code_are_refused(device: Device, centre: SimulatedCentre) -> None:
    device.start()
    assert refusal(lambda: device.client.call("start", operation=None)) == "device.not_enrolled"
    enrol = {"centre_url": centre.url, "name": "x"}
    assert (
        refusal(lambda: device.client.call("enrol", code="0" + CODE, **enrol))
        == "enrolment.wrong_code"
    )
    gone = {"centre_url": "http://127.0.0.1:9", "name": "x"}
    assert refusal(lambda: device.client.call("enrol", code=CODE, **gone)) == "centre.unavailable"
    assert device.client.status().enrolled is False
    assert device.enrol(centre).officer == OFFICER


def test_a_second_service_on_the_same_folder_is_refused(device: Device) -> None:
    device.start()
    done = subprocess.run(
        service_command(device.data), capture_output=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == 3
    assert b"service.already_running" in done.stderr
    assert device.client.status().enrolled is False


def test_the_folder_and_the_keys_are_for_nobody_else(device: Device) -> None:
    device.start()
    assert device.data.stat().st_mode & 0o777 == 0o700
    for name in ("device.pem", "storage.key"):
        assert (device.data / "device" / name).stat().st_mode & 0o777 == 0o600
    assert (device.data / "service.sock").stat().st_mode & 0o777 == 0o600


def test_a_window_may_come_and_go(ready: Device, court: Court) -> None:
    seen: list[Status] = []
    began = time.monotonic()
    ready.client.subscribe(seen.append)
    ready.client.call("start", operation=court.operation)
    with ready.client.preview() as preview:
        preview.settimeout(PATIENCE_S)
        assert picture_time(preview)
    eventually(lambda: len(seen) >= 3 and _tells(seen[-1]), "the recording is told")
    ready.client.close()
    assert len(seen) <= 5 * (time.monotonic() - began) + 2, "at most five a second"
    ready.client.connect()
    assert ready.client.status().recording is not None


def test_the_picture_is_there_before_recording_and_goes_on_during_it(
    ready: Device, court: Court
) -> None:
    with ready.client.preview() as preview:
        preview.settimeout(PATIENCE_S)
        before = picture_time(preview)
        ready.client.call("start", operation=court.operation)
        while picture_time(preview) <= before + 1000:
            pass
        assert refusal(lambda: ready.client.call("start", operation=None)) == (
            "recording.already_running"
        )
        ready.client.call("stop", reason="结束")
        assert refusal(lambda: ready.client.call("photo")) == "photo.no_picture"
        after = now_ms()
        while picture_time(preview) <= after:
            pass
    eventually(lambda: not ready.children(), "nobody looks, no camera runs")


def _tells(status: Status) -> bool:
    running = status.recording
    return running is not None and running.recorded > 3 and bool(status.camera_clock)


def test_a_draft_outlives_a_killed_service_and_the_record_is_one(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    ready.client.call("keep_draft", name="search/1", text="第一稿")
    ready.client.call("keep_draft", name="search/1", text="第二稿")
    ready.kill()
    ready.start()
    assert ready.client.call("drafts") == [{"name": "search/1", "text": "第二稿"}]
    spool = (ready.data / "spool.db").read_bytes() + (ready.data / "spool.db-wal").read_bytes()
    assert "第二稿".encode() not in spool, "a draft lies encrypted"
    record = new_id()
    body = FieldAct("assist_refused", 1, 1, 2, "银行", {"refusal": "请示上级"}, [])
    for _ in range(2):  # as a window does that was killed before it heard the answer
        ready.client.call(
            "save_measure", operation=court.operation, body=body, record=record, draft="search/1"
        )
    assert ready.client.call("drafts") == []
    eventually(in_state(ready, record, OutboxState.RECEIVED), "record")
    kinds = [item.kind for item in items(ready).values()]
    assert sorted(kinds) == ["marker", "measure"], "a refusal is a marker in the footage, once"
    sent = centre.record(record)
    assert sent.body == body


def test_a_list_of_2500_outlives_a_kill_and_goes_as_one_record(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    draft = ActDraft(form="seize_movables", operation=court.operation, started_ms=1_000)
    draft.items = [
        ItemDraft(f"织机零件{n}", 2, "件", "北辰 L330", f"SN-{n:05d}", "旧", "120")
        for n in range(1, 2_501)
    ]
    ready.client.call("keep_draft", name=draft.name, text=kept(draft))
    ready.kill()
    ready.start()
    [found] = ready.client.ask(list[Draft], "drafts")
    assert restored(found) == draft
    saved = ready.client.ask(
        OutboxItem, "save_measure", operation=court.operation, body=draft.body(2_000),
        record=draft.record, draft=draft.name,
    )  # fmt: skip
    eventually(in_state(ready, saved.item, OutboxState.RECEIVED), "record")
    raw = centre.records[saved.item]
    assert len(raw) < MAX_RECORD, "the centre takes a record of this size"
    record = centre.record(saved.item)
    assert isinstance(record.body, FieldAct)
    assert [item.number for item in record.body.items] == list(range(1, 2_501))


def test_drafts_are_bounded(ready: Device) -> None:
    for number in range(64):
        ready.client.call("keep_draft", name=f"search/{number}", text="稿")
    keep = ready.client.call
    assert refusal(lambda: keep("keep_draft", name="one/more", text="稿")) == "draft.too_many"
    keep("keep_draft", name="search/3", text="改")
    assert refusal(lambda: keep("keep_draft", name="long", text="长" * 2_000_001)) in (
        "message.malformed", "message.too_large",
    )  # fmt: skip
    keep("drop_draft", name="search/4")
    keep("keep_draft", name="one/more", text="稿")


def test_a_paper_is_typeset_offline_signed_and_archived_as_those_bytes(
    ready: Device, centre: SimulatedCentre, court: Court, relay: Relay
) -> None:
    call, ask = ready.client.call, ready.client.ask
    body = FieldAct("deliver", 1, 1_000, 2_000, "某处", {"handed_over": "钥匙"}, [])
    made = ask(Typeset, "typeset", operation=court.operation, body=body)
    assert made == ask(Typeset, "typeset", operation=court.operation, body=body), "the same bytes"
    assert any("钥匙" in line for line in made.lines)
    sign = {
        "kind": "见证人",
        "name": "许",
        "width": 300,
        "height": 170,
        "strokes": [[[1, 2], [3, 4]]],
    }
    signed = ask(Signed, "sign", paper=made.sha256, **sign)
    assert refusal(lambda: call("sign", paper="0" * 64, **sign)) == "exhibit.unknown"
    assert refusal(lambda: call("sign", paper=signed.sha256, **sign)) == "exhibit.unknown"
    assert refusal(lambda: call("sign", paper=made.sha256, **{**sign, "strokes": []})) == (
        "message.malformed"
    )
    present = Attendee("见证人", "许", True, SignedHow.SIGNED, signature_sha256=signed.sha256)
    saved = ask(
        OutboxItem, "save_measure", operation=court.operation, papers=[made.sha256],
        body=msgspec.structs.replace(body, attendees=[present]),
    )  # fmt: skip
    eventually(in_state(ready, saved.item, OutboxState.RECEIVED), "record")
    record = centre.record(saved.item)
    assert [(one.sha256, one.media_type, one.kind) for one in record.exhibits] == [
        (made.sha256, "application/pdf", "paper"),
        (signed.sha256, "application/json", "signature"),
    ]
    assert items(ready)[made.sha256].state is OutboxState.RECEIVED, "the relay holds those bytes"


def test_a_paper_is_handed_over_signed_by_hand_and_photographed(
    ready: Device, court: Court
) -> None:
    call, ask = ready.client.call, ready.client.ask
    body = FieldAct("deliver", 1, 1_000, 2_000, "某处", {"handed_over": "钥匙"}, [])
    made = ask(Typeset, "typeset", operation=court.operation, body=body)
    assert made.slip_lines[0] == "权利和救济告知单"
    assert any(made.slip in line for line in made.lines), "the record names the slip"
    assert call("printers")[0] == "pdf"
    where = ask(Printed, "print", paper=made.slip, printer="pdf").where
    assert hashlib.sha256(Path(where).read_bytes()).hexdigest() == made.slip
    assert refusal(lambda: call("print", paper=made.slip, printer="none")) == "printer.unknown"
    assert refusal(lambda: call("print", paper="0" * 64, printer="pdf")) == "exhibit.unknown"
    call("start", operation=court.operation)
    ready.records()
    photo = ask(PhotoTaken, "photo").sha256
    who = {"paper": made.sha256, "kind": "被执行人", "name": "乙"}
    assert refusal(lambda: call("sign_on_paper", **who, photos=[photo] * 2)) == (
        "paper.pages_missing"
    )
    assert refusal(lambda: call("sign_on_paper", **who, photos=[made.slip])) == "exhibit.unknown"
    signed = ask(Signed, "sign_on_paper", **who, photos=[photo])
    assert items(ready)[signed.sha256].kind == "signature"
    call("stop", reason="结束")


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
