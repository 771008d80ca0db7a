"""What the worker does for deadlines: the six months of every case, moved calendars, last days."""

from __future__ import annotations

import datetime as dt
import threading

from sqlalchemy import and_, select

from command_center.cases.models import Case
from command_center.deadlines.court_calendar import court_calendar, latest_change
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.reckoning import recompute, reopen, today
from command_center.deadlines.rulepack import law
from command_center.deadlines.service import NewDeadline, begin, end_passed
from command_center.deadlines.words import OPEN, ClockState
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.principal import CENTRE
from command_center.platform.uow import UnitOfWork
from schemas.time import COURT_ZONE, court_time, to_ms

CLOSE_CASE = "close_case"
_SIX_MONTHS = ("ENF_FIRST", "ENF_RESUMED", "ENF_OTHER")
"""Kinds of cases that 执行规定 63 gives six months; objections and the like have times of their
own, which begin with a paper and not with the filing."""
_BATCH = 200


def loops(database: Database) -> list[Loop]:
    """Return the loop that the worker runs beside the outbox."""

    def watch(_stop: threading.Event) -> bool:
        done = [database.run(step) for step in (start_case_clocks, follow_calendar, end_clocks)]
        return _BATCH in done

    return [Loop("deadlines.watch", watch, 10.0)]


def start_case_clocks(uow: UnitOfWork) -> int:
    """Start the clock for closing (S-16) of each open case of enforcement that has none; return
    how many.

    Cases of before the first profile have no rule here.
    """
    uow.one_at_a_time("deadlines.watch")
    first = dt.datetime.combine(law().packs[0].effective_from, dt.time(), COURT_ZONE)
    rows = uow.session.execute(
        select(Case.id, Case.filed_ms)
        .outerjoin(DeadlineRow, and_(DeadlineRow.case == Case.id, DeadlineRow.rule == CLOSE_CASE))
        .where(
            DeadlineRow.deadline.is_(None),
            Case.state != "CLOSED",
            Case.kind.in_(_SIX_MONTHS),
            Case.filed_ms >= to_ms(first),
        )
        .limit(_BATCH)
    ).all()
    for case, filed_ms in rows:
        day = court_time(filed_ms).date().isoformat()
        begin(uow, CENTRE, NewDeadline(case, CLOSE_CASE, day))
    return len(rows)


def follow_calendar(uow: UnitOfWork) -> int:
    """Compute anew the open clocks that were computed with an older calendar; return how many."""
    newest = latest_change(uow)
    rows = uow.session.scalars(
        select(DeadlineRow)
        .where(DeadlineRow.state.in_(OPEN), DeadlineRow.calendar < newest)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    calendar = court_calendar(uow)
    for row in rows:
        recompute(uow, row, calendar)
        reopen(uow, row)
    return len(rows)


def end_clocks(uow: UnitOfWork) -> int:
    """Move each running clock whose last day is over; return how many were looked at."""
    now = today(uow).isoformat()
    rows = uow.session.scalars(
        select(DeadlineRow)
        .where(DeadlineRow.state == ClockState.RUNNING, DeadlineRow.due_day < now)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    calendar = court_calendar(uow)
    for row in rows:
        recompute(uow, row, calendar)
        if row.due_day < now:
            end_passed(uow, CENTRE, row)
    return len(rows)
