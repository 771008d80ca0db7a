"""Rows of cases for a list: a case with its parties and officers, in three looks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.cases.models import Case, CaseOfficer, Party
from command_center.cases.views import CaseRow
from command_center.platform.uow import UnitOfWork


def rows_of(uow: UnitOfWork, ids: Sequence[str]) -> list[CaseRow]:
    """Return the rows of cases, in the order of the ids."""
    cases = {row.id: row for row in uow.session.scalars(select(Case).where(Case.id.in_(ids)))}
    parties: dict[str, list[tuple[str, str]]] = {case: [] for case in cases}
    query = select(Party).where(Party.case.in_(parties), Party.until_day.is_(None))
    for party in uow.session.scalars(query.order_by(Party.position)):
        parties[party.case].append((party.role, party.name))
    officers: dict[str, list[str]] = {case: [] for case in cases}
    for case, name in uow.session.execute(
        select(CaseOfficer.case, Staff.name)
        .join(Staff, Staff.id == CaseOfficer.staff)
        .where(CaseOfficer.case.in_(officers), CaseOfficer.until_ms.is_(None))
        .order_by(CaseOfficer.since_ms, CaseOfficer.id)
    ):
        officers[case].append(name)
    return [
        CaseRow(
            row.id, row.number, row.kind, row.state, row.cause, row.filed_ms, row.amount_fen,
            tuple(parties[row.id]), tuple(officers[row.id]), row.major,
        )
        for row in (cases[case] for case in ids)
    ]  # fmt: skip
