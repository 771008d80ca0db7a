"""Parties at the portal: signing in with case number and query password, and the session.

Several parties share the account, the case number; the password tells them apart. Five wrong
ones shut the account for 15 minutes; a random password of 79 bits needs no more.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access import passwords
from command_center.access.permissions import permissions_of
from command_center.access.throttle import ADDRESS, Throttle
from command_center.access.views import note_view
from command_center.cases.number import parse_number
from command_center.cases.service import party_facts
from command_center.disclosure.models import GrantRow, PortalSessionRow
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

PORTAL = Throttle("portal", 5, 15 * 60_000, "portal.locked")
COOKIE = "mz_portal"
IDLE_MS = 15 * 60_000
LONGEST_MS = 2 * 3_600_000
_TOUCH_MS = 30_000


@dataclass(frozen=True)
class PortalSession:
    """A live session of a party. `stale`: its last-seen time wants writing."""

    token_sha256: str
    csrf: str
    principal: Principal
    stale: bool = False


@dataclass(frozen=True)
class PortalSignedIn:
    """A session just opened; the token goes into the cookie and nowhere else."""

    token: str
    session: PortalSession


def portal_sign_in(database: Database, account: str, password: str, address: str) -> PortalSignedIn:
    """Open a session for the grant of this case that the password fits.

    Errors: `portal.wrong` (case number or password, not told which), `portal.locked`,
    `sign_in.throttled`.
    """
    account = _account(account)
    stored = database.read(_candidates, account, address)
    hashes: list[str | None] = [hash_ for _, hash_ in stored] or [None]
    right = [
        database.off_loop(lambda h=hash_: passwords.is_right(h, password))  # type: ignore[misc]
        for hash_ in hashes
    ]
    found = next((grant for (grant, _), fits in zip(stored, right, strict=False) if fits), None)
    if found is None:
        database.run(_failed, account, address)
        raise MzError("portal.wrong", Kind.UNAUTHENTICATED)
    return database.run(_succeeded, account, found)


def find_portal_session(uow: UnitOfWork, token: str) -> PortalSession:
    """Return the live session of a cookie; `session.none` for none, ended, idle or too old."""
    row = uow.session.get(PortalSessionRow, sha256_hex(token.encode()))
    if row is None or row.ended_ms is not None:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    idle, age = uow.now_ms - row.seen_ms, uow.now_ms - row.began_ms
    if idle > IDLE_MS or age > LONGEST_MS:
        raise MzError("session.none", Kind.UNAUTHENTICATED, "ended by time")
    grant = uow.session.get_one(GrantRow, row.grant)
    if grant.revoked_ms is not None or grant.issue_number != row.issue_number:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    return _view(uow, row, grant, stale=idle > _TOUCH_MS)


def touch_portal_session(uow: UnitOfWork, token_sha256: str) -> None:
    """Note that the session was used."""
    row = uow.session.get(PortalSessionRow, token_sha256)
    if row is not None and row.ended_ms is None:
        row.seen_ms = uow.now_ms


def end_portal_session(uow: UnitOfWork, token_sha256: str) -> None:
    """Sign out."""
    row = uow.session.get(PortalSessionRow, token_sha256)
    if row is not None and row.ended_ms is None:
        row.ended_ms = uow.now_ms


def _account(text: str) -> str:
    """Return the case number in the form it is stored in, or the text as typed."""
    try:
        return parse_number(text[:80]).text
    except MzError:
        return text.replace("\0", "").strip()[:80]


def _candidates(uow: UnitOfWork, account: str, address: str) -> list[tuple[str, str]]:
    ADDRESS.check(uow, address)
    PORTAL.check(uow, account)
    rows = uow.session.scalars(
        select(GrantRow).where(
            GrantRow.account == account,
            GrantRow.revoked_ms.is_(None),
            GrantRow.issue_number > 0,
            GrantRow.opens_ms <= uow.now_ms,
        )
    )
    return [(row.grant, row.password_hash) for row in rows]


def _failed(uow: UnitOfWork, account: str, address: str) -> None:
    PORTAL.failed(uow, account)
    ADDRESS.failed(uow, address)


def _succeeded(uow: UnitOfWork, account: str, grant_id: str) -> PortalSignedIn:
    PORTAL.check(uow, account)  # a lock that fell meanwhile holds for the right password too
    PORTAL.succeeded(uow, account)
    grant = uow.session.get_one(GrantRow, grant_id)
    token = secrets.token_urlsafe(32)
    row = PortalSessionRow(
        token_sha256=sha256_hex(token.encode()),
        grant=grant.grant,
        issue_number=grant.issue_number,
        csrf=secrets.token_hex(32),
        began_ms=uow.now_ms,
        seen_ms=uow.now_ms,
    )
    uow.session.add(row)
    session = _view(uow, row, grant, stale=False)
    note_view(uow, session.principal, "sign_in", grant.grant, grant.case)
    uow.ledger(
        "party:session:opened",
        grant.grant,
        grant.grant,
        sha256_hex(row.token_sha256.encode()),
        {"case": grant.case},
    )
    return PortalSignedIn(token, session)


def _view(uow: UnitOfWork, row: PortalSessionRow, grant: GrantRow, *, stale: bool) -> PortalSession:
    party = party_facts(uow, grant.party)
    principal = Principal(
        grant.grant, party.name, "PARTY", permissions_of("PARTY"), case=grant.case
    )
    return PortalSession(row.token_sha256, row.csrf, principal, stale)
