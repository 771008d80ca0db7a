"""Field records: accepted whole, in one transaction, or not at all.

A done act is never refused: an authentic record is taken as recorded and its defects are listed.
Only what is not authentic is refused, and other bytes under a known record's id are a Conflict.
"""

from __future__ import annotations

import msgspec

from command_center.access.models import Staff
from command_center.access.permissions import Role, permissions_of
from command_center.devices import silence, sos
from command_center.devices.contact import principal_of
from command_center.devices.models import Device
from command_center.measures import (
    columns,
    entry,
    field_acts,
    footage_notes,
    integrity,
    law,
    rules,
    second,
)
from command_center.measures.models import ExhibitRow, PlacedRow, RecordRow
from command_center.measures.receipts import AWAITED, UNKNOWN
from command_center.operations import markers, noticed, orders, unplanned
from command_center.operations import service as operations
from command_center.operations.case_correction import was_of
from command_center.operations.models import Operation, UnplannedRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas import crash, exhibits
from schemas.field_api import Defect, RecordReceipt
from schemas.ids import id_bytes
from schemas.measures.former import as_form
from schemas.opened import OperationOpened
from schemas.problems import Kind, MzError
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
    FIELD_RECORD,
    ExhibitRef,
    FieldAct,
    FieldRecord,
    IntegrityValue,
    Marker,
    OperationStep,
    Sos,
    StoodBeside,
)
from schemas.second import ConfirmedHere
from schemas.sign import Envelope, decode, decode_payload

_FOR_THE_MOMENT = (CrewStart, PlannedSilence, Sos)
"""What a device asks to be done at once: never done when it comes out of the quarantine."""


def accept_field_record(uow: UnitOfWork, principal: Principal, envelope: Envelope) -> RecordReceipt:
    """Take a field record and everything that follows from it; the same bytes again give the
    same receipt.

    Errors: `message.unknown`, `message.malformed`, `id.malformed`, `record.not_authentic`,
    `record.conflict`, `device.revoked` (its records go into the quarantine). Nothing is changed
    then.
    """
    principal.require("record:send")
    device, signed = read_authentic(uow, envelope)
    if device.id != principal.id:
        raise MzError("record.not_authentic", Kind.REFUSED, "another device's record")
    if device.revoked_ms is not None:
        raise MzError("device.revoked", Kind.REFUSED, device.id)
    return _accept(uow, principal, signed, envelope)


def accept_from_quarantine(
    uow: UnitOfWork, envelope: Envelope, decision: str, case: str | None = None
) -> RecordReceipt:
    """Take a record that a revoked device sent and that two persons let in by `decision`; `case` is
    theirs for a record that names none.

    It is marked for ever. Errors: those of `accept_field_record` but `device.revoked`.
    """
    device, signed = read_authentic(uow, envelope)
    staff = uow.session.get(Staff, columns.ident(signed.officer))
    principal = Principal(
        device.id, staff.name if staff else device.name, Role.DEVICE,
        permissions_of(Role.DEVICE), officer=staff.id if staff else None,
    )  # fmt: skip
    return _accept(uow, principal, signed, envelope, decision, case)


def known_receipt(uow: UnitOfWork, record: str, sha256: str) -> RecordReceipt | None:
    """Return the receipt that these bytes got before; `record.conflict` for other bytes."""
    known = uow.session.get(RecordRow, record)
    if known is None:
        return None
    if known.payload_sha256 != sha256:
        raise MzError("record.conflict", Kind.CONFLICT, record)
    return decode(known.receipt, RecordReceipt)


def _accept(
    uow: UnitOfWork, principal: Principal, signed: FieldRecord, envelope: Envelope,
    decision: str = "", case: str | None = None,
) -> RecordReceipt:  # fmt: skip
    record = _in_case(uow, as_form(signed), case)
    digest = envelope.payload_sha256()
    known = known_receipt(uow, record.record, digest)
    if known is not None:
        return known
    receipt, usable = _judge(uow, record, digest, quarantined=bool(decision))
    _keep(uow, signed, record.case, envelope, receipt, decision)
    entry.enter(uow, principal, record, receipt, usable=usable, decision=decision)
    _follow(uow, principal, record, receipt, usable=usable)
    crash.point("centre.in_measure_transaction")
    return receipt


def place_record(uow: UnitOfWork, row: RecordRow, case: str) -> None:
    """Carry out a record that waited for the case of its operation."""
    signed = decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord)
    record = msgspec.structs.replace(as_form(signed), case=case)
    principal = principal_of(uow, uow.session.get_one(Device, row.device))
    receipt, usable = _judge(uow, record, row.payload_sha256, quarantined=row.quarantined)
    uow.session.add(PlacedRow(record=row.record, case=case, placed_ms=uow.now_ms,
                              receipt=msgspec.json.encode(receipt)))  # fmt: skip
    uow.session.flush()
    entry.enter(uow, principal, record, receipt, usable=usable, decision=row.decision or "")
    _follow(uow, principal, record, receipt, usable=usable)


def _in_case(uow: UnitOfWork, record: FieldRecord, given: str | None = None) -> FieldRecord:
    """Return a record under the case of its unplanned operation, where its device did not know
    it yet, or not that it was corrected. given: the case that two persons gave what names none; it
    is its operation's then."""
    known = columns.is_id(record.operation)
    row = uow.session.get(UnplannedRow, record.operation) if known else None
    if row is None:
        return msgspec.structs.replace(record, case=record.case or given or "")
    if record.case and not (record.case != row.case and was_of(uow, row.operation, record.case)):
        return record
    if given and row.case is None:
        unplanned.place(uow, row, given)
    return msgspec.structs.replace(record, case=row.case or "")


def _judge(
    uow: UnitOfWork, record: FieldRecord, digest: str, *, quarantined: bool
) -> tuple[RecordReceipt, bool]:
    """Return the receipt of a record, and whether anything follows from it by itself."""
    defects = _unusable(uow, record, quarantined=quarantined)
    usable = not defects
    if usable:
        defects = _defects(uow, record)
    measure = record.record if usable and _is_measure(record) else None
    return RecordReceipt(record.record, digest, uow.now_ms, defects, measure), usable


def _follow(
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


def read_authentic(uow: UnitOfWork, envelope: Envelope) -> tuple[Device, FieldRecord]:
    """Return a record and its device, which signed it with the key certified for it.

    Errors: `message.unknown`, `message.malformed`, `id.malformed`, `record.not_authentic`.
    """
    record = decode_payload(envelope, FIELD_RECORD, FieldRecord)
    id_bytes(record.record)
    device = uow.session.get(Device, columns.ident(record.device))
    if device is None or record.device != device.id or envelope.key != device.key:
        raise MzError("record.not_authentic", Kind.REFUSED, "another device's record")
    try:
        envelope.check(device.public)
    except MzError as error:
        raise MzError("record.not_authentic", Kind.REFUSED, error.code) from error
    return device, record


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


def _keep(
    uow: UnitOfWork,
    record: FieldRecord,
    case: str,
    envelope: Envelope,
    receipt: RecordReceipt,
    decision: str,
) -> None:
    uow.session.add(
        RecordRow(
            record=record.record,
            device=record.device,
            officer=columns.ident(record.officer),
            operation=columns.ident(record.operation),
            case=columns.ident(case),
            kind=type(record.body).__struct_config__.tag,
            payload_sha256=receipt.sha256,
            envelope=msgspec.json.encode(envelope),
            receipt=msgspec.json.encode(receipt),
            quarantined=bool(decision),
            decision=decision or None,
            recorded_ms=columns.moment(record.recorded_wall_ms, uow.now_ms),
            received_ms=uow.now_ms,
        )
    )
    uow.session.flush()
    for exhibit in exhibits_of(record):
        uow.session.add(
            ExhibitRow(
                record=record.record,
                sha256=exhibit.sha256,
                size=columns.number(exhibit.size),
                media_type=columns.line(exhibit.media_type),
                kind=columns.line(exhibit.kind)[:40],
            )
        )


def exhibits_of(record: FieldRecord) -> list[ExhibitRef]:
    """Return every exhibit a record names by a digest, once: its list, photos, signatures."""
    found = {exhibit.sha256: exhibit for exhibit in record.exhibits}
    for sha256, kind in exhibits.named(record.body).items():
        found.setdefault(sha256, ExhibitRef(sha256, 0, "", kind))
    return [exhibit for sha256, exhibit in found.items() if columns.is_digest(sha256)]


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
