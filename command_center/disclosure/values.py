"""Integrity values (U3) as a party reads them: what his paper shows, and nobody's name."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from command_center.disclosure.document import ValueShown
from command_center.disclosure.log import going_on
from command_center.footage.integrity import values_of
from command_center.measures.models import MeasureRow, RecordRow
from command_center.measures.receipts import of_case
from command_center.platform.uow import UnitOfWork


def party_values(uow: UnitOfWork, case: str, held: Collection[str]) -> list[ValueShown]:
    """Return the values of visits that are over and of which the party was told everything, the
    newest first; one that cannot be read or is another device's is left out."""
    hidden = going_on(uow, case) | set(
        uow.session.scalars(select(MeasureRow.operation).where(MeasureRow.measure.in_(held)))
    )
    query = select(RecordRow.operation).where(
        of_case(case),
        RecordRow.kind == "integrity_value",
    )
    visits = set(uow.session.scalars(query)) - hidden
    found = [
        ValueShown(one.code, one.value, one.at_ms, one.chains, one.records)
        for visit in visits
        for one in values_of(uow, visit)
        if one.readable
    ]
    return sorted(found, key=lambda one: (one.at_ms, one.value), reverse=True)
