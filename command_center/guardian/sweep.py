"""The sweep: which things reached which stage, and which alarms ask for nothing any more.

Set by set in the database, so that a million measures are looked at in seconds. What follows from
an alarm (telling, drafting) is done afterwards, in batches, by `acts.py`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CursorResult,
    String,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import aliased

from command_center.cases.models import Case
from command_center.deadlines.models import DeadlineRow, IntervalRow
from command_center.deadlines.reckoning import today
from command_center.deadlines.rulepack import Duty, law
from command_center.deadlines.words import ClockState
from command_center.footage.models import RecordingRow
from command_center.guardian.models import AlarmRow
from command_center.guardian.words import (
    DEADLINE_STAGES,
    DELEGATED_RULES,
    EXPIRY_OF,
    MEASURE_STAGES,
    OVER,
    AlarmKind,
    band,
)
from command_center.measures.models import ExhibitRow, MeasureRow, RecordRow
from command_center.platform.uow import UnitOfWork

MATERIALS_MS = 24 * 3_600_000
"""How long exhibits of a record may stay away before the file lacks materials."""
FOOTAGE_MS = 30 * 60_000
"""How long footage of an act in a major case may stay away before the file lacks it."""
AWAITED = (
    exists()
    .where(ExhibitRow.record == MeasureRow.record, ExhibitRow.stored_ms.is_(None))
    .correlate(MeasureRow)
)
"""Exhibits that a measure's record names are not stored."""
UNRECORDED = and_(
    MeasureRow.operation.is_not(None),
    exists().where(Case.id == MeasureRow.case, Case.major).correlate(MeasureRow),
    ~exists().where(RecordingRow.operation == MeasureRow.operation).correlate(MeasureRow),
    ~exists()
    .where(RecordRow.operation == MeasureRow.operation, RecordRow.kind == "recorder_reason")
    .correlate(MeasureRow),
)
"""Nothing was recorded at that visit, and nobody said why."""
MANY = 1_000
"""So many new alarms change what the planner of the database has to know."""
_COLUMNS = ["kind", "subject", "due_day", "stage", "case", "raised_ms"]


def sweep(uow: UnitOfWork) -> None:
    """Raise and settle alarms as of today."""
    uow.one_at_a_time("guardian.sweep")
    _plan_for_many(uow)
    now = today(uow)
    raised = _measures(uow, now) + _deadlines(uow, now) + _materials(uow)
    if raised > MANY:
        _count_again(uow)
    _settle(uow)


def _plan_for_many(uow: UnitOfWork) -> None:
    """Let PostgreSQL compare set with set, whatever it last counted: one sweep may raise a hundred
    thousand alarms where there were a few before."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(text("SET LOCAL enable_nestloop = off"))


def _count_again(uow: UnitOfWork) -> None:
    """Let PostgreSQL count the alarms that were raised in this very transaction: with the count of
    before it would read them all for each of them."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(text("ANALYZE alarm"))


def _measures(uow: UnitOfWork, now: dt.date) -> int:
    kinds = {kind.value: alarm.value for kind, alarm in EXPIRY_OF.items()}
    kind = case(kinds, value=MeasureRow.kind)
    guarded = MeasureRow.kind.in_(list(kinds))
    return sum(
        _raise(uow, kind, MeasureRow.measure, MeasureRow.control_to, MeasureRow.case,
               stage, and_(guarded, window))
        for stage, window in _windows(MeasureRow.control_to, MEASURE_STAGES, now)
    )  # fmt: skip


def _deadlines(uow: UnitOfWork, now: dt.date) -> int:
    court = [one.key for pack in law().packs for one in pack.rules if one.duty is Duty.COURT]
    mine = and_(
        DeadlineRow.rule.in_(court), DeadlineRow.state == ClockState.RUNNING, ~_stopped(now)
    )
    missed = DeadlineRow.state == ClockState.MISSED
    kind = case(
        (DeadlineRow.rule.in_(DELEGATED_RULES), AlarmKind.DELEGATED.value),
        else_=AlarmKind.STATUTORY.value,
    )
    return sum(
        _raise(uow, kind, DeadlineRow.deadline, DeadlineRow.due_day, DeadlineRow.case,
               stage, missed if stage == OVER else and_(mine, window))
        for stage, window in _windows(DeadlineRow.due_day, DEADLINE_STAGES, now)
    )  # fmt: skip


def _stopped(now: dt.date) -> ColumnElement[bool]:
    """Return whether days are running that do not count for a clock: its last day moves with
    each of them, so none is near."""
    grounds: dict[str, set[str]] = defaultdict(set)
    for pack in law().packs:
        for rule in pack.rules:
            grounds[rule.key].update(rule.excluded)
    return or_(false(), *(
        and_(DeadlineRow.rule == key, exists().where(
            IntervalRow.case == DeadlineRow.case, IntervalRow.ground.in_(sorted(excluded)),
            IntervalRow.first_day <= now.isoformat(), IntervalRow.last_day.is_(None),
            IntervalRow.void == "",
        ))
        for key, excluded in grounds.items() if excluded
    ))  # fmt: skip


def _windows(
    due: Any, stages: tuple[int, ...], now: dt.date
) -> list[tuple[int, ColumnElement[bool]]]:
    found: list[tuple[int, ColumnElement[bool]]] = [(OVER, due < now.isoformat())]
    for at, stage in enumerate(stages):
        fewest, most = (now + dt.timedelta(days) for days in band(stages, at))
        found.append((stage, due.between(fewest.isoformat(), most.isoformat())))
    return found


def _materials(uow: UnitOfWork) -> int:
    """A measure whose exhibits stay away lacks materials, and so does one at a scene in a major
    case without footage (S-05)."""
    late = MeasureRow.received_ms < uow.now_ms - MATERIALS_MS
    soon = MeasureRow.received_ms < uow.now_ms - FOOTAGE_MS
    kind = literal(AlarmKind.MATERIALS.value, String)
    return _raise(uow, kind, MeasureRow.measure, literal("", String), MeasureRow.case, OVER,
                  or_(and_(late, AWAITED), and_(soon, UNRECORDED)))  # fmt: skip


def _raise(
    uow: UnitOfWork, kind: Any, subject: Any, due: Any, of: Any, stage: int,
    which: ColumnElement[bool],
) -> int:  # fmt: skip
    """Raise what is not known yet; return how many."""
    known = exists().where(
        AlarmRow.kind == kind, AlarmRow.subject == subject, AlarmRow.due_day == due,
        AlarmRow.stage == stage,
    )  # fmt: skip
    rows = select(kind, subject, due, literal(stage), of, literal(uow.now_ms, BigInteger))
    done = uow.session.execute(
        insert(AlarmRow).from_select(_COLUMNS, rows.where(which, ~known)),
        execution_options={"preserve_rowcount": True},
    )
    return max(0, cast("CursorResult[Any]", done).rowcount)


def _settle(uow: UnitOfWork) -> None:
    """An alarm is settled by a later stage of the same day, by another last day, by the end."""
    later = aliased(AlarmRow)
    expiries = [alarm.value for alarm in EXPIRY_OF.values()]
    clocks = [AlarmKind.STATUTORY.value, AlarmKind.DELEGATED.value]
    superseded = exists().where(
        later.kind == AlarmRow.kind, later.subject == AlarmRow.subject,
        later.due_day == AlarmRow.due_day, later.stage < AlarmRow.stage,
    )  # fmt: skip
    guarded = exists().where(
        MeasureRow.measure == AlarmRow.subject, MeasureRow.control_to == AlarmRow.due_day
    )
    running = exists().where(
        DeadlineRow.deadline == AlarmRow.subject, DeadlineRow.due_day == AlarmRow.due_day,
        or_(DeadlineRow.state == ClockState.RUNNING, DeadlineRow.state == ClockState.MISSED),
    )  # fmt: skip
    lacking = exists().where(MeasureRow.measure == AlarmRow.subject, or_(AWAITED, UNRECORDED))
    # a lapsed measure has no last day any more: its alarm stands until the reason is given, or
    # a renewal is entered late
    renewed = exists().where(
        MeasureRow.measure == AlarmRow.subject, MeasureRow.control_to > AlarmRow.due_day
    )
    over = and_(AlarmRow.stage == OVER, ~renewed)
    stale = or_(
        superseded,
        and_(AlarmRow.kind.in_(expiries), ~over, ~guarded),
        and_(AlarmRow.kind.in_(clocks), ~running),
        and_(AlarmRow.kind == AlarmKind.MATERIALS.value, ~lacking),
    )
    uow.session.execute(
        update(AlarmRow)
        .where(AlarmRow.settled_ms.is_(None), stale)
        .values(settled_ms=uow.now_ms, acted_ms=func.coalesce(AlarmRow.acted_ms, uow.now_ms))
        .execution_options(synchronize_session=False)
    )
