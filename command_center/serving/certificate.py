"""The certificate of a service as a paper: 电子送达凭证, or the filled-in 送达回证."""

from __future__ import annotations

from sqlalchemy import select

from command_center.cases.service import case_view
from command_center.deadlines.reckoning import zh_day
from command_center.papers.facts import ServedPaper, ServiceFacts
from command_center.papers.kinds import PaperKind
from command_center.papers.models import PaperFileRow
from command_center.papers.parties import addressee
from command_center.papers.service import NewPaper, make_paper, paper_row
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.models import AddressRow, AttemptRow, ServiceRow
from command_center.serving.words import METHOD_WORDS, OUTCOME_WORDS, Method, Outcome
from schemas.ids import new_id
from schemas.time import court_time


def make_certificate(
    uow: UnitOfWork, principal: Principal, row: ServiceRow, kind: PaperKind
) -> str:
    """Make the certificate with every attempt, in the transaction of the effect."""
    paper, case = paper_row(uow, row.paper), case_view(uow, row.case)
    file = uow.session.get_one(PaperFileRow, row.paper)
    query = select(AttemptRow).where(AttemptRow.service == row.service)
    attempts = uow.session.scalars(query.order_by(AttemptRow.number)).all()
    last = attempts[-1]
    lines = [_line(one) for one in attempts]
    lines += [("送达生效日", f"{zh_day(row.effective_day or '')}（{row.law}）"),
              ("送达文件指纹", f"SHA-256 {file.sha256[:32]} {file.sha256[32:]}")]  # fmt: skip
    facts = ServiceFacts(
        case.cause, [ServedPaper(paper.title, paper.number)], addressee(case, row.party),
        _address(uow, last), METHOD_WORDS[Method(last.method)][0], lines,
    )  # fmt: skip
    return make_paper(
        uow, principal, NewPaper(new_id(), kind, row.case, row.service, row.party, facts)
    )


def _line(one: AttemptRow) -> tuple[str, str]:
    at = court_time(one.made_ms)
    method, outcome = METHOD_WORDS[Method(one.method)][0], OUTCOME_WORDS[Outcome(one.outcome)][0]
    ended = f"，{zh_day(one.outcome_day)}" if one.outcome_day else ""
    proof = f"；凭证：{one.proof}" if one.proof else ""
    return (f"第{one.number}次送达", f"{at:%Y-%m-%d %H:%M} {method}，{outcome}{ended}{proof}")


def _address(uow: UnitOfWork, one: AttemptRow) -> str:
    row = uow.session.get(AddressRow, one.address) if one.address else None
    if row is None or row.value is None:
        return ""
    return uow.keys.cipher.decrypt(row.value, "service.address")
