"""Signing in: look up, check the password off the event loop and outside any transaction, settle.

Five wrong passwords shut an account for 15 minutes; an address is throttled on its own.
"""

from __future__ import annotations

from command_center.access import passwords, sessions, staff, throttle
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


def sign_in(database: Database, number: str, password: str, address: str) -> sessions.SignedIn:
    """Return a fresh session.

    Errors: `sign_in.wrong` (account or password, not told which), `sign_in.locked`,
    `sign_in.throttled`.
    """
    number = number.strip()[:40]
    stored = database.read(_credential, number, address)
    hash_ = stored[1] if stored else None
    if not database.off_loop(lambda: passwords.is_right(hash_, password)) or stored is None:
        database.run(_failed, number, address)
        raise MzError("sign_in.wrong", Kind.UNAUTHENTICATED)
    return database.run(_succeeded, stored[0], number)


def change_password(database: Database, session: sessions.OpenSession, old: str, new: str) -> None:
    """Replace one's own password; other sessions end. Errors: `password.too_weak`,
    `password.wrong`, `password.same`, and those of the throttle."""
    passwords.check_strength(new)
    if old == new:
        raise MzError("password.same", Kind.INVALID)
    stored = database.read(_credential, session.number, "own page")
    hash_ = stored[1] if stored else None
    if not database.off_loop(lambda: passwords.is_right(hash_, old)):
        database.run(_failed, session.number, "own page")
        raise MzError("password.wrong", Kind.REFUSED)
    fresh = database.off_loop(lambda: passwords.hash_password(new))
    database.run(_changed, session.principal, session.token_hash, fresh)


def _credential(uow: UnitOfWork, number: str, address: str) -> tuple[str, str] | None:
    throttle.ADDRESS.check(uow, address)
    throttle.STAFF.check(uow, number)
    row = staff.find_by_number(uow, number)
    return (row.id, row.password_hash) if row is not None and row.active else None


def _failed(uow: UnitOfWork, number: str, address: str) -> None:
    throttle.STAFF.failed(uow, number)
    throttle.ADDRESS.failed(uow, address)


def _succeeded(uow: UnitOfWork, staff_id: str, number: str) -> sessions.SignedIn:
    throttle.STAFF.check(uow, number)  # a lock that fell meanwhile holds for the right one too
    throttle.STAFF.succeeded(uow, number)
    signed_in = sessions.open_session(uow, staff_id)
    digest = sha256_hex(signed_in.session.token_hash.encode())
    uow.ledger("staff:session:opened", staff_id, staff_id, digest)
    return signed_in


def _changed(uow: UnitOfWork, principal: Principal, token_hash: str, fresh: str) -> None:
    staff.set_password(uow, principal, principal.id, fresh, must_change=False)
    sessions.end_other_sessions(uow, principal.id, token_hash)
