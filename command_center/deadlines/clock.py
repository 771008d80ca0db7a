"""How a date is computed, as a result and as sentences that anyone can follow (U7). Pure.

1. The length is counted from the day after the start event (民诉法 85); a month without such a
   day ends with its last day (民法典 202).
2. Extensions follow on the end of what they extend.
3. Each day that by law does not count is added once, however many grounds it has.
4. A last day on a holiday moves to the next working day, where the rule says so.
"""

from __future__ import annotations

import calendar as months
import dataclasses
import datetime as dt
from collections.abc import Sequence

from command_center.deadlines.rulepack import Rule, RuleInForce, Unit
from command_center.deadlines.words import GROUNDS
from command_center.deadlines.workdays import Calendar
from schemas.problems import Kind, MzError

_DAY = dt.timedelta(days=1)
_MONTHS_OF_YEAR = 12
_UNITS = {
    Unit.DAYS: ("日", "days"),
    Unit.WORKING_DAYS: ("个工作日", "working days"),
    Unit.MONTHS: ("个月", "months"),
    Unit.YEARS: ("年", "years"),
}


@dataclasses.dataclass(frozen=True)
class Exclusion:
    """An interval that does not count, both days in it, the ground, and the paper that says so."""

    first: dt.date
    last: dt.date
    ground: str
    paper: str = ""


@dataclasses.dataclass(frozen=True)
class Extension:
    """One approved extension, in the rule's unit."""

    count: int
    approver: str
    paper: str = ""


@dataclasses.dataclass(frozen=True)
class Sentence:
    """One step of a computation, and where it stands in the law."""

    zh: str
    en: str
    source: str = ""


@dataclasses.dataclass(frozen=True)
class Computation:
    """The date, and every step that led to it."""

    due: dt.date
    excluded_days: int
    sentences: tuple[Sentence, ...]

    def days_left(self, today: dt.date) -> int:
        """Return the days until the last day: 0 on the day itself, negative when it is over."""
        return (self.due - today).days


def add_months(day: dt.date, count: int) -> dt.date:
    """Return the same day `count` months later, or the last day of that month."""
    years, month0 = divmod(day.month - 1 + count, _MONTHS_OF_YEAR)
    year, month = day.year + years, month0 + 1
    return dt.date(year, month, min(day.day, months.monthrange(year, month)[1]))


def compute(
    found: RuleInForce,
    start: dt.date,
    calendar: Calendar,
    exclusions: Sequence[Exclusion] = (),
    extensions: Sequence[Extension] = (),
    *,
    cautious: bool = True,
) -> Computation:
    """Return the date that a rule gives for a start day; `cautious`: full days are kept between
    where the rule leaves it open (三日前).

    Errors: `deadline.ground_not_in_rule`, `deadline.interval_reversed`,
    `deadline.extension_not_in_rule`.
    """
    rule = found.rule
    _check(rule, exclusions, extensions)
    source = "、".join(ref.text() for ref in found.sources)
    told = [_start(rule, start, source)]
    due = _move(rule, start, rule.count, calendar)
    told.append(_length(rule, due))
    for extension in extensions:
        due = _move(rule, due, extension.count, calendar)
        told.append(_extended(rule, extension, due, source))
    if cautious and rule.cautious:
        due -= _DAY * rule.cautious
        told.append(_kept_between(rule, due))
    left_out = _excluded(start, due, exclusions)
    if left_out:
        due += _DAY * len(left_out)
        told += [_interval(one, source) for one in exclusions]
        told.append(_sum(len(left_out), due))
    working = calendar.next_working(due)
    if rule.rolls and working != due:
        told.append(_rolled(due, working))
        due = working
    if (rule.rolls or rule.unit is Unit.WORKING_DAYS) and due.year not in calendar.years:
        told.append(_unpublished(due.year))
    return Computation(due, len(left_out), tuple(told))


def _check(rule: Rule, exclusions: Sequence[Exclusion], extensions: Sequence[Extension]) -> None:
    for one in exclusions:
        if one.ground not in rule.excluded:
            detail = f"{one.ground[:40]} in {rule.key}"
            raise MzError("deadline.ground_not_in_rule", Kind.INVALID, detail)
        if one.last < one.first:
            raise MzError("deadline.interval_reversed", Kind.INVALID, f"{one.first} {one.last}")
    too_long = any(not 1 <= one.count <= rule.extension_count for one in extensions)
    unapproved = any(not one.approver.strip() for one in extensions)
    if too_long or unapproved or len(extensions) > rule.extension_times:
        raise MzError("deadline.extension_not_in_rule", Kind.INVALID, rule.key)


def _move(rule: Rule, day: dt.date, count: int, calendar: Calendar) -> dt.date:
    if rule.backward:
        return day - _DAY * count
    match rule.unit:
        case Unit.DAYS:
            return day + _DAY * count
        case Unit.WORKING_DAYS:
            return calendar.add_working(day, count)
        case Unit.MONTHS:
            return add_months(day, count)
        case Unit.YEARS:
            return add_months(day, count * _MONTHS_OF_YEAR)


def _excluded(start: dt.date, due: dt.date, exclusions: Sequence[Exclusion]) -> set[dt.date]:
    """Return the days after the start that do not count, as far as the moved end reaches."""
    days = {
        one.first + _DAY * at
        for one in exclusions
        for at in range((one.last - one.first).days + 1)
        if one.first + _DAY * at > start
    }
    found: set[dt.date] = set()
    while (reached := {day for day in days if day <= due + _DAY * len(found)}) != found:
        found = reached
    return found


def day_text(day: dt.date) -> str:
    """Return a day as papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _start(rule: Rule, start: dt.date, source: str) -> Sentence:
    direction = ("向前倒算", "counted back from it") if rule.backward else (
        "次日起算", "counted from the next day")  # fmt: skip
    return Sentence(
        f"{rule.starts_zh}：{day_text(start)}，当日不计，{direction[0]}。",
        f"{rule.starts_en}: {start}; that day does not count, {direction[1]}.",
        source,
    )


def length_of(rule: Rule) -> tuple[str, str]:
    """Return how long a rule's period is, in Chinese and English."""
    zh, en = _UNITS[rule.unit]
    return f"{rule.count}{zh}", f"{rule.count} {en}"


def _length(rule: Rule, due: dt.date) -> Sentence:
    zh, en = length_of(rule)
    return Sentence(f"期间{zh}，至{day_text(due)}。", f"Length {en}, to {due}.")


def _kept_between(rule: Rule, due: dt.date) -> Sentence:
    return Sentence(
        f"公告日与该日之间留足{rule.count}日，再提前{rule.cautious}日，至{day_text(due)}。",
        f"{rule.count} full days are kept between: {rule.cautious} earlier, on {due}.",
    )


def _extended(rule: Rule, one: Extension, due: dt.date, source: str) -> Sentence:
    zh, en = _UNITS[rule.unit]
    paper_zh, paper_en = (f"（{one.paper}）", f" ({one.paper})") if one.paper else ("", "")
    return Sentence(
        f"经{one.approver}批准{paper_zh}延长{one.count}{zh}，至{day_text(due)}。",
        f"Extended by {one.count} {en}, approved by {one.approver}{paper_en}, to {due}.",
        source,
    )


def _interval(one: Exclusion, source: str) -> Sentence:
    paper_zh, paper_en = (f"（{one.paper}）", f", {one.paper}") if one.paper else ("", "")
    return Sentence(
        f"{day_text(one.first)}至{day_text(one.last)}{one.ground}{paper_zh}，不计入期间。",
        f"{one.first} to {one.last} does not count ({GROUNDS[one.ground]}{paper_en}).",
        source,
    )


def _sum(count: int, due: dt.date) -> Sentence:
    return Sentence(
        f"共扣除{count}日，顺延至{day_text(due)}。", f"{count} days do not count: to {due}."
    )


def _rolled(due: dt.date, working: dt.date) -> Sentence:
    return Sentence(
        f"{day_text(due)}是休假日，以其后第一个工作日{day_text(working)}为届满日。",
        f"{due} is a holiday; the first working day after it, {working}, is the last day.",
        "《民事诉讼法》第85条",
    )


def _unpublished(year: int) -> Sentence:
    return Sentence(
        f"{year}年的放假安排尚未录入，仅按周末计算。",
        f"The holidays of {year} are not known here: weekends only.",
    )
