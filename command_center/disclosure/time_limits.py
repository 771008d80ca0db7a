"""Time limits as parties read them (S-16): the date, how it was computed, why it was missed."""

from __future__ import annotations

from command_center.deadlines.clock import day_text
from command_center.deadlines.rulepack import Duty
from command_center.deadlines.views import ClockView, case_clocks
from command_center.disclosure.document import Line, Text
from command_center.guardian.views import ReasonView, case_reasons
from command_center.platform.uow import UnitOfWork


def time_limits(uow: UnitOfWork, case: str, role: str) -> list[Line]:
    """Return the court's open deadlines for both parties, and to applicants the reasons given."""
    clocks = [one for one in case_clocks(uow, case) if one.found.rule.duty is Duty.COURT]
    lines = [_limit(one) for one in clocks if one.open]
    if role == "APPLICANT":
        lines += [_reason(one) for one in case_reasons(uow, case)]
    return lines


def _limit(one: ClockView) -> Line:
    rule, due = one.found.rule, one.computation.due
    zh = "".join(step.zh for step in one.computation.sentences)
    en = " ".join(step.en[:1].upper() + step.en[1:] for step in one.computation.sentences)
    sources = "、".join(ref.text() for ref in one.found.sources)
    unread = ("", "") if rule.verified else ("，条文待核", ", text not yet checked")
    return Line(
        Text(
            f"{rule.zh}的期限：{day_text(due)}。{zh}（{sources}{unread[0]}）",
            f"Time limit to {rule.en}: {due}. {en} ({sources}{unread[1]})",
        )
    )


def _reason(one: ReasonView) -> Line:
    return Line(
        Text(
            f"{one.what}未在{day_text(one.due)}前完成，原因：{one.text}",
            f"{one.what} was not done by {one.due}. Reason given: {one.text}",
        ),
        one.given_ms,
    )
