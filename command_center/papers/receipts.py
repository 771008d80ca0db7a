"""The receipt of service (送达回证, 民诉法 87) of a paper: a form that is signed by hand."""

from __future__ import annotations

from command_center.cases.service import case_view
from command_center.papers.facts import ServedPaper, ServiceFacts
from command_center.papers.kinds import PaperKind
from command_center.papers.parties import addressee
from command_center.papers.service import NewPaper, make_paper, paper_row
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


def make_receipt(
    uow: UnitOfWork, principal: Principal, receipt: str, paper: str, party: str
) -> str:
    """Make the receipt with which a paper is served on a party.

    Errors: `paper.unknown`, `party.unknown`, and of `make_paper`.
    """
    principal.require("paper:make")
    row = paper_row(uow, paper)
    case = case_view(uow, row.case)
    facts = ServiceFacts(case.cause, [ServedPaper(row.title, row.number)], addressee(case, party))
    return make_paper(
        uow, principal,
        NewPaper(receipt, PaperKind.SERVICE_RECEIPT, row.case, paper, party, facts),
    )  # fmt: skip
