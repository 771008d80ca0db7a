"""Rows of the index about copies: which domain holds what, and when it was read last.

Parts and exhibits have a table each, of one form: a device could send the bytes of a part as an
exhibit, and neither may stand for the other.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from media_relay.vault import Shelf
from schemas.sign import Envelope, decode
from schemas.time import now_ms

_PUT = {
    Shelf.PARTS: "INSERT OR REPLACE INTO copies VALUES (?, ?, ?)",
    Shelf.EXHIBITS: "INSERT OR REPLACE INTO exhibit_copies VALUES (?, ?, ?)",
}
_FORGET = {
    Shelf.PARTS: "DELETE FROM copies WHERE sha256 = ? AND domain = ?",
    Shelf.EXHIBITS: "DELETE FROM exhibit_copies WHERE sha256 = ? AND domain = ?",
}
_HELD = {
    Shelf.PARTS: "SELECT c.sha256 FROM copies c JOIN parts p ON p.sha256 = c.sha256"
    " WHERE c.domain = ? AND p.deleted_by IS NULL",
    Shelf.EXHIBITS: "SELECT sha256 FROM exhibit_copies WHERE domain = ?",
}
_DUE = """
SELECT 'parts' AS shelf, p.sha256, p.recording, p.bytes, c.checked_ms AS checked
FROM parts p LEFT JOIN copies c ON c.sha256 = p.sha256 AND c.domain = :domain
WHERE p.deleted_by IS NULL AND (c.checked_ms IS NULL OR c.checked_ms < :before)
UNION ALL
SELECT 'exhibits', e.sha256, '', e.size, c.checked_ms
FROM exhibits e LEFT JOIN exhibit_copies c ON c.sha256 = e.sha256 AND c.domain = :domain
WHERE c.checked_ms IS NULL OR c.checked_ms < :before
ORDER BY checked, shelf LIMIT :limit
"""
"""Exhibits first among what was never read: they are small, and nothing else copies them."""


class DueCopy(NamedTuple):
    """A copy to be read: `known` if it was read back in this domain before. An exhibit belongs to
    no recording (empty)."""

    shelf: Shelf
    sha256: str
    recording: str
    size: int
    known: bool


def due_copies(connection: Connection, domain: str, before_ms: int, limit: int) -> list[DueCopy]:
    """Return copies never read in a domain, then those read longest ago, before a time."""
    rows = connection.execute(_DUE, {"domain": domain, "before": before_ms, "limit": limit})
    return [
        DueCopy(Shelf(shelf), sha256, recording, size, checked is not None)
        for shelf, sha256, recording, size, checked in rows
    ]


def put_copies(connection: Connection, shelf: Shelf, sha256: str, domains: list[str]) -> None:
    """Write that copies of a file were read back just now."""
    rows = ((sha256, domain, now_ms()) for domain in domains)
    connection.executemany(_PUT[shelf], rows)


def held_copies(connection: Connection, shelf: Shelf, domain: str) -> set[str]:
    """Return the digests that were read back in a domain and are not deleted."""
    return {sha256 for (sha256,) in connection.execute(_HELD[shelf], (domain,))}


def deleted_copies(connection: Connection, domain: str) -> list[str]:
    """Return the parts that were deleted by order and still have a copy in a domain."""
    rows = connection.execute(
        "SELECT c.sha256 FROM copies c JOIN parts p ON p.sha256 = c.sha256"
        " WHERE c.domain = ? AND p.deleted_by IS NOT NULL LIMIT 10",
        (domain,),
    )
    return [sha256 for (sha256,) in rows]


def forget_copy(connection: Connection, shelf: Shelf, sha256: str, domain: str) -> None:
    """Take back that a domain holds a good copy."""
    connection.execute(_FORGET[shelf], (sha256, domain))


def domains_of(connection: Connection, sha256: str) -> set[str]:
    """Return the domains whose copy of a part was read back."""
    rows = connection.execute("SELECT domain FROM copies WHERE sha256 = ?", (sha256,))
    return {domain for (domain,) in rows}


def statement_of(connection: Connection, sha256: str) -> tuple[Envelope, str] | None:
    """Return what the relay stated of a part, and the device that recorded it."""
    row = connection.execute(
        "SELECT p.statement, r.device FROM parts p JOIN recordings r ON r.recording = p.recording"
        " WHERE p.sha256 = ?",
        (sha256,),
    ).fetchone()
    return (decode(row[0], Envelope), row[1]) if row else None


def put_statement(connection: Connection, sha256: str, statement: Envelope) -> None:
    """Write a newer statement about a part that has more copies now."""
    connection.execute(
        "UPDATE parts SET statement = ? WHERE sha256 = ?", (msgspec.json.encode(statement), sha256)
    )
