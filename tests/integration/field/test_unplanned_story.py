"""S-01: the officer comes upon something and opens an operation himself, with no network."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from field_app.local_api.outbox import OutboxItem
from schemas.field_api import OperationBrief
from schemas.ids import new_id
from schemas.opened import OpenedKind, OperationOpened
from schemas.problems import Kind, MzError, Problem
from schemas.recording_notes import RecordingAssigned
from schemas.records import FieldRecord, OperationStep, Step
from tests.integration.field.conftest import Device
from tests.integration.field.court import OFFICER, SECOND, Court
from tests.integration.field.simulated_centre import SimulatedCentre
from tests.integration.field.wire import Wire
from tests.patience import eventually


def _open(device: Device, **asked: Any) -> OperationBrief:
    args = {"operation": new_id(), "kind": "property", "place_text": "龙津里9巷口", **asked}
    return device.client.ask(OperationBrief, "open_operation", **args)


def _listed(device: Device) -> dict[str, OperationBrief]:
    return {one.operation: one for one in device.client.status().operations}


def _records(centre: SimulatedCentre, operation: str) -> list[FieldRecord]:
    return [one for one in centre.came() if one.operation == operation]


def test_s01_opened_offline_from_a_recording_it_survives_a_kill_and_is_told_first(
    ready: Device, centre: SimulatedCentre, court: Court, wire: Wire
) -> None:
    wire.cut()
    centre.refuse_with = Problem("centre.unavailable", Kind.UNAVAILABLE)
    ready.client.call("start", operation=None)
    ready.records()
    brief = _open(ready, case=court.case, crew=[SECOND.officer], companions="社区干部李某")
    assert (brief.case, brief.state) == (court.case, "on_scene")
    assert [(one.officer, one.presiding) for one in brief.crew][:1] == [(OFFICER.officer, True)]
    assert _open(ready, operation=brief.operation) == brief, "asked again it is the same"
    running = ready.client.status().recording
    assert running is not None
    assert running.operation == brief.operation, "what was recorded first belongs to it"
    ready.kill()
    ready.start()
    assert brief.operation in _listed(ready)
    kept = ready.client.ask(
        OutboxItem, "marker", operation=brief.operation, kind="property", text="缝纫机"
    )
    assert not centre.records
    wire.mend()
    centre.refuse_with = None
    eventually(lambda: kept.item in centre.records, "marker")
    bodies = [one.body for one in _records(centre, brief.operation)]
    opened, arrival, assigned = bodies[:3]
    assert isinstance(opened, OperationOpened)
    assert (opened.kind, opened.crew) == (OpenedKind.PROPERTY, [SECOND.officer])
    assert isinstance(arrival, OperationStep)
    assert (arrival.step, arrival.at_ms) == (Step.ON_SCENE, opened.opened_ms)
    assert isinstance(assigned, RecordingAssigned)
    assert sum(isinstance(one, OperationOpened) for one in bodies) == 1


def test_s01_the_centres_word_takes_the_place_of_the_devices(
    ready: Device, centre: SimulatedCentre, court: Court
) -> None:
    brief = _open(ready, case_number="（2026）粤0199执3061号")
    assert brief.case == ""
    eventually(lambda: len(_records(centre, brief.operation)) == 2, "records")
    ready.client.call("contact")
    assert brief.operation in _listed(ready), "a centre that does not list it changes nothing"
    court.also = [msgspec.structs.replace(brief, case=court.case, title="已归案")]
    ready.client.call("contact")
    assert _listed(ready)[brief.operation].case == court.case
    court.also = []
    ready.client.call("contact")
    assert brief.operation not in _listed(ready), "and once it was the centre's, it stays so"


def test_what_cannot_be_is_refused_and_nothing_is_kept(ready: Device, court: Court) -> None:
    refused = {
        "id.malformed": {"operation": "../x"},
        "case.unknown": {"case": new_id()},
        "operation.no_address": {"place_text": " "},
        "message.malformed": {"kind": "wonder"},
    }
    for code, asked in refused.items():
        with pytest.raises(MzError) as error:
            _open(ready, **asked)
        assert error.value.code == code
    assert list(_listed(ready)) == [court.operation]
