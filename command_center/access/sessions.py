"""Sessions of staff, kept at the server: a random cookie of which only the hash is stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select, update

from command_center.access.models import Staff, StaffSession
from command_center.access.staff import principal_of
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

COOKIE = "mz_desk"
IDLE_MS = 30 * 60_000
LONGEST_MS = 12 * 3_600_000
_TOUCH_MS = 60_000


@dataclass(frozen=True)
class SignedIn:
    """A session just opened: the cookie's token is shown here and never again."""

    token: str
    session: OpenSession


@dataclass(frozen=True)
class OpenSession:
    """A live session. `stale`: its last-seen time wants writing."""

    token_hash: str
    csrf: str
    principal: Principal
    number: str
    must_change: bool
    stale: bool = False


def open_session(uow: UnitOfWork, staff: str) -> SignedIn:
    """Open a session for a member of staff."""
    row = uow.session.get_one(Staff, staff)
    token = secrets.token_urlsafe(32)
    session = StaffSession(
        token_hash=sha256_hex(token.encode()),
        staff=staff,
        csrf=secrets.token_hex(32),
        opened_ms=uow.now_ms,
        seen_ms=uow.now_ms,
    )
    uow.session.add(session)
    return SignedIn(token, _view(session, row, stale=False))


def find_session(uow: UnitOfWork, token: str) -> OpenSession:
    """Return the live session of a cookie; `session.none` for none, ended, idle or too old."""
    row = uow.session.get(StaffSession, sha256_hex(token.encode()))
    if row is None or row.ended_ms is not None:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    idle, age = uow.now_ms - row.seen_ms, uow.now_ms - row.opened_ms
    if idle > IDLE_MS or age > LONGEST_MS:
        raise MzError("session.none", Kind.UNAUTHENTICATED, "ended by time")
    staff = uow.session.get(Staff, row.staff)
    if staff is None or not staff.active:
        raise MzError("session.none", Kind.UNAUTHENTICATED)
    return _view(row, staff, stale=idle > _TOUCH_MS)


def touch_session(uow: UnitOfWork, token_hash: str) -> None:
    """Note that the session was used."""
    uow.session.execute(
        update(StaffSession).where(StaffSession.token_hash == token_hash).values(seen_ms=uow.now_ms)
    )


def end_session(uow: UnitOfWork, token_hash: str) -> None:
    """Sign out."""
    row = uow.session.get(StaffSession, token_hash)
    if row is not None and row.ended_ms is None:
        row.ended_ms = uow.now_ms


def end_other_sessions(uow: UnitOfWork, staff: str, keep: str) -> None:
    """End every session of an account but one, after its password changed."""
    rows = select(StaffSession).where(
        StaffSession.staff == staff,
        StaffSession.ended_ms.is_(None),
        StaffSession.token_hash != keep,
    )
    for row in uow.session.scalars(rows):
        row.ended_ms = uow.now_ms


def _view(row: StaffSession, staff: Staff, *, stale: bool) -> OpenSession:
    return OpenSession(
        row.token_hash, row.csrf, principal_of(staff), staff.number, staff.must_change, stale
    )
