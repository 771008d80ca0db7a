"""What other rooms and faces see of clocks and intervals: frozen views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.cases.models import Case
from command_center.deadlines.clock import Computation
from command_center.deadlines.court_calendar import court_calendar
from command_center.deadlines.models import DeadlineRow, IntervalRow
from command_center.deadlines.reckoning import computation, rule_of, today
from command_center.deadlines.rulepack import RuleInForce
from command_center.deadlines.words import OPEN, ClockState
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class ClockView:
    """A clock as of today: its rule, the date with every step, the days left (negative: over)."""

    deadline: str
    case: str
    case_number: str
    subject: str
    start: dt.date
    state: ClockState
    found: RuleInForce
    computation: Computation
    days_left: int
    ended: dt.date | None
    note: str

    @property
    def open(self) -> bool:
        """Whether it still asks for something."""
        return self.state in OPEN


@dataclass(frozen=True)
class IntervalView:
    """Days of a case that do not count; `void`: why it never was one."""

    interval: str
    ground: str
    first: dt.date
    last: dt.date | None
    paper: str
    void: str


def open_clocks(
    uow: UnitOfWork, principal: Principal, page: int = 0
) -> tuple[list[ClockView], int]:
    """Return a page of the court's clocks that ask for something, the nearest date first, and
    how many there are; pages count from 0."""
    principal.require("deadline:read")
    asks = DeadlineRow.state.in_(OPEN)
    nearest = select(DeadlineRow).where(asks).order_by(DeadlineRow.due_day, DeadlineRow.deadline)
    found = uow.session.scalars(nearest.offset(page * PAGE).limit(PAGE))
    total = uow.session.scalar(select(func.count()).select_from(DeadlineRow).where(asks))
    return _views(uow, found), int(total or 0)


def clocks_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[ClockView]:
    """Return a case's clocks in the order of their dates."""
    principal.require("deadline:read")
    return case_clocks(uow, case)


def case_clocks(uow: UnitOfWork, case: str) -> list[ClockView]:
    """Return a case's clocks for other rooms."""
    query = select(DeadlineRow).where(DeadlineRow.case == case)
    return _views(
        uow, uow.session.scalars(query.order_by(DeadlineRow.due_day, DeadlineRow.started_ms))
    )


def read_clock(uow: UnitOfWork, principal: Principal, deadline: str) -> ClockView:
    """Return one clock; `deadline.unknown`."""
    principal.require("deadline:read")
    row = uow.session.get(DeadlineRow, deadline)
    if row is None:
        raise MzError("deadline.unknown", Kind.NOT_FOUND, deadline[:40])
    return _views(uow, [row])[0]


def intervals_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[IntervalView]:
    """Return the intervals recorded in a case, oldest first."""
    principal.require("deadline:read")
    query = select(IntervalRow).where(IntervalRow.case == case)
    return [
        IntervalView(row.interval, row.ground, dt.date.fromisoformat(row.first_day),
                     dt.date.fromisoformat(row.last_day) if row.last_day else None,
                     row.paper, row.void)
        for row in uow.session.scalars(query.order_by(IntervalRow.first_day))
    ]  # fmt: skip


def _views(uow: UnitOfWork, found: Iterable[DeadlineRow]) -> list[ClockView]:
    rows = list(found)
    calendar, now = court_calendar(uow), today(uow)
    numbers = dict(
        uow.session.execute(
            select(Case.id, Case.number).where(Case.id.in_({row.case for row in rows}))
        ).all()
    )
    views = []
    for row in rows:
        made = computation(uow, row, calendar)
        ended = dt.date.fromisoformat(row.ended_day) if row.ended_day else None
        views.append(
            ClockView(
                row.deadline, row.case, numbers[row.case], row.subject,
                dt.date.fromisoformat(row.start_day), ClockState(row.state), rule_of(row), made,
                made.days_left(now), ended, row.note,
            )
        )  # fmt: skip
    return views
