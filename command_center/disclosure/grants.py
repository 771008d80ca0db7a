"""Grants: a party may see his case; and the query password that opens it.

The password is shown once to the member of staff who issues it, to hand over in person or on
paper; the text message names the account only, never both in one message (S-30, S-31).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from command_center.access.passwords import hash_password, one_time_password
from command_center.cases.service import case_view, parties_to_tell
from command_center.cases.views import CaseView
from command_center.disclosure.models import GrantRow, PortalSessionRow
from command_center.notices import service as notices
from command_center.notices.templates import Purpose
from command_center.platform.database import Database
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

REBUILD = "disclosure.rebuild"
"""The outbox kind that rebuilds the documents of a case; its payload names the case."""


@dataclass(frozen=True)
class IssuedPassword:
    """A fresh query password, shown now and never again."""

    grant: str
    account: str
    password: str


@dataclass(frozen=True)
class Grant:
    """A grant as staff see it; the password is not kept."""

    grant: str
    case: str
    party: str
    account: str
    issued_ms: int | None
    issue_number: int
    revoked_ms: int | None


def issue_password(
    database: Database, principal: Principal, case: str, party: str
) -> IssuedPassword:
    """Issue, or issue anew, a party's query password; open sessions end.

    Errors: `access.refused`, `case.unknown`, `party.not_told` (only both sides have grants).
    """
    principal.require("grant:issue")
    password = one_time_password()
    hashed = database.off_loop(lambda: hash_password(password))
    row = database.run(_issue, principal, case, party, hashed)
    return IssuedPassword(row.grant, row.account, password)


def revoke(uow: UnitOfWork, principal: Principal, grant: str) -> Grant:
    """Take a party's password away and end his sessions. Errors: `grant.unknown`."""
    principal.require("grant:issue")
    row = uow.session.get(GrantRow, grant, with_for_update=True)
    if row is None:
        raise MzError("grant.unknown", Kind.NOT_FOUND, grant)
    if row.revoked_ms is None:
        _take_away(uow, principal, row)
    return _view(row)


def grants_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[Grant]:
    """Return the grants of a case."""
    principal.require("case:read")
    rows = uow.session.scalars(
        select(GrantRow).where(GrantRow.case == case).order_by(GrantRow.created_ms)
    )
    return [_view(row) for row in rows]


def ensure_grants(uow: UnitOfWork, case_id: str) -> list[GrantRow]:
    """Return the grants of both sides' parties, made where they are missing; who left the case
    sees it no more."""
    case = case_view(uow, case_id)
    for party in case.former:
        row = _find(uow.session, case_id, party.id)
        if row is not None and row.revoked_ms is None:
            _take_away(uow, CENTRE, row)
    return [_ensure(uow, case, party.id) for party in parties_to_tell(uow, case_id)]


def _issue(
    uow: UnitOfWork, principal: Principal, case_id: str, party_id: str, hashed: str
) -> Grant:
    case = case_view(uow, case_id)
    if party_id not in {one.id for one in parties_to_tell(uow, case_id)}:
        raise MzError("party.not_told", Kind.INVALID, party_id[:40])
    row = _ensure(uow, case, party_id)
    row.password_hash, row.issued_ms, row.issued_by = hashed, uow.now_ms, principal.id
    row.issue_number += 1
    row.revoked_ms = None
    _end_sessions(uow, row)
    uow.ledger("party:password:issued", principal.id, row.grant, _digest(row), {"case": case.id})
    uow.emit(
        "QueryPasswordIssued",
        f"已签发查询密码（第{row.issue_number}次）",
        f"Query password issued (no. {row.issue_number})",
        case=case.id,
        subject=row.grant,
    )
    notices.queue_sms(
        uow, notices.NodeEvent(Purpose.ACCOUNT_OPENED, row.grant, case.id, {}), party_id
    )
    request_rebuilds(uow, [case.id])
    return _view(row)


def request_rebuilds(uow: UnitOfWork, cases: Iterable[str]) -> None:
    """Ask the worker to make the documents of cases anew; many requests become one job a case."""
    uow.enqueue_rebuilds(REBUILD, {case: {"case": case} for case in cases}, uow.now_ms + 200)


def _take_away(uow: UnitOfWork, principal: Principal, row: GrantRow) -> None:
    row.revoked_ms, row.password_hash = uow.now_ms, ""
    _end_sessions(uow, row)
    uow.ledger("party:grant:revoked", principal.id, row.grant, _digest(row), {"case": row.case})


def _ensure(uow: UnitOfWork, case: CaseView, party: str) -> GrantRow:
    row = _find(uow.session, case.id, party)
    if row is None:
        row = GrantRow(
            grant=new_id(),
            case=case.id,
            party=party,
            account=case.number,
            password_hash="",
            issue_number=0,
            opens_ms=case.filed_ms,
            created_ms=uow.now_ms,
        )
        uow.session.add(row)
        uow.session.flush()
        uow.ledger("party:grant:made", "centre", row.grant, _digest(row), {"case": case.id})
    return row


def _find(session: Session, case: str, party: str) -> GrantRow | None:
    return session.scalars(
        select(GrantRow).where(GrantRow.case == case, GrantRow.party == party)
    ).first()


def _end_sessions(uow: UnitOfWork, row: GrantRow) -> None:
    open_sessions = uow.session.scalars(
        select(PortalSessionRow).where(
            PortalSessionRow.grant == row.grant, PortalSessionRow.ended_ms.is_(None)
        )
    )
    for session in open_sessions:
        session.ended_ms = uow.now_ms


def _digest(row: GrantRow) -> str:
    """The ledger proves which grant and issue it was; the hash of the password stays out of it."""
    return sha256_hex(f"{row.grant}:{row.party}:{row.issue_number}".encode())


def _view(row: GrantRow) -> Grant:
    return Grant(
        row.grant,
        row.case,
        row.party,
        row.account,
        row.issued_ms,
        row.issue_number,
        row.revoked_ms,
    )
