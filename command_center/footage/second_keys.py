"""The keys by which second officers confirmed acts of an operation, for its evidence package."""

from __future__ import annotations

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.devices.models import SecondKeyRow
from command_center.footage.signed import records_of_operation
from command_center.platform.uow import UnitOfWork
from schemas.bundle import SecondKeyFact
from schemas.second import ConfirmedHere


def second_keys_of(uow: UnitOfWork, operation: str) -> list[SecondKeyFact]:
    """Return each enrolled key that a confirmation of the operation names, by its fingerprint."""
    records = [one for _, one, _ in records_of_operation(uow, operation, "confirmed_here")]
    named = {one.body.confirmation.key for one in records if isinstance(one.body, ConfirmedHere)}
    query = (
        select(SecondKeyRow, Staff.name)
        .join(Staff, Staff.id == SecondKeyRow.officer)
        .where(SecondKeyRow.key.in_(sorted(named)))
        .order_by(SecondKeyRow.key)
    )
    return [
        SecondKeyFact(
            row.key, row.public, row.officer, name, row.device, row.enrolled_ms, row.revoked_ms
        )
        for row, name in uow.session.execute(query)
    ]
