"""Tickets: what the centre lets someone do at a relay, for a short time."""

from __future__ import annotations

from command_center.platform.uow import UnitOfWork
from schemas.bridge import ImportTerms
from schemas.ids import new_id
from schemas.sign import sign_envelope, to_token
from schemas.ticket import TICKET, Act, Opened, Publisher, Ticket

PUBLISH_MS = 10 * 60_000
WATCH_MS = 60 * 60_000
PLAY_MS = 60 * 60_000
TALK_MS = 60 * 60_000
EXPORT_MS = 60 * 60_000
FEED_MS = 5 * 60_000
IMPORT_MS = 6 * 60 * 60_000


def sign_ticket(
    uow: UnitOfWork,
    act: Act,
    holder: str,
    term_ms: int,
    *,
    publisher: Publisher | None = None,
    devices: list[str] | None = None,
    recordings: list[str] | None = None,
    exhibits: list[str] | None = None,
    opened: list[Opened] | None = None,
    operation: str | None = None,
    imported: ImportTerms | None = None,
    opened_exhibits: list[str] | None = None,
) -> tuple[str, int]:
    """Return a ticket as one word, and when it ends (ms). The caller checked the permission."""
    until_ms = uow.now_ms + term_ms
    ticket = Ticket(
        new_id(), act, holder, uow.now_ms, until_ms, publisher,
        devices or [], recordings or [], exhibits or [], opened or [], operation, imported,
        opened_exhibits or [],
    )  # fmt: skip
    return to_token(sign_envelope(uow.keys.centre, TICKET, ticket)), until_ms


def feed_ticket(uow: UnitOfWork) -> str:
    """Return the centre's own ticket for feed and orders."""
    return sign_ticket(uow, Act.FEED, "centre", FEED_MS)[0]
