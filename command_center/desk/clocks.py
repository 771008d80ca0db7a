"""Clocks as the desk shows them: the date, the days left, and every step that leads to it (U7)."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.deadlines.clock import Sentence
from command_center.deadlines.rulepack import Rule, RuleInForce, Unit
from command_center.deadlines.views import ClockView
from command_center.deadlines.words import APPROVERS, CLOCK_STATES, DUTIES, ClockState
from command_center.desk import show
from command_center.desk.states import State
from command_center.platform.pages import gettext as _
from command_center.platform.pages import is_english

_SOON_DAYS, _URGENT_DAYS = 15, 3
_STATES = {
    ClockState.RUNNING: ("brand", "half"),
    ClockState.DONE: ("ok", "tick"),
    ClockState.MISSED: ("bad", "fail"),
    ClockState.DONE_LATE: ("warn", "tick"),
    ClockState.PASSED: ("", "dot"),
    ClockState.WITHDRAWN: ("x", "lapsed"),
}


@dataclass(frozen=True)
class ClockShown:
    """A clock as a row or a page."""

    id: str
    case_id: str
    case_number: str
    title: str
    subject: str
    state: State
    open: bool
    duty: str
    rule: str
    start: str
    due: str
    left: str
    left_class: str
    excluded_days: int
    sources: tuple[str, ...]
    verified: bool
    ended: str
    note: str
    steps: tuple[tuple[str, str], ...]
    extensible: str


def present_clock(view: ClockView) -> ClockShown:
    """Return a clock in the reader's language."""
    rule = view.found.rule
    left, left_class = days_left(view.days_left) if view.open else ("—", "t3")
    return ClockShown(
        view.deadline,
        view.case,
        show.case_number(view.case_number),
        show.pick(rule.zh, rule.en),
        view.subject,
        State(*_STATES[view.state], show.pick(*CLOCK_STATES[view.state])),
        view.open,
        show.pick(*DUTIES[rule.duty]),
        rule.key,
        view.start.isoformat(),
        view.computation.due.isoformat(),
        left,
        left_class,
        view.computation.excluded_days,
        tuple(ref.text() for ref in view.found.sources),
        rule.verified,
        view.ended.isoformat() if view.ended else "",
        view.note,
        tuple(_step(one) for one in view.computation.sentences),
        _extensible(view.found) if view.open else "",
    )


def days_left(days: int) -> tuple[str, str]:
    """Return the days until a last day, and the colour of their urgency."""
    if days < 0:
        return _("逾期 %(n)d 天", n=-days), "bad b"
    urgency = "bad b" if days <= _URGENT_DAYS else "warn b" if days <= _SOON_DAYS else "b"
    return (_("今日届满") if days == 0 else _("剩 %(n)d 天", n=days)), urgency


def length_text(found: RuleInForce) -> str:
    """Return a rule's length: `6 个月`."""
    count = found.rule.count
    match found.rule.unit:
        case Unit.DAYS:
            return _("%(n)d 日", n=count)
        case Unit.WORKING_DAYS:
            return _("%(n)d 个工作日", n=count)
        case Unit.MONTHS:
            return _("%(n)d 个月", n=count)
        case Unit.YEARS:
            return _("%(n)d 年", n=count)


def approver(rule: Rule) -> str:
    """Return who extends a period, in the middle of a sentence."""
    return APPROVERS[rule.approver] if is_english() else rule.approver


def _step(one: Sentence) -> tuple[str, str]:
    return show.pick(one.zh, one.en), one.source


def _extensible(found: RuleInForce) -> str:
    rule = found.rule
    if not rule.extension_times:
        return ""
    return _("可由%(who)s批准延长，每次不超过 %(n)d，至多 %(t)d 次", who=approver(rule),
             n=rule.extension_count, t=rule.extension_times)  # fmt: skip
