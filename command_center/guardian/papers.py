"""The statement of reasons for delay (未按期执行原因说明书, S-15), for each applicant."""

from __future__ import annotations

from command_center.access.models import Staff
from command_center.cases.service import case_view
from command_center.deadlines.clock import day_text
from command_center.deadlines.reckoning import zh_day
from command_center.guardian.models import ReasonRow
from command_center.guardian.reasons import ReasonState
from command_center.papers.facts import ReasonFacts
from command_center.papers.kinds import PaperKind
from command_center.papers.parties import addressee, named
from command_center.papers.service import NewPaper, make_paper
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.time import court_time


def make_reason_paper(
    uow: UnitOfWork, principal: Principal, paper: str, reason: str, party: str
) -> str:
    """Make the statement of a reason that was given, for one party.

    Errors: `reason.unknown`, `reason.not_given`, `party.unknown`, and of `make_paper`.
    """
    principal.require("paper:make")
    row = uow.session.get(ReasonRow, reason)
    if row is None:
        raise MzError("reason.unknown", Kind.NOT_FOUND, reason[:40])
    if row.state != ReasonState.GIVEN or row.given_ms is None:
        raise MzError("reason.not_given", Kind.CONFLICT, row.state)
    case = case_view(uow, row.case)
    by = uow.session.get(Staff, row.given_by) if row.given_by else None
    facts = ReasonFacts(
        named(case.parties), row.what, zh_day(row.due_day), row.text, by.name if by else "",
        day_text(court_time(row.given_ms).date()), addressee(case, party),
    )  # fmt: skip
    return make_paper(
        uow, principal, NewPaper(paper, PaperKind.DELAY_REASON, row.case, reason, party, facts)
    )
