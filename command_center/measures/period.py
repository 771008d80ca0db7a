"""Control periods: the dates of the paper count; a computed one is a suggestion only.

The expiry never rolls over holidays: banks and registries release on the calendar date, so the
date is hard (DOMAIN §2.2).
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from command_center.deadlines.clock import add_months, day_text
from command_center.deadlines.rulepack import PropertyClass, law
from command_center.platform import typed
from schemas.measures.fields import CONTROLLING, DATED, QUEUED
from schemas.measures.kinds import MeasureKind
from schemas.problems import MzError


@dataclasses.dataclass(frozen=True)
class Period:
    """Both days belong to the period. `suggested`: no paper named it."""

    start: dt.date
    end: dt.date
    suggested: bool


@dataclasses.dataclass(frozen=True)
class PaperDates:
    """The two dates as the paper wrote them, and what could be read of them."""

    start: dt.date | None
    end: dt.date | None
    unreadable: bool


def ceiling(start: dt.date, kind: PropertyClass, *, renewal: bool = False) -> dt.date:
    """Return the last day a period beginning on `start` may have: the day before the
    anniversary, the earlier of the two readings (DOMAIN §2.2). Where the last month has no such
    day, it ends with that month (民法典 202)."""
    anniversary = latest_lawful_end(start, kind, renewal=renewal)
    if anniversary.day != start.day:
        return anniversary
    return anniversary - dt.timedelta(days=1)


def latest_lawful_end(start: dt.date, kind: PropertyClass, *, renewal: bool = False) -> dt.date:
    """Return the last day the law allows on either reading: under 民诉法(2023) 85 the first day
    is not counted, so the anniversary itself is still within the period."""
    found = law().ceilings(start)[1]
    months = found.renewal if renewal and found.renewal else found.months
    return add_months(start, months[kind])


def suggest(start: dt.date, kind: PropertyClass, *, renewal: bool = False) -> Period:
    """Return the suggested period from `start`: the whole term the law allows."""
    return Period(start, ceiling(start, kind, renewal=renewal), suggested=True)


def source(start: dt.date) -> str:
    """Return where the ceiling of a period that begins on `start` stands."""
    return law().article(law().ceilings(start)[1].source, start).text()


def read_paper(control_from: str, control_to: str) -> PaperDates:
    """Read the ISO dates of the paper; empty means not written at the scene. A day of another
    age is as unreadable as no day."""
    unreadable = False
    days: list[dt.date | None] = []
    for text in (control_from, control_to):
        try:
            days.append(typed.day(text) if text.strip() else None)
        except MzError:
            days.append(None)
            unreadable = True
    return PaperDates(days[0], days[1], unreadable)


def settle(paper: PaperDates, executed_on: dt.date, kind: PropertyClass) -> Period:
    """Return the period in force: the paper's where it names both days in order, else a
    suggestion from the paper's first day or the day of the act."""
    if paper.start and paper.end and paper.start <= paper.end:
        return Period(paper.start, paper.end, suggested=False)
    return suggest(paper.start or executed_on, kind)


def told(kind: MeasureKind, term: Period | None) -> dict[str, str]:
    """Return the period as notices say it: `term` ends the sentence of the measure, `until` is the
    last day alone. A kind without a control period says nothing of one."""
    if term is not None:
        until = day_text(term.end) + ("（以文书为准）" if term.suggested else "")
        return {"term": f"，期限至{until}。", "until": until}
    if kind in QUEUED:
        return {"term": "，轮候期间不计算期限，生效后另行告知期限。", "until": "生效后另行告知之日"}
    if kind in CONTROLLING or kind in DATED:
        return {"term": "，期限尚未确定，确定后另行告知。", "until": "另行告知之日"}
    return {"term": "。", "until": "（无控制期限）"}
