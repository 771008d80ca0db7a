"""One measure to the end: its fields (secrets masked), its periods, what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.access.views import note_view
from command_center.deadlines.rulepack import law
from command_center.measures.models import (
    ControlPeriodRow,
    MeasureChangeRow,
    MeasureFactRow,
    MeasureRow,
)
from command_center.measures.views import MeasureView, measure_views
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.measures.fields import FIELDS
from schemas.problems import Kind, MzError


@dataclass(frozen=True)
class FactView:
    """A field in its order; `value` as stored, money in fen, secrets masked."""

    name: str
    value: str


@dataclass(frozen=True)
class PeriodView:
    """A control period with the source of its ceiling, and whether its text was read."""

    number: int
    start: dt.date
    end: dt.date
    suggested: bool
    law: str
    verified: bool


@dataclass(frozen=True)
class ChangeView:
    """What became of the measure on a day: act, ground, paper, who wrote it."""

    act: str
    day: dt.date
    ground: str
    paper: str
    by: str


@dataclass(frozen=True)
class MeasureDetail:
    """A measure with everything that is known of it."""

    measure: MeasureView
    facts: tuple[FactView, ...]
    periods: tuple[PeriodView, ...]
    changes: tuple[ChangeView, ...]
    in_force: bool
    waits_for: str | None
    queue_position: int | None
    closed_ms: int | None


def read_measure(uow: UnitOfWork, principal: Principal, measure: str) -> MeasureDetail:
    """Return one measure and write who looked. A write verb. Errors: `measure.unknown`."""
    principal.require("measure:read")
    row = uow.session.get(MeasureRow, measure)
    if row is None:
        raise MzError("measure.unknown", Kind.NOT_FOUND, measure[:40])
    note_view(uow, principal, "measure", measure, row.case)
    query = select(MeasureFactRow).where(MeasureFactRow.measure == measure)
    values = {one.name: one.value for one in uow.session.scalars(query)}
    periods = uow.session.scalars(
        select(ControlPeriodRow)
        .where(ControlPeriodRow.measure == measure)
        .order_by(ControlPeriodRow.number)
    )
    changes = uow.session.execute(
        select(MeasureChangeRow, Staff.name)
        .outerjoin(Staff, Staff.id == MeasureChangeRow.changed_by)
        .where(MeasureChangeRow.measure == measure)
        .order_by(MeasureChangeRow.number)
    )
    day = dt.date.fromisoformat
    return MeasureDetail(
        measure_views(uow, [row])[0],
        tuple(FactView(name, values[name]) for name in FIELDS if name in values),
        tuple(
            PeriodView(
                one.number, day(one.start_day), day(one.end_day), one.suggested, one.law,
                law().ceilings(day(one.start_day))[1].verified,
            )
            for one in periods
        ),
        tuple(
            ChangeView(one.act, day(one.day), one.ground, one.paper, name or "")
            for one, name in changes
        ),
        row.control_to is not None, row.waits_for, row.queue_position, row.closed_ms,
    )  # fmt: skip
