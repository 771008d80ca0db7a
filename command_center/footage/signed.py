"""What officers signed about footage, read again from the exact records that hold it."""

from __future__ import annotations

from sqlalchemy import Select, select

from command_center.access.models import Staff
from command_center.measures.footage_notes import ONLY_FLAGGED
from command_center.measures.models import RecordRow
from command_center.measures.receipts import receipt_of
from command_center.platform.uow import UnitOfWork
from schemas.records import FIELD_RECORD, FieldRecord
from schemas.sign import Envelope, decode, decode_payload

SignedRecord = tuple[RecordRow, FieldRecord, str]
"""The row, the record, and the name of the officer who signed in."""


def records_of_operation(uow: UnitOfWork, operation: str, kind: str) -> list[SignedRecord]:
    """Return an operation's records of a kind, in the order in which they came."""
    return _read(uow, _of_kind(kind).where(RecordRow.operation == operation))


def records_of_device(uow: UnitOfWork, device: str, kind: str) -> list[SignedRecord]:
    """Return a device's records of a kind, in the order in which they came."""
    return _read(uow, _of_kind(kind).where(RecordRow.device == device))


def is_accepted(uow: UnitOfWork, row: RecordRow) -> bool:
    """Say whether a record had no defect when it came, or was only late: the receipt says so."""
    return all(defect.code in ONLY_FLAGGED for defect in receipt_of(uow, row).defects)


def _of_kind(kind: str) -> Select[RecordRow, str]:
    return (
        select(RecordRow, Staff.name)
        .outerjoin(Staff, Staff.id == RecordRow.officer)
        .where(RecordRow.kind == kind)
        .order_by(RecordRow.received_ms, RecordRow.record)
    )


def _read(uow: UnitOfWork, query: Select[RecordRow, str]) -> list[SignedRecord]:
    return [
        (row, decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord), name or "")
        for row, name in uow.session.execute(query)
    ]
