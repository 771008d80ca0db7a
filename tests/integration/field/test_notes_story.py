"""Markers, fault notes and reasons for one recorder, from the tap to the centre."""

from __future__ import annotations

import pytest

from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.version import APP
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.recording_notes import (
    CheckState,
    DepartureCheck,
    FaultCause,
    FaultNote,
    RecorderReason,
)
from schemas.records import Marker, MarkerKind
from schemas.time import now_ms
from tests.integration.field.conftest import Device
from tests.integration.field.court import Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.patience import eventually


def test_a_marker_points_into_the_running_footage(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    ready.client.call("start", operation=court.operation)
    ready.records()
    before = now_ms()
    made = ready.client.ask(
        OutboxItem, "marker", operation=court.operation, kind="obstruction", text=" 堵门 "
    )
    assert (made.kind, made.state) == ("marker", OutboxState.KEPT)
    ready.client.call("stop", reason="结束")
    record = centre.record(made.item)
    assert isinstance(record.body, Marker)
    assert (record.body.kind, record.body.text) == (MarkerKind.OBSTRUCTION, "堵门")
    assert before <= record.body.at_ms <= now_ms()
    assert record.footage is not None


def test_v_03_a_fault_note_carries_what_the_device_reads_of_itself(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    end = now_ms()
    made = ready.client.ask(
        OutboxItem, "fault_note", operation=court.operation, from_ms=end - 600_000,
        to_ms=end - 540_000, cause="battery", text="更换电池",
    )  # fmt: skip
    record = centre.record(made.item)
    body = record.body
    assert isinstance(body, FaultNote)
    assert (body.device, body.cause, body.text) == (record.device, FaultCause.BATTERY, "更换电池")
    assert (body.device_data.app, body.device_data.restarted) == (APP, True)
    assert body.device_data.free_bytes is not None
    assert body.device_data.free_bytes > 0


def test_v_11_a_reason_for_one_recorder_reaches_the_centre(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    made = ready.client.ask(
        OutboxItem, "recorder_reason", operation=court.operation, text="另一台送修"
    )
    assert centre.record(made.item).body == RecorderReason("另一台送修")


def test_what_cannot_be_is_refused_and_nothing_is_kept(ready: Device, court: Court) -> None:
    now = now_ms()
    note = {"operation": court.operation, "cause": "camera", "text": "x"}
    refused = {
        "operation.unknown": ("marker", {"operation": new_id()}),
        "message.malformed": ("marker", {"operation": court.operation, "kind": "wonder"}),
        "fault.no_interval": ("fault_note", {**note, "from_ms": now, "to_ms": now - 1}),
    }
    for code, (verb, args) in refused.items():
        with pytest.raises(MzError) as error:
            ready.client.call(verb, **args)
        assert error.value.code == code
    with pytest.raises(MzError, match=r"fault\.no_interval"):
        ready.client.call("fault_note", **note, from_ms=now, to_ms=now + 600_000)
    assert ready.client.call("outbox") == []


def test_u9_the_device_tests_itself_before_departure_while_it_records(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    ready.client.call("check_departure", operation=court.operation)
    ready.client.call("start", operation=court.operation)
    with pytest.raises(MzError, match=r"check\.already_running"):
        ready.client.call("check_departure", operation=court.operation)

    def ended() -> bool:
        now = ready.client.status().departure
        return now is not None and now.ended

    eventually(ended, "the check")
    ready.client.call("stop", reason="结束")
    now = ready.client.status().departure
    assert now is not None
    assert not now.problem
    found = {one.what: one for one in now.checked}
    lines = "camera microphone clock space keys papers place link"
    assert [one for one in found if one != "battery"] == lines.split()
    for what in ("camera", "microphone", "clock", "keys"):
        assert (found[what].state, found[what].code) == (CheckState.GOOD, "")
    item = next(
        item for item in ready.client.ask(list[OutboxItem], "outbox", kind="note")
        if item.title == "出发前自检"
    )  # fmt: skip
    body = centre.record(item.item).body
    assert isinstance(body, DepartureCheck)
    assert (body.began_ms, body.checked) == (now.began_ms, now.checked)


def test_u9_a_check_of_an_unknown_operation_is_refused(ready: Device) -> None:
    with pytest.raises(MzError, match=r"operation\.unknown"):
        ready.client.call("check_departure", operation=new_id())
    assert ready.client.status().departure is None
