"""Who is owed a notice of a measure (S-11): whoever was on one of both sides when it was executed,
or when it became a measure of the case."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from command_center.cases.file_models import PartyChange
from command_center.cases.models import Party
from command_center.cases.words import BOTH_PARTIES
from command_center.measures.change import node_of
from command_center.measures.models import MeasureChangeRow, MeasureRow
from command_center.platform.uow import UnitOfWork

BECAME_ENFORCEMENT = "BECAME_ENFORCEMENT"


def enforcement_node(case: str) -> str:
    """Return what a measure that came from a preservation case is told as in its new case."""
    return f"enforcement {case}"


def notices_owed(
    uow: UnitOfWork, measure: str | None = None
) -> Iterator[tuple[str, str, str, str]]:
    """Yield measure, node, party and role of every notice that is owed, of one measure or all."""
    moved = (
        select(func.max(MeasureChangeRow.changed_ms))
        .where(
            MeasureChangeRow.measure == MeasureRow.measure,
            MeasureChangeRow.act == BECAME_ENFORCEMENT,
        )
        .scalar_subquery()
    )
    since = func.coalesce(moved, MeasureRow.received_ms)
    later = select(PartyChange.party).where(
        PartyChange.party == Party.id,
        PartyChange.act.in_(("JOINED", "ROLE")),
        PartyChange.changed_ms > since,
    )
    query = (
        select(MeasureRow.measure, MeasureRow.case, moved, Party.id, Party.role)
        .join(Party, Party.case == MeasureRow.case)
        .where(Party.role.in_(BOTH_PARTIES), ~later.exists())
    )
    if measure is not None:
        query = query.where(MeasureRow.measure == measure)
    for row, case, moved_ms, party, role in uow.session.execute(query):
        node = row if moved_ms is None else node_of(row, enforcement_node(case))
        yield row, node, party, role
