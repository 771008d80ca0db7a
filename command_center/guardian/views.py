"""What faces see of the guardian: the horizon of last days, open alarms, reasons owed and given."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select

from command_center.access.models import Staff
from command_center.cases.models import Case as CaseRow
from command_center.cases.models import Party
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.reckoning import rule_of, today
from command_center.deadlines.rulepack import law
from command_center.guardian.models import AlarmRow, ReasonRow, RenewalDraftRow
from command_center.guardian.reasons import ReasonState
from command_center.guardian.sweep import AWAITED, FOOTAGE_MS, MATERIALS_MS, UNRECORDED
from command_center.guardian.words import EXPIRY_OF, MEASURE_STAGES, AlarmKind, band
from command_center.measures.models import MeasureRow
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.measures.fields import CONTROLLING
from schemas.measures.kinds import MeasureKind

SHOWN = 2
"""How many measures of each stage the horizon names."""


@dataclass(frozen=True)
class Ending:
    """A measure whose last day comes; `ruling`: the drafted paper on its renewal, or None; against:
    the debtor's name, empty where nobody named him."""

    measure: str
    kind: MeasureKind
    property_kind: str
    subject: str
    case: str
    case_number: str
    end: dt.date
    days_left: int
    ruling: str | None
    against: str


@dataclass(frozen=True)
class Stage:
    """The measures that end within so many days and not within fewer."""

    days: int
    count: int
    first: tuple[Ending, ...]


class Lacking(StrEnum):
    """What a file lacks."""

    EXHIBITS = "EXHIBITS"
    FOOTAGE = "FOOTAGE"


@dataclass(frozen=True)
class AlarmView:
    """An open alarm: what (in both languages), of which case, the stage.

    due: the last day, None for materials; days_left: until it, below 0 when it is over; law: what
    sets or ends it, empty where only the paper does; lacking: what materials stay away, each with
    the moment since when they should be there (ms).
    """

    kind: AlarmKind
    subject: str
    what: tuple[str, str]
    case: str
    case_number: str
    due: dt.date | None
    days_left: int
    stage: int
    law: tuple[str, ...]
    verified: bool
    lacking: tuple[tuple[Lacking, int], ...] = ()


@dataclass(frozen=True)
class ReasonView:
    """A reason that an applicant is owed or was given."""

    reason: str
    kind: str
    subject: str
    case: str
    case_number: str
    what: str
    due: dt.date
    state: ReasonState
    asked_ms: int
    answer_by_ms: int
    escalated_ms: int | None
    text: str
    given_by: str
    given_ms: int | None


def horizon(uow: UnitOfWork, principal: Principal) -> list[Stage]:
    """Return the last days of the next sixty days by stage, the nearest first (U6)."""
    principal.require("measure:read")
    now = today(uow)
    day = MeasureRow.control_to
    query = select(day, func.count()).where(*_within(now, 0, MEASURE_STAGES[0])).group_by(day)
    counted: Counter[int] = Counter()
    for end, count in uow.session.execute(query):
        left = (dt.date.fromisoformat(end or "") - now).days
        counted[min(stage for stage in MEASURE_STAGES if stage >= left)] += count
    return [
        Stage(
            MEASURE_STAGES[at],
            counted[MEASURE_STAGES[at]],
            tuple(_endings(uow, now, band(MEASURE_STAGES, at), SHOWN)),
        )
        for at in reversed(range(len(MEASURE_STAGES)))
    ]


def endings(uow: UnitOfWork, principal: Principal, days: int, limit: int = 100) -> list[Ending]:
    """Return the measures that end within so many days, the nearest first."""
    principal.require("measure:read")
    return _endings(uow, today(uow), (0, days), limit)


def _within(now: dt.date, fewest: int, most: int) -> tuple[ColumnElement[bool], ...]:
    first, last = ((now + dt.timedelta(days)).isoformat() for days in (fewest, most))
    kinds = [kind.value for kind in EXPIRY_OF]
    return MeasureRow.control_to.between(first, last), MeasureRow.kind.in_(kinds)


def _endings(uow: UnitOfWork, now: dt.date, days: tuple[int, int], limit: int) -> list[Ending]:
    draft = and_(
        RenewalDraftRow.measure == MeasureRow.measure,
        RenewalDraftRow.end_day == MeasureRow.control_to,
    )
    rows = uow.session.execute(
        select(MeasureRow, CaseRow.number, RenewalDraftRow.ruling, Party.name)
        .join(CaseRow, CaseRow.id == MeasureRow.case)
        .outerjoin(RenewalDraftRow, draft)
        .outerjoin(Party, Party.id == MeasureRow.target)
        .where(*_within(now, *days))
        .order_by(MeasureRow.control_to, MeasureRow.measure)
        .limit(limit)
    )
    return [
        Ending(row.measure, MeasureKind(row.kind), row.property_kind, row.subject, row.case,
               number, end, (end - now).days, ruling, against or "")
        for row, number, ruling, against in rows
        for end in [dt.date.fromisoformat(row.control_to or "")]
    ]  # fmt: skip


def alarm_counts(uow: UnitOfWork, principal: Principal) -> dict[AlarmKind, int]:
    """Return how many alarms of each of the eight kinds are open."""
    principal.require("deadline:read")
    query = (
        select(AlarmRow.kind, func.count())
        .where(AlarmRow.settled_ms.is_(None))
        .group_by(AlarmRow.kind)
    )
    counted: dict[str, int] = defaultdict(int, uow.session.execute(query).all())
    return {kind: counted[kind] for kind in AlarmKind}


def open_alarms(
    uow: UnitOfWork, principal: Principal, kind: AlarmKind | None, page: int = 0
) -> list[AlarmView]:
    """Return a page of the open alarms, of one kind or all, the nearest date first; pages count
    from 0."""
    principal.require("deadline:read")
    query = select(AlarmRow).where(AlarmRow.settled_ms.is_(None))
    if kind is not None:
        query = query.where(AlarmRow.kind == kind)
    nearest = query.order_by(AlarmRow.due_day, AlarmRow.stage, AlarmRow.subject)
    rows, now = uow.session.scalars(nearest.offset(page * PAGE).limit(PAGE)).all(), today(uow)
    return [_alarm(uow, row, now) for row in rows]


def _alarm(uow: UnitOfWork, row: AlarmRow, now: dt.date) -> AlarmView:
    kind, number = AlarmKind(row.kind), uow.session.get_one(CaseRow, row.case).number
    due = dt.date.fromisoformat(row.due_day) if row.due_day else None
    left = (due - now).days if due is not None else 0
    if kind in (AlarmKind.STATUTORY, AlarmKind.DELEGATED):
        clock = uow.session.get_one(DeadlineRow, row.subject)
        found = rule_of(clock)
        after = f" · {clock.subject}" if clock.subject else ""
        return AlarmView(
            kind, row.subject, (found.rule.zh + after, found.rule.en + after), row.case, number,
            due, left, row.stage, tuple(ref.text() for ref in found.sources), found.rule.verified,
        )  # fmt: skip
    measure = uow.session.get_one(MeasureRow, row.subject)
    words = MeasureKind(measure.kind)
    debtor = uow.session.get(Party, measure.target) if measure.target else None
    after = " · ".join(filter(None, (measure.subject, debtor.name if debtor else "")))
    what = f"{words.zh} · {after}", f"{words.en} · {after}"
    if kind is AlarmKind.MATERIALS:
        return AlarmView(kind, row.subject, what, row.case, number, None, 0, row.stage, (), True,
                         _lacking(uow, measure))  # fmt: skip
    ends = law().article("sz_lapse", now) if words in CONTROLLING else None
    return AlarmView(
        kind, row.subject, what, row.case, number, due, left, row.stage,
        (ends.text(),) if ends else (), ends is None or ends.verified,
    )  # fmt: skip


def _lacking(uow: UnitOfWork, row: MeasureRow) -> tuple[tuple[Lacking, int], ...]:
    query = select(AWAITED, UNRECORDED).select_from(MeasureRow)
    awaited, unrecorded = uow.session.execute(query.where(MeasureRow.measure == row.measure)).one()
    lacks = ((awaited, Lacking.EXHIBITS, MATERIALS_MS), (unrecorded, Lacking.FOOTAGE, FOOTAGE_MS))
    return tuple((one, row.received_ms + after_ms) for is_so, one, after_ms in lacks if is_so)


def reasons_owed(uow: UnitOfWork, principal: Principal) -> list[ReasonView]:
    """Return a page of the reasons that are asked for, the longest overdue first."""
    principal.require("deadline:read")
    query = select(ReasonRow).where(ReasonRow.state == ReasonState.ASKED)
    rows = uow.session.scalars(query.order_by(ReasonRow.answer_by_ms).limit(PAGE))
    return [_reason(uow, row) for row in rows.all()]


def count_reasons_owed(uow: UnitOfWork) -> int:
    """Return how many reasons are owed."""
    query = select(func.count()).where(ReasonRow.state == ReasonState.ASKED)
    return int(uow.session.scalar(query) or 0)


def case_reasons(uow: UnitOfWork, case: str) -> list[ReasonView]:
    """Return the reasons given in a case, for other rooms, newest first."""
    query = select(ReasonRow).where(ReasonRow.case == case, ReasonRow.state == ReasonState.GIVEN)
    rows = uow.session.scalars(query.order_by(ReasonRow.given_ms.desc()))
    return [_reason(uow, row) for row in rows.all()]


def reason_nodes(uow: UnitOfWork, subject: str) -> list[str]:
    """Return the nodes under which the reasons why a deadline or measure was missed are told."""
    return list(uow.session.scalars(select(ReasonRow.reason).where(ReasonRow.subject == subject)))


def _reason(uow: UnitOfWork, row: ReasonRow) -> ReasonView:
    by = uow.session.get(Staff, row.given_by) if row.given_by else None
    return ReasonView(
        row.reason, row.kind, row.subject, row.case, uow.session.get_one(CaseRow, row.case).number,
        row.what, dt.date.fromisoformat(row.due_day), ReasonState(row.state), row.asked_ms,
        row.answer_by_ms, row.escalated_ms, row.text, by.name if by else "", row.given_ms,
    )  # fmt: skip
