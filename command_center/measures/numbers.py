"""Cases found by a whole identity, unit or account number, through its blind index: a part of one
finds nothing, since none is kept in clear."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.views import note_view
from command_center.cases.file_models import Thing
from command_center.cases.models import Case, Party
from command_center.cases.rows import rows_of
from command_center.cases.service import identity_index
from command_center.cases.things import MARK
from command_center.cases.views import CaseRow
from command_center.measures.execution import SECRET
from command_center.measures.models import MeasureFactRow, MeasureRow
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError

SHORTEST, MOST = 6, 100
PARTY, THING, MEASURE = "PARTY", "THING", "MEASURE"


@dataclass(frozen=True)
class NumberFound:
    """Where a number stands in a case: at a party (kind: its role), a property or a measure (its
    id in `subject`); `text`: its name."""

    case: CaseRow
    where: str
    kind: str
    text: str
    subject: str


def find_by_number(uow: UnitOfWork, principal: Principal, text: str) -> list[NumberFound]:
    """Return where a whole number stands, newest cases first, at most `MOST` of each kind; write
    of each case who looked it up. A write verb. Errors: `number.too_short`."""
    principal.require("case:read")
    principal.require("measure:read")
    number = typed.number(text)
    if len(number) < SHORTEST:
        raise MzError("number.too_short", Kind.INVALID)
    found = [*_parties(uow, number), *_things(uow, number), *_measures(uow, number)]
    cases = {row.id: row for row in rows_of(uow, list(dict.fromkeys(one[0] for one in found)))}
    for case in cases:
        note_view(uow, principal, "number", case, case)
    made = [NumberFound(cases[case], *rest) for case, *rest in found]
    return sorted(made, key=lambda one: one.case.filed_ms, reverse=True)


def _parties(uow: UnitOfWork, number: str) -> list[tuple[str, str, str, str, str]]:
    index = identity_index(uow, number)
    query = (
        select(Party)
        .join(Case, Case.id == Party.case)
        .where(Party.id_index == index)
        .order_by(Case.filed_ms.desc(), Party.position)
        .limit(MOST)
    )
    return [(row.case, PARTY, row.role, row.name, row.id) for row in uow.session.scalars(query)]


def _things(uow: UnitOfWork, number: str) -> list[tuple[str, str, str, str, str]]:
    index = uow.keys.cipher.blind_index(number, MARK)
    query = select(Thing).where(Thing.mark_index == index)
    rows = uow.session.scalars(query.order_by(Thing.recorded_ms.desc()).limit(MOST))
    return [(row.case, THING, row.kind, row.name, row.thing) for row in rows]


def _measures(uow: UnitOfWork, number: str) -> list[tuple[str, str, str, str, str]]:
    index = uow.keys.cipher.blind_index(number, SECRET)
    query = (
        select(MeasureRow)
        .join(MeasureFactRow, MeasureFactRow.measure == MeasureRow.measure)
        .where(MeasureFactRow.value_index == index)
        .distinct()
    )
    rows = uow.session.scalars(query.order_by(MeasureRow.executed_ms.desc()).limit(MOST))
    return [(row.case, MEASURE, row.kind, row.subject, row.measure) for row in rows]
