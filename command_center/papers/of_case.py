"""Papers of a case: the query notice (S-31), and what only the president signs (R-06, R-08).

They are made before the act, so the form names what the record does not hold yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from command_center.cases.number import full_width
from command_center.cases.service import case_view
from command_center.cases.views import CaseView, PartyView
from command_center.deadlines.clock import day_text
from command_center.deadlines.reckoning import today
from command_center.deadlines.rulepack import law
from command_center.papers.facts import CaseFacts
from command_center.papers.kinds import PaperKind
from command_center.papers.parties import named
from command_center.papers.service import NewPaper, make_paper
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.money import capital_text, yuan_text
from schemas.problems import Kind, MzError
from schemas.time import court_time

WANTED: dict[PaperKind, tuple[str, ...]] = {
    PaperKind.QUERY_NOTICE: (),
    PaperKind.SEARCH_WARRANT: ("place", "reason"),
    PaperKind.FORCE_SUMMONS: ("place", "reason"),
    PaperKind.FINE_DECISION: ("reason", "amount"),
    PaperKind.DETENTION_DECISION: ("reason", "days"),
}
"""The papers of a case, and the fields of the form that each must have."""
_ARTICLES = {
    PaperKind.SEARCH_WARRANT: "cp_search",
    PaperKind.FORCE_SUMMONS: "int_summons",
    PaperKind.FINE_DECISION: "cp_obstruct",
    PaperKind.DETENTION_DECISION: "cp_obstruct",
}
_FINE_FEN = {True: (1, 10_000_000), False: (5_000_000, 100_000_000)}
"""民诉法 118: a person up to 100,000 yuan; a unit from 50,000 to 1,000,000."""
_MOST_DAYS = 15
_AGAINST_PERSONS = (PaperKind.FORCE_SUMMONS, PaperKind.DETENTION_DECISION)
"""A unit answers by a person: its legal representative, who is a party of that role."""


@dataclass(frozen=True)
class NewCasePaper:
    """Message: a paper of a case for one party, as the form holds it."""

    paper: str
    case: str
    kind: str
    party: str
    place: str = ""
    reason: str = ""
    amount: str = ""
    days: str = ""


def make_case_paper(uow: UnitOfWork, principal: Principal, message: NewCasePaper) -> str:
    """Make a paper of a case.

    Errors: `paper.not_offered`, `case.unknown`, `party.unknown`, `paper.field_missing`,
    `paper.person_wanted`, `paper.out_of_bounds` (fine, detention), `form.*`, and of `make_paper`.
    """
    principal.require("paper:make")
    if message.kind not in {kind.value for kind in WANTED}:
        raise MzError("paper.not_offered", Kind.INVALID, message.kind[:40])
    kind = PaperKind(message.kind)
    for name in WANTED[kind]:
        if not typed.line(getattr(message, name)):
            raise MzError("paper.field_missing", Kind.INVALID, name)
    case = case_view(uow, message.case)
    party = _party(case, message.party)
    if kind in _AGAINST_PERSONS and not party.is_person:
        raise MzError("paper.person_wanted", Kind.INVALID, kind)
    facts = _facts(uow, kind, case, party, message)
    return make_paper(
        uow, principal,
        NewPaper(message.paper, kind, case.id, case.id, message.party, facts),
    )  # fmt: skip


def _facts(
    uow: UnitOfWork, kind: PaperKind, case: CaseView, party: PartyView, message: NewCasePaper
) -> CaseFacts:
    article = _ARTICLES.get(kind)
    return CaseFacts(
        parties=named(case.parties), basis=full_width(case.basis),
        case_number=full_width(case.number),
        filed=day_text(court_time(case.filed_ms).date()),
        officers="、".join(one.name for one in case.officers), to=party.printed,
        address=f"{uow.settings.centre.public_url}/portal",
        place=typed.line(message.place), reason=_sentence(message.reason),
        amount=_fine(message.amount, party) if kind is PaperKind.FINE_DECISION else "",
        days=_days(message.days) if kind is PaperKind.DETENTION_DECISION else "",
        law=law().article(article, today(uow)).text() if article else "",
    )  # fmt: skip


def _party(case: CaseView, party: str) -> PartyView:
    for one in case.parties:
        if one.id == party:
            return one
    raise MzError("party.unknown", Kind.NOT_FOUND, party[:40])


def _sentence(text: str) -> str:
    line = typed.line(text)
    return line if not line or line.endswith("。") else f"{line}。"


def _fine(text: str, party: PartyView) -> str:
    fen, (least, most) = typed.fen(text), _FINE_FEN[party.is_person]
    if not least <= fen <= most:
        raise MzError("paper.out_of_bounds", Kind.INVALID, f"fine {fen}")
    return f"{yuan_text(fen)}（{capital_text(fen)}）"


def _days(text: str) -> str:
    days = typed.whole(text)
    if not 1 <= days <= _MOST_DAYS:
        raise MzError("paper.out_of_bounds", Kind.INVALID, f"days {days}")
    return str(days)
