"""The register of operations (行动): planned, under way, over; by words, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, false, func, or_, select

from command_center.cases.search import cases_of_words
from command_center.operations.models import Operation
from command_center.operations.service import operation_rows
from command_center.operations.views import OperationRow
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


class Group(StrEnum):
    """The tabs of the register."""

    ALL = ""
    PLANNED = "planned"
    OUT = "out"
    OVER = "over"


_STATES = {
    Group.PLANNED: ("PLANNED",),
    Group.OUT: ("DEPARTED", "ON_SCENE", "ACTING"),
    Group.OVER: ("WITHDRAWN", "CLOSED", "CALLED_OFF"),
}


@dataclass(frozen=True)
class OperationQuery:
    """Message: words of the operation's title, its address or its case; `page` counts from 0."""

    text: str = ""
    group: Group = Group.ALL
    page: int = 0


@dataclass(frozen=True)
class OperationsFound:
    """A page of operations; `counts` of what the words leave."""

    rows: list[OperationRow]
    total: int
    counts: dict[Group, int]


def operation_register(
    uow: UnitOfWork, principal: Principal, query: OperationQuery
) -> OperationsFound:
    """Return one page of the register."""
    principal.require("operation:read")
    asked = _asked(uow, query.text)
    by_state: dict[str, int] = dict(
        uow.session.execute(
            select(Operation.state, func.count()).where(*asked).group_by(Operation.state)
        ).all()
    )
    counts = {group: sum(by_state.get(state, 0) for state in of) for group, of in _STATES.items()}
    counts[Group.ALL] = sum(counts.values())
    if query.group is not Group.ALL:
        asked.append(Operation.state.in_(_STATES[query.group]))
    newest = select(Operation).where(*asked)
    newest = newest.order_by(Operation.planned_start_ms.desc(), Operation.id.desc())
    rows = uow.session.scalars(newest.offset(query.page * PAGE).limit(PAGE))
    return OperationsFound(operation_rows(uow, rows), counts[query.group], counts)


def _asked(uow: UnitOfWork, text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    cases = cases_of_words(uow, text)
    of_case = Operation.case.in_(cases) if cases is not None else false()
    of_itself = (
        one.icontains(text, autoescape=True) for one in (Operation.title, Operation.address)
    )
    return [or_(*of_itself, of_case)]
