"""What an objection is against: measures and property of its case, and which of them may not be
disposed of meanwhile (民诉解释 463)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from command_center.cases.things import thing_in
from command_center.measures.models import MeasureRow
from command_center.objections import service
from command_center.objections.service import NewObjection, Subject
from command_center.objections.views import ObjectionView, forbidding_disposal, objections_of
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.measures.kinds import MeasureKind
from schemas.problems import Kind, MzError
from schemas.time import court_time


def receive_objection(
    uow: UnitOfWork, principal: Principal, message: NewObjection,
    measures: Sequence[str] = (), things: Sequence[str] = (),
) -> str:  # fmt: skip
    """Record a written objection with the measures and the property of the case that it names.

    Errors: `measure.unknown`, `thing.unknown` (none of this case), those of
    `objections.service.receive_objection`.
    """
    principal.require("case:keep")
    found = [_measure(uow, message.case, one) for one in dict.fromkeys(measures)]
    for one in dict.fromkeys(things):
        thing = thing_in(uow, message.case, one)
        found.append(Subject(thing.name, thing=thing.thing))
    return service.receive_objection(uow, principal, replace(message, subjects=tuple(found)))


def forbidding(uow: UnitOfWork, row: MeasureRow) -> ObjectionView | None:
    """Return a third person's objection while which what a measure holds is not disposed of: one
    that names it, or names nothing."""
    return next((one for one in forbidding_disposal(uow, row.case) if _covers(uow, one, row)), None)


def objections_to(uow: UnitOfWork, measure: str) -> list[tuple[ObjectionView, bool]]:
    """Return the objections that name a measure or its property, and whether each forbids its
    disposal; those that name nothing only while they forbid it."""
    row = uow.session.get_one(MeasureRow, measure)
    forbids = {one.objection for one in forbidding_disposal(uow, row.case)}
    return [
        (one, one.objection in forbids) for one in objections_of(uow, row.case)
        if (one.subjects or one.objection in forbids) and _covers(uow, one, row)
    ]  # fmt: skip


def _measure(uow: UnitOfWork, case: str, measure: str) -> Subject:
    row = uow.session.get(MeasureRow, measure)
    if row is None or row.case != case:
        raise MzError("measure.unknown", Kind.NOT_FOUND, measure[:40])
    return Subject(f"{MeasureKind(row.kind).zh}{row.subject}", measure=row.measure,
                   since=court_time(row.executed_ms).date())  # fmt: skip


def _covers(uow: UnitOfWork, objection: ObjectionView, row: MeasureRow) -> bool:
    named = {one.measure for one in objection.subjects if one.measure}
    things = {one.thing for one in objection.subjects if one.thing}
    if not named and not things:
        return True
    own = _turns(uow, row.measure)
    if own & named or any(row.measure in _turns(uow, one) for one in named):
        return True
    return bool(_things(uow, own) & (things | _things(uow, named)))


def _things(uow: UnitOfWork, measures: set[str]) -> set[str]:
    query = select(MeasureRow.thing).where(MeasureRow.measure.in_(measures))
    return {thing for thing in uow.session.scalars(query) if thing}


def _turns(uow: UnitOfWork, measure: str) -> set[str]:
    """Return a measure and all that it waited for: they are over the same property."""
    found: set[str] = set()
    at: str | None = measure
    while at is not None and at not in found:
        found.add(at)
        row = uow.session.get(MeasureRow, at)
        at = row.waits_for if row is not None else None
    return found
