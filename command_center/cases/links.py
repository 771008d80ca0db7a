"""Cases that belong together: preservation, resumption, objection, reconsideration, reversal."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from command_center.cases.file_models import CaseLink
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.cases.number import full_width
from command_center.cases.service import find_case
from command_center.cases.words import CASE_LINKS
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


@dataclass(frozen=True)
class LinkView:
    """Another case, and what it is to this one: code, Chinese, English."""

    case: str
    number: str
    state: str
    kind: str
    zh: str
    en: str


def link_case(uow: UnitOfWork, principal: Principal, case: str, number: str, kind: str) -> None:
    """Link a case with another of the court, by its number; again is no change.

    Errors: `case.unknown`, `case.number_malformed`, `link.unknown_kind`, `link.itself`.
    """
    principal.require("case:keep")
    row, other = uow.session.get(Case, case), find_case(uow, number)
    if row is None or other is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, number[:40])
    if kind not in CASE_LINKS:
        raise MzError("link.unknown_kind", Kind.INVALID, kind[:40])
    if other == case:
        raise MzError("link.itself", Kind.INVALID)
    if any((one.case, one.kind) == (other, kind) for one in links_of(uow, case)):
        return
    uow.session.add(
        CaseLink(case=case, other=other, kind=kind, linked_by=principal.id, linked_ms=uow.now_ms)
    )
    uow.session.flush()
    there = uow.session.get_one(Case, other)
    here_zh, there_zh = CASE_LINKS[kind][0], CASE_LINKS[kind][2]
    uow.ledger("case:link:made", principal.id, case, sha256_hex(f"{other} {kind}".encode()),
               {"case": case, "other": other})  # fmt: skip
    for at, text in (
        (case, f"{here_zh}：{full_width(there.number)}"),
        (other, f"{there_zh}：{full_width(row.number)}"),
    ):
        append_log(uow, LogLine(at, uow.now_ms, "LINK", text, principal.name))
        uow.emit("CaseLinked", text, "A case was linked", case=at, subject=case)


def links_of(uow: UnitOfWork, case: str) -> list[LinkView]:
    """Return the cases linked with a case, from both sides."""
    rows = uow.session.execute(
        select(CaseLink, Case)
        .join(Case, or_(Case.id == CaseLink.other, Case.id == CaseLink.case))
        .where(or_(CaseLink.case == case, CaseLink.other == case), Case.id != case)
        .order_by(CaseLink.linked_ms)
    )
    return [
        LinkView(other.id, other.number, other.state, link.kind,
                 *(CASE_LINKS[link.kind][:2] if link.case == case else CASE_LINKS[link.kind][2:]))
        for link, other in rows
    ]  # fmt: skip
