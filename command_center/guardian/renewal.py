"""Drafts for a renewal (续行): ruling and letter to the assisting unit. Drafts only: a judge reads
them, gives the number, signs; the dates are a suggestion by the rule pack."""

from __future__ import annotations

import datetime as dt
import string

from command_center.cases.number import full_width
from command_center.cases.service import case_view
from command_center.cases.words import BOTH_PARTIES
from command_center.deadlines.clock import day_text
from command_center.guardian.models import RenewalDraftRow
from command_center.measures import period
from command_center.measures.models import MeasureRow
from command_center.measures.property import property_class
from command_center.platform.uow import UnitOfWork
from schemas.measures.kinds import MeasureKind

_RULING = string.Template(
    """$court
执行裁定书（续行$kind，草稿）
$case_number之（待编号）
申请执行人：$applicants。
被执行人：$debtors。
本院依据已经发生法律效力的$basis，在执行中已$kind被执行人的$subject，期限至$end届满。\
被执行人至今未履行完毕，需要续行$kind。
依照$law的规定，裁定如下：
继续$kind被执行人$debtors的$subject，期限自$next_from起至$next_to止。
本裁定立即执行。
"""
)
_LETTER = string.Template(
    """$court
协助执行通知书（续行$kind，草稿）
$case_number（待编号）
（协助执行单位）：
请协助继续$kind被执行人$debtors的$subject，期限自$next_from起至$next_to止。\
原期限至$end届满，请于届满前办理。
附：执行裁定书。
"""
)


def draft_renewal(uow: UnitOfWork, row: MeasureRow, end_day: str) -> None:
    """Keep the drafts for the period after a last day; again changes nothing."""
    if uow.session.get(RenewalDraftRow, (row.measure, end_day)) is not None:
        return
    facts = _facts(uow, row, dt.date.fromisoformat(end_day))
    uow.session.add(
        RenewalDraftRow(
            measure=row.measure, end_day=end_day, ruling=_RULING.substitute(facts),
            letter=_LETTER.substitute(facts), drafted_ms=uow.now_ms,
        )
    )  # fmt: skip


def _facts(uow: UnitOfWork, row: MeasureRow, end: dt.date) -> dict[str, str]:
    case, start = case_view(uow, row.case), end + dt.timedelta(days=1)
    names = {
        role: "、".join(party.name for party in case.parties if party.role == role)
        for role in BOTH_PARTIES
    }
    term = period.suggest(start, property_class(row.property_kind), renewal=True)
    return {
        "court": uow.settings.court.name,
        "case_number": full_width(case.number),
        "applicants": names["APPLICANT"],
        "debtors": names["DEBTOR"],
        "basis": full_width(case.basis),
        "kind": MeasureKind(row.kind).zh,
        "subject": row.subject,
        "end": day_text(end),
        "next_from": day_text(term.start),
        "next_to": day_text(term.end),
        "law": period.source(start),
    }
