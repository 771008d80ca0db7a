"""What the worker does for objections: what was held is released where nobody sued in time."""

from __future__ import annotations

import threading

from sqlalchemy import select

from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.words import ClockState
from command_center.objections.clocks import begin_clock, clocks_of
from command_center.objections.models import ObjectionClock, ObjectionRow, ObjectionStep
from command_center.objections.words import GRANTED, RELEASE, SUIT
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.principal import CENTRE
from command_center.platform.uow import UnitOfWork


def loops(database: Database) -> list[Loop]:
    """Return the loop that the worker runs beside the outbox."""

    def watch(_stop: threading.Event) -> bool:
        database.run(start_releases)
        return False

    return [Loop("objections.watch", watch, 30.0)]


def start_releases(uow: UnitOfWork) -> int:
    """Start the seven days for releasing (民诉解释 314) wherever a third person's objection was
    granted, the time to sue has ended for all who were served, and nobody sued; return how many.
    """
    uow.one_at_a_time("objections.watch")
    released = (
        select(ObjectionClock.deadline)
        .join(DeadlineRow, DeadlineRow.deadline == ObjectionClock.deadline)
        .where(ObjectionClock.objection == ObjectionRow.objection, DeadlineRow.rule == RELEASE)
    )
    rows = uow.session.scalars(
        select(ObjectionRow)
        .join(ObjectionStep, ObjectionStep.objection == ObjectionRow.objection)
        .where(
            ObjectionRow.kind == "THIRD_PARTY", ObjectionStep.act == "DECIDED",
            ObjectionStep.outcome == GRANTED, ~released.exists(),
        )
    ).all()  # fmt: skip
    return sum(_start(uow, row) for row in rows)


def _start(uow: UnitOfWork, row: ObjectionRow) -> bool:
    clocks = clocks_of(uow, row.objection, SUIT)
    ended = [clock.due_day for clock in clocks if clock.state == ClockState.PASSED]
    if not ended or len(ended) < len(clocks):
        return False
    begin_clock(uow, CENTRE, row, RELEASE, max(ended))
    return True
