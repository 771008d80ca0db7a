"""The court's own calendar: what it changed over the published holidays, each change kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from command_center.deadlines.models import CalendarChangeRow
from command_center.deadlines.workdays import Calendar, published
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


class DayKind(StrEnum):
    """What a day is: a holiday, a make-up day (调休), or again what was published."""

    REST = "REST"
    WORK = "WORK"
    PUBLISHED = "PUBLISHED"


@dataclass(frozen=True)
class CalendarChange:
    """One change: the day, what it became, why, when."""

    day: dt.date
    kind: DayKind
    note: str
    changed_ms: int


@dataclass(frozen=True)
class CourtCalendar:
    """The calendar in force and the number of the change it ends with."""

    days: Calendar
    seq: int


def court_calendar(uow: UnitOfWork) -> CourtCalendar:
    """Return the published calendar with the court's changes; a year that the court changed is
    known from then on."""
    base, seq = published(), 0
    rest, work, years = set(base.rest), set(base.work), set(base.years)
    rows = uow.session.scalars(select(CalendarChangeRow).order_by(CalendarChangeRow.seq))
    for row in rows:
        day, seq = dt.date.fromisoformat(row.day), row.seq
        rest.discard(day)
        work.discard(day)
        years.add(day.year)
        if row.kind == DayKind.REST or (row.kind == DayKind.PUBLISHED and day in base.rest):
            rest.add(day)
        elif row.kind == DayKind.WORK or (row.kind == DayKind.PUBLISHED and day in base.work):
            work.add(day)
    return CourtCalendar(Calendar(frozenset(years), frozenset(rest), frozenset(work)), seq)


def latest_change(uow: UnitOfWork) -> int:
    """Return the number of the newest change; 0 if there is none."""
    return int(uow.session.scalar(select(func.max(CalendarChangeRow.seq))) or 0)


def changes_of_year(uow: UnitOfWork, principal: Principal, year: int) -> list[CalendarChange]:
    """Return the court's changes of a year, newest first."""
    principal.require("deadline:read")
    query = select(CalendarChangeRow).where(CalendarChangeRow.day.startswith(f"{year:04d}-"))
    return [
        CalendarChange(dt.date.fromisoformat(row.day), DayKind(row.kind), row.note, row.changed_ms)
        for row in uow.session.scalars(query.order_by(CalendarChangeRow.seq.desc()).limit(400))
    ]


def change_day(uow: UnitOfWork, principal: Principal, day: str, kind: str, note: str) -> None:
    """Change what a day is; clocks that it moves are computed anew by the worker.

    Errors: `deadline.day_malformed`, `calendar.unknown_kind`, `calendar.no_note`.
    """
    principal.require("calendar:change")
    found, why = typed.day(day), typed.line(note)
    if kind not in DayKind.__members__:
        raise MzError("calendar.unknown_kind", Kind.INVALID, kind[:40])
    if not why:
        raise MzError("calendar.no_note", Kind.INVALID)
    row = CalendarChangeRow(
        day=found.isoformat(), kind=kind, note=why, changed_by=principal.id, changed_ms=uow.now_ms
    )
    uow.session.add(row)
    uow.session.flush()
    digest = sha256_hex(f"{row.day} {kind} {why}".encode())
    uow.ledger("court:calendar:changed", principal.id, row.day, digest)
    zh, en = f"法院日历已修改：{row.day}", f"The court's calendar was changed: {row.day}"
    uow.emit("CalendarChanged", zh, en, subject=row.day)
