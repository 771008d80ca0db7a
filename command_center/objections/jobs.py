"""What the worker does for objections: what was held is released where nobody sued in time."""

from __future__ import annotations

import threading

from sqlalchemy import and_, select

from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.service import NewDeadline, begin
from command_center.deadlines.words import OPEN, ClockState
from command_center.objections.models import ObjectionRow, ObjectionStep
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
    rows = uow.session.execute(
        select(ObjectionRow.case, ObjectionRow.label)
        .join(ObjectionStep, ObjectionStep.objection == ObjectionRow.objection)
        .outerjoin(
            DeadlineRow,
            and_(DeadlineRow.case == ObjectionRow.case, DeadlineRow.rule == RELEASE,
                 DeadlineRow.subject == ObjectionRow.label),
        )
        .where(
            ObjectionRow.kind == "THIRD_PARTY", ObjectionStep.act == "DECIDED",
            ObjectionStep.outcome == GRANTED, DeadlineRow.deadline.is_(None),
        )
    ).all()  # fmt: skip
    return sum(_start(uow, case, label) for case, label in rows)


def _start(uow: UnitOfWork, case: str, label: str) -> bool:
    query = select(DeadlineRow).where(
        DeadlineRow.case == case, DeadlineRow.rule == SUIT,
        DeadlineRow.state != ClockState.WITHDRAWN,
    )  # fmt: skip
    clocks = [row for row in uow.session.scalars(query) if row.subject.startswith(f"{label} · ")]
    ended = [row for row in clocks if row.state == ClockState.PASSED]
    if not ended or len(ended) < len(clocks) or any(row.state in OPEN for row in clocks):
        return False
    last = max(row.due_day for row in ended)
    begin(uow, CENTRE, NewDeadline(case, RELEASE, last, label))
    return True
