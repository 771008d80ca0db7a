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


def out_of_quarantine(uow: UnitOfWork, operation: str) -> frozenset[str]:
    """Return the records of an operation that a revoked device sent and two persons took over."""
    query = select(RecordRow.record).where(
        RecordRow.operation == operation, RecordRow.quarantined.is_(True)
    )
    return frozenset(uow.session.scalars(query))


def of_case(case: str) -> ColumnElement[bool]:
    """Return the condition that a record belongs to a case."""
    placed = select(PlacedRow.record).where(PlacedRow.case == case)
    return or_(RecordRow.case == case, RecordRow.record.in_(placed))
