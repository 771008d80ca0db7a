"""Markers, fault notes and the reason for one recorder: accepted, told, and never changed."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import delete, select

from command_center.access.permissions import Role
from command_center.access.staff import get_staff
from command_center.cases.log import log_of_case
from command_center.cli.audit import run_audit
from command_center.devices.contact import device_principal
from command_center.ledger.service import sequence_entries
from command_center.measures.service import accept_field_record
from command_center.operations.markers import NewMarker, markers_of, set_marker
from command_center.operations.models import Crew, MarkerRow
from command_center.platform.event_log import EventRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import RecordReceipt
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.recording_notes import DeviceData, FaultCause, FaultNote, RecorderReason
from schemas.records import Body, Marker, MarkerKind
from tests.integration.centre.court import Court, TestDevice


@pytest.fixture
def sender(court: Court) -> tuple[TestDevice, Principal]:
    device, made = court.contacted()
    principal: Principal = court.database.read(device_principal, made.session)
    return device, principal


def _sent(court: Court, sender: tuple[TestDevice, Principal], body: Body) -> RecordReceipt:
    device, principal = sender
    envelope = device.record(court.seeded, body, court.clock())
    receipt: RecordReceipt = court.database.run(accept_field_record, principal, envelope)
    again = court.database.run(accept_field_record, principal, envelope)
    assert again == receipt
    return receipt


def _note(court: Court, device: str, *, from_ago: int = 60_000, to_ago: int = 30_000) -> FaultNote:
    now = court.clock()
    data = DeviceData("test", 4, 12_000_000, None, True)
    return FaultNote(device, now - from_ago, now - to_ago, FaultCause.BATTERY, "更换电池", data)


def _codes(receipt: RecordReceipt) -> list[str]:
    return [defect.code for defect in receipt.defects]


def _log(court: Court) -> list[str]:
    duty, case = court.staff(Role.DUTY_OFFICER), court.seeded.cases[0].id
    return [line.act for line in court.database.read(log_of_case, duty, case)]


def test_v_03_a_fault_note_of_the_presiding_officer_is_accepted_and_logged(
    court: Court, sender: tuple[TestDevice, Principal]
) -> None:
    receipt = _sent(court, sender, _note(court, sender[0].id))
    assert (receipt.defects, receipt.measure) == ([], None)
    assert _log(court).count("FOOTAGE_FAULT") == 1
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok


def _nobody_presides(uow: UnitOfWork) -> None:
    for member in uow.session.scalars(select(Crew)):
        member.presiding = False


def test_v_03_a_note_of_another_officer_explains_nothing(
    court: Court, sender: tuple[TestDevice, Principal]
) -> None:
    court.database.run(_nobody_presides)
    assert _codes(_sent(court, sender, _note(court, sender[0].id))) == ["fault.not_presiding"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"device": "0"}, "fault.device_unknown"),
        ({"text": " "}, "fault.no_reason"),
        ({"to_ms": 1}, "fault.no_interval"),
        ({"to_ms": 2**62}, "fault.not_over"),
        ({"from_ms": 1_700_000_000_000}, "fault.late"),
    ],
)
def test_a_fault_note_that_lacks_a_thing_is_kept_with_its_defect(
    sqlite_court: Court, change: dict[str, object], code: str
) -> None:
    device, made = sqlite_court.contacted()
    principal = sqlite_court.database.read(device_principal, made.session)
    body = msgspec.structs.replace(_note(sqlite_court, device.id), **change)
    assert _codes(_sent(sqlite_court, (device, principal), body)) == [code]


def test_v_11_a_reason_for_one_recorder_is_logged_and_an_empty_one_is_a_defect(
    court: Court, sender: tuple[TestDevice, Principal]
) -> None:
    assert _sent(court, sender, RecorderReason("另一台送修")).defects == []
    assert _log(court).count("RECORDER_REASON") == 1
    assert _codes(_sent(court, sender, RecorderReason(" "))) == ["recorders.no_reason"]


def test_markers_of_officer_and_desk_stand_in_order_and_are_never_changed(
    court: Court, sender: tuple[TestDevice, Principal]
) -> None:
    duty, operation = court.staff(Role.DUTY_OFFICER), court.seeded.operation
    at_ms = court.clock() - 5_000
    receipt = _sent(court, sender, Marker(at_ms, MarkerKind.OBSTRUCTION, "堵门"))
    later = NewMarker(operation, "important", "箱内有账册", at_ms + 1_000, new_id())
    set_by_desk = court.database.run(set_marker, duty, later)
    found = court.database.read(markers_of, operation)
    officer = court.database.read(get_staff, court.seeded.officer)
    assert [(one.id, one.kind_zh, one.name, one.by_device) for one in found] == [
        (receipt.record, "阻碍执行", officer.name, True),
        (set_by_desk, "重点", duty.name, False),
    ]
    events = select(EventRow.type).where(EventRow.type == "MarkerSet")
    assert len(court.database.read(lambda uow: list(uow.session.scalars(events)))) == 2
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok
    with pytest.raises(MzError, match=r"database\.conflict"):
        court.database.run(lambda uow: uow.session.execute(delete(MarkerRow)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"operation": "0"}, r"operation\.unknown"),
        ({"kind": "wonder"}, r"marker\.malformed"),
        ({"text": "长" * 201}, r"marker\.malformed"),
        ({"at_ms": 2**60}, r"marker\.malformed"),
    ],
)
def test_a_malformed_marker_changes_nothing(
    sqlite_court: Court, change: dict[str, object], code: str
) -> None:
    values: dict[str, object] = {"operation": sqlite_court.seeded.operation, "kind": "other"}
    duty = sqlite_court.staff(Role.DUTY_OFFICER)
    with pytest.raises(MzError, match=code):
        sqlite_court.database.run(set_marker, duty, NewMarker(**values | change))  # type: ignore[arg-type]
    assert sqlite_court.database.read(markers_of, sqlite_court.seeded.operation) == []


def test_who_may_not_command_sets_no_marker(sqlite_court: Court) -> None:
    message = NewMarker(sqlite_court.seeded.operation, "other")
    with pytest.raises(MzError, match=r"access\.refused"):
        sqlite_court.database.run(set_marker, sqlite_court.staff(Role.FINANCE), message)


def test_the_audit_finds_a_marker_record_without_its_marker(
    sqlite_court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, made = sqlite_court.contacted()
    principal = sqlite_court.database.read(device_principal, made.session)
    monkeypatch.setattr("command_center.operations.markers.keep_marker", lambda *_: None)
    receipt = _sent(sqlite_court, (device, principal), Marker(1_000, MarkerKind.OTHER))
    found = run_audit(sqlite_court.database).findings
    assert f"record {receipt.record}: its marker is missing" in found
