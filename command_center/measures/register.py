"""The register of measures (措施台账): by group, officer or words, what ends first on top.

Measures in force come in the order of their last days, then those that have none, then those that
ended, the newest first: three walks along indexes, so a page costs the same in a register of any
length. A query by words finds a measure by its property, or by its case's number and parties.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, false, func, or_, select

from command_center.access.models import Staff
from command_center.cases.rows import rows_of
from command_center.cases.search import cases_of_words
from command_center.cases.views import CaseRow
from command_center.measures.models import MeasureRow
from command_center.measures.states import MeasureState
from command_center.measures.views import MeasureView, measure_views
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.measures.kinds import MeasureKind

ENDED = (MeasureState.RELEASED, MeasureState.LAPSED, MeasureState.CONVERTED)


class Group(StrEnum):
    """The tabs of the register; `ENDED` is by state, the others are of measures that stand."""

    ALL = ""
    SEAL = "seal"
    SEIZE = "seize"
    FREEZE = "freeze"
    QUEUED = "queued"
    OTHER = "other"
    ENDED = "ended"

    @classmethod
    def of(cls, kind: MeasureKind, state: MeasureState) -> Group:
        """Return the tab, beside `ALL`, under which a measure stands."""
        if state in ENDED:
            return cls.ENDED
        return cls.QUEUED if state is MeasureState.QUEUED else _OF_KIND.get(kind, cls.OTHER)


_OF_KIND = {
    MeasureKind.SEAL: Group.SEAL,
    MeasureKind.QUEUED_SEAL: Group.SEAL,
    MeasureKind.SEIZE: Group.SEIZE,
    MeasureKind.QUEUED_SEIZE: Group.SEIZE,
    MeasureKind.FREEZE: Group.FREEZE,
    MeasureKind.QUEUED_FREEZE: Group.FREEZE,
}


@dataclass(frozen=True)
class MeasureQuery:
    """Message: what is looked for. officer: a staff id, empty for all; `page` counts from 0."""

    text: str = ""
    group: Group = Group.ALL
    officer: str = ""
    page: int = 0


@dataclass(frozen=True)
class MeasuresFound:
    """A page of the register. `counts` and `in_force_fen` are of what words and officer leave.

    total: of the group. cases: those of the page's measures, by id. officers: id and name of
    every member of staff who has a measure.
    """

    rows: list[MeasureView]
    total: int
    counts: dict[Group, int]
    in_force_fen: int
    cases: dict[str, CaseRow] = field(repr=False)
    officers: list[tuple[str, str]]


def measure_register(uow: UnitOfWork, principal: Principal, query: MeasureQuery) -> MeasuresFound:
    """Return one page of the register."""
    principal.require("measure:read")
    asked = _asked(uow, query)
    counts, value = _counts(uow, asked)
    ids = _page(uow, query, asked, counts[Group.ALL] - counts[Group.ENDED])
    rows = measures_named(uow, principal, ids)
    cases = rows_of(uow, list(dict.fromkeys(row.case for row in rows)))
    return MeasuresFound(
        rows, counts[query.group], counts, value, {case.id: case for case in cases}, _officers(uow)
    )


def measures_named(uow: UnitOfWork, principal: Principal, ids: list[str]) -> list[MeasureView]:
    """Return the measures of these ids in their order; what is no measure is left out."""
    principal.require("measure:read")
    found = uow.session.scalars(select(MeasureRow).where(MeasureRow.measure.in_(ids)))
    views = {view.measure: view for view in measure_views(uow, found)}
    return [views[one] for one in ids if one in views]


def _asked(uow: UnitOfWork, query: MeasureQuery) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if query.officer:
        asked.append(MeasureRow.officer == query.officer)
    if query.text:
        cases = cases_of_words(uow, query.text)
        of_case = MeasureRow.case.in_(cases) if cases is not None else false()
        asked.append(or_(MeasureRow.subject.icontains(query.text, autoescape=True), of_case))
    return asked


def _counts(uow: UnitOfWork, asked: list[ColumnElement[bool]]) -> tuple[dict[Group, int], int]:
    """Return how many there are of each group, and what the measures in force hold, in fen."""
    by = MeasureRow.kind, MeasureRow.state
    sums = func.count(), func.coalesce(func.sum(MeasureRow.value_fen), 0)
    counts, value = dict.fromkeys(Group, 0), 0
    for kind, state, count, fen in uow.session.execute(
        select(*by, *sums).where(*asked).group_by(*by)
    ):
        counts[Group.of(MeasureKind(kind), MeasureState(state))] += count
        counts[Group.ALL] += count
        if state in (MeasureState.IN_FORCE, MeasureState.RENEWED):
            value += int(fen or 0)
    return counts, value


def _of_group(group: Group) -> list[ColumnElement[bool]]:
    if group in (Group.ALL, Group.ENDED):
        return []
    if group is Group.QUEUED:
        return [MeasureRow.state == MeasureState.QUEUED]
    kinds = [kind for kind in MeasureKind if _OF_KIND.get(kind, Group.OTHER) is group]
    return [MeasureRow.state != MeasureState.QUEUED, MeasureRow.kind.in_(kinds)]


def _page(
    uow: UnitOfWork, query: MeasureQuery, asked: list[ColumnElement[bool]], standing: int
) -> list[str]:
    """Return the ids of the page; `standing` measures come before those that ended."""
    first = query.page * PAGE
    ids: list[str] = []
    if query.group is not Group.ENDED:
        order = MeasureRow.control_to.asc().nulls_last(), MeasureRow.measure
        where = (MeasureRow.state.not_in(ENDED), *_of_group(query.group), *asked)
        found = select(MeasureRow.measure).where(*where).order_by(*order)
        ids += uow.session.scalars(found.offset(first).limit(PAGE))
    if query.group in (Group.ALL, Group.ENDED) and len(ids) < PAGE:
        skip = max(first - standing, 0) if query.group is Group.ALL else first
        ended = select(MeasureRow.measure).where(MeasureRow.state.in_(ENDED), *asked)
        ended = ended.order_by(MeasureRow.measure.desc())
        ids += uow.session.scalars(ended.offset(skip).limit(PAGE - len(ids)))
    return ids


def _officers(uow: UnitOfWork) -> list[tuple[str, str]]:
    has_one = select(MeasureRow.measure).where(MeasureRow.officer == Staff.id).limit(1).exists()
    found = uow.session.execute(select(Staff.id, Staff.name).where(has_one).order_by(Staff.name))
    return [(staff, name) for staff, name in found]
