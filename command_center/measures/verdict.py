"""The verdict on an authentic field record: whether anything follows from it by itself, and what it
lacks. It is kept either way; where nothing follows, a person decides."""

from __future__ import annotations

from command_center.access.models import Staff
from command_center.measures import columns, field_acts, footage_notes, integrity, law, second
from command_center.measures.receipts import AWAITED, UNKNOWN
from command_center.operations.models import Operation, UnplannedRow
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect, RecordReceipt
from schemas.opened import OperationOpened
from schemas.recording_notes import (
    CrewStart,
    FaultNote,
    PlannedSilence,
    PrivateInterval,
    RecorderReason,
    RecordingAssigned,
)
from schemas.records import FieldAct, FieldRecord, IntegrityValue, Sos, StoodBeside
from schemas.second import ConfirmedHere

_FOR_THE_MOMENT = (CrewStart, PlannedSilence, Sos)
"""What a device asks to be done at once: never done when it comes out of the quarantine."""


def judge(
    uow: UnitOfWork, record: FieldRecord, digest: str, *, quarantined: bool
) -> tuple[RecordReceipt, bool]:
    """Return the receipt of a record, and whether anything follows from it by itself."""
    defects = _unusable(uow, record, quarantined=quarantined)
    usable = not defects
    if usable:
        defects = _defects(uow, record)
    measure = record.record if usable and _is_measure(record) else None
    return RecordReceipt(record.record, digest, uow.now_ms, defects, measure), usable


def _is_measure(record: FieldRecord) -> bool:
    return isinstance(record.body, FieldAct) and field_acts.is_measure(record.body)


def _defects(uow: UnitOfWork, record: FieldRecord) -> list[Defect]:
    """Return what a usable record lacks by its kind."""
    match record.body:
        case FieldAct() as body:
            return field_acts.find_defects(uow, record, body)
        case RecordingAssigned() as body:
            return footage_notes.assigned_defects(record, body)
        case IntegrityValue() as body:
            return integrity.value_defects(record, body)
        case StoodBeside() as body:
            return field_acts.beside_defects(uow, record, body)
        case ConfirmedHere() as body:
            return second.here_defects(uow, record, body)
        case FaultNote() as body:
            return footage_notes.fault_defects(uow, record, body)
        case RecorderReason(text=text) if not text.strip():
            lack = "没有写明少于两台记录仪的原因。"
            return [Defect("recorders.no_reason", lack, law.TWO_RECORDERS.text())]
        case PrivateInterval() as body:
            return footage_notes.private_defects(body)
        case PlannedSilence() as body if not columns.is_interval(
            body.silence, body.from_ms, body.until_ms
        ):
            return [Defect("silence.no_interval", "静默没有写明编号或者起止时间。", "")]
        case Sos(sos=name) if not columns.is_id(name):
            return [Defect("sos.no_id", "紧急求助没有写明编号。", "")]
    return []


def _unusable(uow: UnitOfWork, record: FieldRecord, *, quarantined: bool) -> list[Defect]:
    """Return why an authentic record cannot become an act by itself: it is kept, a person
    decides."""
    if quarantined and isinstance(record.body, _FOR_THE_MOMENT):
        text = "求助、计划静默和全组录制自隔离区转入时已经过时，只作记录，不再执行。"
        return [Defect("record.out_of_time", text, "")]
    if isinstance(record.body, Sos):
        return []  # an alarm waits for nothing that might be wrong about it
    found = _misplaced(uow, record)
    if found is not None:
        return [found]
    known = columns.is_id(record.officer)
    if not known or uow.session.get(Staff, record.officer) is None:
        text = "记录所指的执行人员不存在，已收存待核，未自动登记措施。"
        return [Defect("record.officer_unknown", text, "")]
    if isinstance(record.body, FieldAct) and field_acts.form_of(record.body) is None:
        text = "记录所用的表单本系统尚不认识，已收存待核，未自动登记措施。"
        return [Defect("form.unknown", text, "")]
    return []


def _misplaced(uow: UnitOfWork, record: FieldRecord) -> Defect | None:
    """Return why a record belongs to no operation that the centre knows."""
    known = columns.is_id(record.operation)
    operation = uow.session.get(Operation, record.operation) if known else None
    opened = uow.session.get(UnplannedRow, record.operation) if known else None
    if isinstance(record.body, OperationOpened):
        if known and operation is None and opened is None:
            return None
        text = "记录所要开立的行动没有编号或者已经存在，已收存待核，未另行开立。"
        return Defect("operation.known", text, "")
    if opened is not None and opened.case is None and not record.case:
        return Defect(AWAITED, "本次计划外行动的案件待定，记录已收存，案件确定后自动登记。", "")
    if operation is None or operation.case != record.case:
        text = "记录所指的执行行动或者案件不存在，已收存待核，未自动登记措施。"
        return Defect(UNKNOWN, text, "")
    return None
