"""The certificate of a service as a paper: 电子送达凭证, or the 送达回证, blank and filled in.

A receipt of papers that are served together names each as a line. It is made blank to be signed by
hand, and filled in once, when every line has ended: what was signed for, left, refused or returned.
"""

from __future__ import annotations

from sqlalchemy import func, select

from command_center.cases.service import case_view
from command_center.deadlines.reckoning import zh_day
from command_center.papers.facts import ServedPaper, ServiceFacts
from command_center.papers.kinds import PaperKind
from command_center.papers.models import PaperFileRow
from command_center.papers.parties import addressee
from command_center.papers.service import NewPaper, make_paper, paper_row
from command_center.papers.typeset import chinese_count
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.models import AddressRow, AttemptRow, DeliveryRow, ServiceRow
from command_center.serving.words import METHOD_WORDS, OUTCOME_WORDS, Method, Outcome
from schemas.ids import new_id
from schemas.problems import Kind, MzError
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
    lines = [_attempt(one) for one in attempts]
    lines += [("送达生效日", f"{zh_day(row.effective_day or '')}（{row.law}）"),
              ("送达文件指纹", _fingerprint(file))]  # fmt: skip
    ended = [one for one in attempts if one.outcome != Outcome.PENDING][-1]
    served = ServedPaper(paper.title, paper.number, result=_result(ended, row))
    facts = ServiceFacts(
        case.cause, [served], addressee(case, row.party), _address(uow, last.address),
        METHOD_WORDS[Method(last.method)][0], lines,
    )  # fmt: skip
    return make_paper(
        uow, principal, NewPaper(new_id(), kind, row.case, row.service, row.party, facts)
    )


def make_blank_receipt(uow: UnitOfWork, principal: Principal, receipt: str, delivery: str) -> str:
    """Make the receipt to be signed by hand, a line for each paper.

    Errors: `delivery.unknown`, `id.malformed`.
    """
    principal.require("paper:make")
    row = delivery_row(uow, delivery)
    case = case_view(uow, row.case)
    facts = ServiceFacts(
        case.cause, [_served(uow, *one, blank=True) for one in lines_of(uow, delivery)],
        addressee(case, row.party), _address(uow, row.address), METHOD_WORDS[Method(row.method)][0],
    )  # fmt: skip
    return make_paper(
        uow, principal,
        NewPaper(receipt, PaperKind.SERVICE_RECEIPT, row.case, delivery, row.party, facts),
    )  # fmt: skip


def close_receipt(uow: UnitOfWork, principal: Principal, delivery: str) -> None:
    """Make the filled-in receipt once no line waits any more, in the transaction of the last."""
    waiting = select(func.count()).where(
        AttemptRow.delivery == delivery, AttemptRow.outcome == Outcome.PENDING
    )
    if uow.session.scalar(waiting):
        return
    row, found = delivery_row(uow, delivery), lines_of(uow, delivery)
    case = case_view(uow, row.case)
    lines = [
        (f"第{attempt.line}项凭证",
         f"{attempt.proof}；{_fingerprint(uow.session.get_one(PaperFileRow, service.paper))}")
        for attempt, service in found
    ]  # fmt: skip
    facts = ServiceFacts(
        case.cause, [_served(uow, *one) for one in found], addressee(case, row.party),
        _address(uow, row.address), METHOD_WORDS[Method(row.method)][0], lines,
    )  # fmt: skip
    new = NewPaper(new_id(), PaperKind.SERVICE_RECEIPT, row.case, delivery, row.party, facts)
    make_paper(uow, principal, new)


def delivery_row(uow: UnitOfWork, delivery: str, *, lock: bool = False) -> DeliveryRow:
    """Return a delivery's row for this room; `delivery.unknown`."""
    row = uow.session.get(DeliveryRow, delivery, with_for_update=lock or None)
    if row is None:
        raise MzError("delivery.unknown", Kind.NOT_FOUND, delivery[:40])
    return row


def lines_of(uow: UnitOfWork, delivery: str) -> list[tuple[AttemptRow, ServiceRow]]:
    """Return the lines of a receipt in their order, each with the service that it is of."""
    query = (
        select(AttemptRow, ServiceRow)
        .join(ServiceRow, ServiceRow.service == AttemptRow.service)
        .where(AttemptRow.delivery == delivery)
        .order_by(AttemptRow.line)
    )
    return [(attempt, service) for attempt, service in uow.session.execute(query)]


def _served(
    uow: UnitOfWork, attempt: AttemptRow, row: ServiceRow, *, blank: bool = False
) -> ServedPaper:
    paper = paper_row(uow, row.paper)
    result = "" if blank else _result(attempt, row)
    return ServedPaper(paper.title, paper.number, chinese_count(attempt.copies), result)


def _result(attempt: AttemptRow, row: ServiceRow) -> str:
    said = f"{OUTCOME_WORDS[Outcome(attempt.outcome)][0]}，{zh_day(attempt.outcome_day or '')}"
    if row.effective_day is None:
        return f"{said}；未生效"
    return f"{said}；{zh_day(row.effective_day)}生效（{row.law}）"


def _attempt(one: AttemptRow) -> tuple[str, str]:
    at = court_time(one.made_ms)
    method, outcome = METHOD_WORDS[Method(one.method)][0], OUTCOME_WORDS[Outcome(one.outcome)][0]
    ended = f"，{zh_day(one.outcome_day)}" if one.outcome_day else ""
    proof = f"；凭证：{one.proof}" if one.proof else ""
    return (f"第{one.number}次送达", f"{at:%Y-%m-%d %H:%M} {method}，{outcome}{ended}{proof}")


def _fingerprint(file: PaperFileRow) -> str:
    return f"SHA-256 {file.sha256[:32]} {file.sha256[32:]}"


def _address(uow: UnitOfWork, address: str | None) -> str:
    row = uow.session.get(AddressRow, address) if address else None
    if row is None or row.value is None:
        return ""
    return uow.keys.cipher.decrypt(row.value, "service.address")
