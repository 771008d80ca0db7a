"""What follows from a field record: the act, step, marker or note that it is, or its being set
aside for a person to decide."""

from __future__ import annotations

import msgspec

from command_center.devices import silence, sos
from command_center.measures import columns, field_acts, footage_notes, integrity, rules, second
from command_center.measures.receipts import AWAITED
from command_center.operations import markers, noticed, orders, unplanned
from command_center.operations import service as operations
from command_center.operations.models import Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import RecordReceipt
from schemas.opened import OperationOpened
from schemas.recording_notes import (
    CrewStart,
    FaultNote,
    Noticed,
    PlannedSilence,
    PrivateInterval,
    RecorderReason,
    RecordingAssigned,
)
from schemas.records import (
    FieldAct,
    FieldRecord,
    IntegrityValue,
    Marker,
    OperationStep,
    Sos,
    StoodBeside,
)
from schemas.second import ConfirmedHere


def follow(
    uow: UnitOfWork,
    principal: Principal,
    record: FieldRecord,
    receipt: RecordReceipt,
    *,
    usable: bool,
) -> None:
    if usable:
        _carry_out(uow, principal, record, receipt)
        _alarm_unrecorded(uow, record, receipt)
    elif receipt.defects[0].code != AWAITED:
        _set_aside(uow, record, receipt)


def _carry_out(
    uow: UnitOfWork, principal: Principal, record: FieldRecord, receipt: RecordReceipt
) -> None:
    match record.body:
        case OperationStep() as body:
            at_ms = columns.moment(body.at_ms, uow.now_ms)
            moved = msgspec.structs.replace(body, at_ms=at_ms)
            step = msgspec.structs.replace(record, body=moved)
            operations.report_step(uow, step, receipt.sha256)
        case Marker() as body:
            at_ms = columns.moment(body.at_ms, uow.now_ms)
            placed = msgspec.structs.replace(body, at_ms=at_ms)
            markers.keep_marker(uow, record, placed)
        case PlannedSilence() as body if not receipt.defects:
            silence.announce(uow, record, body)
        case Sos() as body if not receipt.defects:
            sos.take(uow, *_within_reach(uow, record, body))
        case Noticed() as body:
            noticed.tell_noticed(uow, record, body)
        case OperationOpened() as body:
            opened_ms = columns.moment(body.opened_ms, uow.now_ms)
            crew = [one for one in body.crew if columns.is_id(one)]
            opened = msgspec.structs.replace(body, opened_ms=opened_ms, crew=crew)
            unplanned.keep_opened(uow, _in_reach(record), opened)
        case CrewStart():
            orders.start_crew(uow, principal, record)
        case FieldAct() as body:
            field_acts.execute(uow, principal, record, body, receipt)
        case StoodBeside() if not receipt.defects:
            field_acts.keep_beside(uow, record)
        case ConfirmedHere() as body if not receipt.defects:
            second.keep_here(uow, record, body)
        case (
            FaultNote()
            | RecorderReason()
            | PrivateInterval()
            | RecordingAssigned()
            | IntegrityValue()
        ):
            _carry_out_note(uow, record, receipt)


def _carry_out_note(uow: UnitOfWork, record: FieldRecord, receipt: RecordReceipt) -> None:
    """What officers sign about the footage itself."""
    match record.body:
        case FaultNote() as body:
            footage_notes.keep_fault(uow, record, body, receipt)
        case RecorderReason() as body:
            footage_notes.keep_reason(uow, record, body)
        case PrivateInterval() as body:
            footage_notes.keep_private(uow, record, body)
        case RecordingAssigned() as body:
            footage_notes.keep_assigned(uow, record, body, receipt)
        case IntegrityValue() as body:
            integrity.keep_value(uow, record, body, receipt)


def _in_reach(record: FieldRecord) -> FieldRecord:
    """Return a record whose case may be looked up; what is none is nothing."""
    return record if columns.is_id(record.case) else msgspec.structs.replace(record, case="")


def _within_reach(uow: UnitOfWork, record: FieldRecord, body: Sos) -> tuple[FieldRecord, Sos]:
    """Return an alarm as tables and pages can carry it: an unknown operation is none."""
    known = columns.is_id(record.operation)
    operation = uow.session.get(Operation, record.operation) if known else None
    at = operation.id if operation else ""
    of = operation.case if operation else ""
    placed = msgspec.structs.replace(
        record, operation=at, case=of, officer=columns.ident(record.officer)
    )
    seen_ms = columns.moment(body.seen_ms or 0, 0)
    fits = body.seen is not None and abs(body.seen.lat) <= 90 and abs(body.seen.lon) <= 180
    alarm = msgspec.structs.replace(
        body, raised_ms=columns.moment(body.raised_ms, uow.now_ms),
        seen=body.seen if fits and seen_ms else None, seen_ms=seen_ms or None,
    )  # fmt: skip
    return placed, alarm


def _alarm_unrecorded(uow: UnitOfWork, record: FieldRecord, receipt: RecordReceipt) -> None:
    """An act of a major case without footage alarms the desk at once (S-05)."""
    if any(one.code == rules.UNRECORDED for one in receipt.defects):
        uow.emit(
            "MajorCaseUnrecorded", "重大案件的现场执行没有录音录像",
            "An act of a major case was not recorded", case=record.case,
            operation=record.operation, device=record.device, subject=record.record,
            level="alarm",
        )  # fmt: skip


def _set_aside(uow: UnitOfWork, record: FieldRecord, receipt: RecordReceipt) -> None:
    uow.emit(
        "FieldRecordSetAside",
        f"收到待核的现场记录：{receipt.defects[0].text}",
        "A field record was set aside for a person to decide",
        device=record.device,
        subject=record.record,
        level="alarm",
    )
