"""Forms that are half filled: kept through kills, bounded, and one record in the end."""

from __future__ import annotations

import pytest

from command_center.device_api.routes import MAX_RECORD
from field_app.local_api.acts import Draft
from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.window.act import ActDraft
from field_app.window.forms import kept, restored
from field_app.window.items import ItemDraft
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.records import (
    FieldAct,
)
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.test_acts_story import in_state, items, refusal
from tests.patience import eventually


def test_killed_after_a_draft_was_kept_it_is_there(device: Device) -> None:
    device.start(crash_at="field.after_draft_kept")
    with pytest.raises(MzError, match=r"service\.unreachable"):
        device.client.call("keep_draft", name="act/1", text="机床")
    device.wait_dead()
    device.start()
    assert [one["text"] for one in device.client.call("drafts")] == ["机床"]


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
