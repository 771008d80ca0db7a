"""The date of a stored clock, from its rule, the case's intervals, extensions and calendar."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from command_center.deadlines.clock import Computation, Exclusion, Extension, compute, day_text
from command_center.deadlines.court_calendar import CourtCalendar
from command_center.deadlines.models import DeadlineRow, ExtensionRow, IntervalRow
from command_center.deadlines.rulepack import RuleInForce, law
from command_center.deadlines.words import ClockState
from command_center.platform.uow import UnitOfWork
from schemas.time import court_time


def today(uow: UnitOfWork) -> dt.date:
    """Return the court's day of this transaction."""
    return court_time(uow.now_ms).date()


def recompute(uow: UnitOfWork, row: DeadlineRow, calendar: CourtCalendar) -> Computation:
    """Compute a clock from its facts and keep the date."""
    found = computation(uow, row, calendar)
    row.due_day, row.calendar = found.due.isoformat(), calendar.seq
    return found


def rule_of(row: DeadlineRow) -> RuleInForce:
    """Return the version of a clock's rule: that of the day on which it began."""
    return law().rule(row.rule, dt.date.fromisoformat(row.start_day))


def computation(uow: UnitOfWork, row: DeadlineRow, calendar: CourtCalendar) -> Computation:
    """Return the date of a clock with every step, as of today."""
    found, start = rule_of(row), dt.date.fromisoformat(row.start_day)
    return compute(
        found, start, calendar.days, _exclusions(uow, row.case, found), _extensions(uow, row),
        cautious=uow.settings.court.full_days,
    )  # fmt: skip


def _exclusions(uow: UnitOfWork, case: str, found: RuleInForce) -> list[Exclusion]:
    if not found.rule.excluded:
        return []
    query = select(IntervalRow).where(
        IntervalRow.case == case,
        IntervalRow.ground.in_(found.rule.excluded),
        IntervalRow.void == "",
    )
    now = today(uow)
    return [
        Exclusion(first, dt.date.fromisoformat(row.last_day) if row.last_day else max(first, now),
                  row.ground, row.paper)
        for row in uow.session.scalars(query.order_by(IntervalRow.first_day))
        for first in [dt.date.fromisoformat(row.first_day)]
    ]  # fmt: skip


def _extensions(uow: UnitOfWork, row: DeadlineRow) -> list[Extension]:
    query = select(ExtensionRow).where(ExtensionRow.deadline == row.deadline)
    return [
        Extension(one.count, one.approver, one.paper)
        for one in uow.session.scalars(query.order_by(ExtensionRow.number))
    ]


def reopen(uow: UnitOfWork, row: DeadlineRow) -> None:
    """A clock called missed runs again when its date has moved past today."""
    if row.state == ClockState.MISSED and row.due_day >= today(uow).isoformat():
        row.state = ClockState.RUNNING


def zh_day(iso: str) -> str:
    """Return a stored day as papers write it."""
    return day_text(dt.date.fromisoformat(iso))
