"""The clocks of an objection: each names the objection that it belongs to, and whose time it is."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from command_center.cases.models import Party
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.service import NewDeadline, begin, finish_deadline
from command_center.deadlines.words import OPEN, ClockState
from command_center.objections.models import ObjectionClock, ObjectionRow
from command_center.objections.words import KINDS
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork

_LONGEST = 120


def begin_clock(
    uow: UnitOfWork, principal: Principal, row: ObjectionRow, rule: str, day: str,
    party: Party | None = None,
) -> None:  # fmt: skip
    """Start a clock of an objection on a day (ISO), or that of a party; again changes nothing."""
    whose = party.id if party is not None else None
    clock = str(uuid.uuid5(uuid.UUID(row.objection), f"{rule} {whose or ''}"))
    if uow.session.get(ObjectionClock, clock) is not None:
        return
    who = uow.session.get_one(Party, row.party).name
    words = f"{KINDS[row.kind].zh}：{who}，{row.matter}"[:_LONGEST]
    subject = f"{words} · {party.name}" if party is not None else words
    begin(uow, principal, NewDeadline(row.case, rule, day, subject, clock))
    uow.session.add(ObjectionClock(deadline=clock, objection=row.objection, party=whose))
    uow.session.flush()


def finish_clocks(
    uow: UnitOfWork, principal: Principal, row: ObjectionRow, rule: str, day: dt.date, how: str,
    party: str | None = None,
) -> None:  # fmt: skip
    """End the clocks of a rule that still ask for something, of a party those that are his."""
    for clock in clocks_of(uow, row.objection, rule):
        if clock.state in OPEN and party in (None, _whose(uow, clock)):
            finish_deadline(uow, principal, clock.deadline, day.isoformat(), how)


def clocks_of(uow: UnitOfWork, objection: str, rule: str) -> list[DeadlineRow]:
    """Return an objection's clocks of a rule that were not withdrawn, oldest first."""
    query = (
        select(DeadlineRow)
        .join(ObjectionClock, ObjectionClock.deadline == DeadlineRow.deadline)
        .where(ObjectionClock.objection == objection, DeadlineRow.rule == rule,
               DeadlineRow.state != ClockState.WITHDRAWN)
    )  # fmt: skip
    return list(uow.session.scalars(query.order_by(DeadlineRow.start_day, DeadlineRow.deadline)))


def _whose(uow: UnitOfWork, clock: DeadlineRow) -> str | None:
    return uow.session.get_one(ObjectionClock, clock.deadline).party
