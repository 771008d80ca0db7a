"""What the centre made of a record: as it came, or when its operation's case was named."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from command_center.measures.models import PlacedRow, RecordRow
from command_center.platform.uow import UnitOfWork
from schemas.field_api import RecordReceipt
from schemas.sign import decode

AWAITED, UNKNOWN = "record.case_awaited", "record.operation_unknown"


def receipt_of(uow: UnitOfWork, row: RecordRow) -> RecordReceipt:
    """Return the receipt that says what followed from a record."""
    receipt = decode(row.receipt, RecordReceipt)
    if not any(one.code in (AWAITED, UNKNOWN) for one in receipt.defects):
        return receipt
    placed = uow.session.get(PlacedRow, row.record)
    return receipt if placed is None else decode(placed.receipt, RecordReceipt)


def of_case(case: str) -> ColumnElement[bool]:
    """Return the condition that a record belongs to a case."""
    placed = select(PlacedRow.record).where(PlacedRow.case == case)
    return or_(RecordRow.case == case, RecordRow.record.in_(placed))
