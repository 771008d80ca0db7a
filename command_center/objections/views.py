"""What faces and documents see of objections: each with its steps, oldest first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.cases.models import Party
from command_center.deadlines.words import OPEN
from command_center.objections.clocks import clocks_of
from command_center.objections.models import (
    ObjectionClock,
    ObjectionRow,
    ObjectionStep,
    ObjectionSubject,
)
from command_center.objections.words import (
    GRANTED,
    KINDS,
    RECONSIDER,
    REFUSED,
    SUIT,
    WITHDRAWN,
    clock_after,
)
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class StepView:
    """A step: act, day, paper; of a ruling also outcome (code, words), reason and who presided; of
    a service the party (id, name)."""

    act: str
    day: dt.date
    paper: str
    outcome: str
    outcome_words: tuple[str, str]
    reason: str
    judge: str
    party: str | None
    party_name: str


@dataclass(frozen=True)
class SubjectView:
    """A measure or a property that an objection names."""

    measure: str | None
    thing: str | None


@dataclass(frozen=True)
class ObjectionView:
    """An objection with its steps; clocks: the ids of those that belong to it; subjects: what it
    names, nothing: all of the case."""

    objection: str
    kind: str
    party: str
    name: str
    is_person: bool
    matter: str
    received: dt.date
    against: str | None
    steps: tuple[StepView, ...]
    subjects: tuple[SubjectView, ...] = ()
    clocks: tuple[str, ...] = ()

    @property
    def ruling(self) -> StepView | None:
        """The step by which it was decided."""
        return next((one for one in self.steps if one.act == "DECIDED"), None)

    @property
    def may_be_reconsidered(self) -> bool:
        """Whether reconsideration may be asked of its ruling."""
        return self.ruling is not None and clock_after(self.kind, self.ruling.outcome) == RECONSIDER

    @property
    def registered(self) -> StepView | None:
        """The step by which it was filed."""
        return next((one for one in self.steps if one.act == "REGISTERED"), None)


def objections_of(uow: UnitOfWork, case: str) -> list[ObjectionView]:
    """Return the objections of a case in the order in which they were received."""
    rows = uow.session.execute(
        select(ObjectionRow, Party)
        .join(Party, Party.id == ObjectionRow.party)
        .where(ObjectionRow.case == case)
        .order_by(ObjectionRow.received_day, ObjectionRow.recorded_ms)
    ).all()
    if not rows:
        return []
    ids = [row.objection for row, _ in rows]
    query = select(ObjectionStep).where(ObjectionStep.objection.in_(ids))
    query = query.order_by(ObjectionStep.number)
    named, clocks = _subjects(uow, ids), _clocks(uow, ids)
    steps = list(uow.session.scalars(query))
    staff, parties = {one.judge for one in steps}, {one.party for one in steps}
    names = dict(uow.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff))).all())
    served = select(Party.id, Party.name).where(Party.id.in_(parties))
    names |= dict(uow.session.execute(served).all())
    return [
        ObjectionView(
            row.objection, row.kind, row.party, party.name, party.is_person, row.matter,
            dt.date.fromisoformat(row.received_day), row.against,
            tuple(_step(row.kind, one, names) for one in steps if one.objection == row.objection),
            tuple(named[row.objection]), tuple(clocks[row.objection]),
        )
        for row, party in rows
    ]  # fmt: skip


def forbidding_disposal(uow: UnitOfWork, case: str) -> list[ObjectionView]:
    """Return third persons' objections while which what they name is not disposed of: one is
    reviewed, was granted, or the time to sue after its rejection runs (民诉解释 463)."""
    third = (one for one in objections_of(uow, case) if one.kind == "THIRD_PARTY")
    return [one for one in third if _forbids(uow, one)]


def _subjects(uow: UnitOfWork, objections: list[str]) -> dict[str, list[SubjectView]]:
    found: dict[str, list[SubjectView]] = defaultdict(list)
    query = select(ObjectionSubject).where(ObjectionSubject.objection.in_(objections))
    for row in uow.session.scalars(query.order_by(ObjectionSubject.number)):
        found[row.objection].append(SubjectView(row.measure, row.thing))
    return found


def _clocks(uow: UnitOfWork, objections: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in uow.session.scalars(
        select(ObjectionClock).where(ObjectionClock.objection.in_(objections))
    ):
        found[row.objection].append(row.deadline)
    return found


def _forbids(uow: UnitOfWork, one: ObjectionView) -> bool:
    if one.ruling is None:
        return True
    if one.ruling.outcome == GRANTED:
        return True
    if one.ruling.outcome in (WITHDRAWN, REFUSED):
        return False
    own = clocks_of(uow, one.objection, SUIT)
    return not own or any(clock.state in OPEN for clock in own)


def _step(kind: str, one: ObjectionStep, names: dict[str, str]) -> StepView:
    return StepView(
        one.act, dt.date.fromisoformat(one.day), one.paper,
        one.outcome, KINDS[kind].outcomes.get(one.outcome, ("", "")), one.reason,
        names.get(one.judge or "", ""), one.party, names.get(one.party or "", ""),
    )  # fmt: skip
