"""Field records: accepted whole, in one transaction, or not at all.

A done act is never refused: an authentic record is taken as recorded and its defects are listed.
Only what is not authentic is refused, and other bytes under a known record's id are a Conflict.
"""

from __future__ import annotations

import msgspec

from command_center.access.models import Staff
from command_center.access.permissions import Role, permissions_of
from command_center.devices.contact import principal_of
from command_center.devices.models import Device
from command_center.measures import columns, entry
from command_center.measures.consequences import follow
from command_center.measures.models import ExhibitRow, PlacedRow, RecordRow
from command_center.measures.verdict import judge
from command_center.operations import unplanned
from command_center.operations.case_correction import was_of
from command_center.operations.models import UnplannedRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas import crash, exhibits
from schemas.field_api import RecordReceipt
from schemas.ids import id_bytes
from schemas.measures.former import as_form
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, ExhibitRef, FieldRecord
from schemas.sign import Envelope, decode, decode_payload


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
    receipt, usable = judge(uow, record, digest, quarantined=bool(decision))
    _keep(uow, signed, record.case, envelope, receipt, decision)
    entry.enter(uow, principal, record, receipt, usable=usable, decision=decision)
    follow(uow, principal, record, receipt, usable=usable)
    crash.point("centre.in_measure_transaction")
    return receipt


def place_record(uow: UnitOfWork, row: RecordRow, case: str) -> None:
    """Carry out a record that waited for the case of its operation."""
    signed = decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord)
    record = msgspec.structs.replace(as_form(signed), case=case)
    principal = principal_of(uow, uow.session.get_one(Device, row.device))
    receipt, usable = judge(uow, record, row.payload_sha256, quarantined=row.quarantined)
    uow.session.add(PlacedRow(record=row.record, case=case, placed_ms=uow.now_ms,
                              receipt=msgspec.json.encode(receipt)))  # fmt: skip
    uow.session.flush()
    entry.enter(uow, principal, record, receipt, usable=usable, decision=row.decision or "")
    follow(uow, principal, record, receipt, usable=usable)


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
