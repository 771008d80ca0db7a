"""Rows of the index about copies of parts: which domain holds what, and when it was read last."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from schemas.sign import Envelope, decode


class DueCopy(NamedTuple):
    """A copy to be read: `known` if it was read back in this domain before."""

    sha256: str
    recording: str
    size: int
    known: bool


def due_copies(connection: Connection, domain: str, before_ms: int, limit: int) -> list[DueCopy]:
    """Return copies never read in a domain, then those read longest ago, before a time."""
    rows = connection.execute(
        "SELECT p.sha256, p.recording, p.bytes, c.checked_ms IS NOT NULL FROM parts p"
        " LEFT JOIN copies c ON c.sha256 = p.sha256 AND c.domain = ?"
        " WHERE p.deleted_by IS NULL AND (c.checked_ms IS NULL OR c.checked_ms < ?)"
        " ORDER BY c.checked_ms LIMIT ?",
        (domain, before_ms, limit),
    )
    return [
        DueCopy(sha256, recording, size, bool(known)) for sha256, recording, size, known in rows
    ]


def deleted_copies(connection: Connection, domain: str) -> list[str]:
    """Return the parts that were deleted by order and still have a copy in a domain."""
    rows = connection.execute(
        "SELECT c.sha256 FROM copies c JOIN parts p ON p.sha256 = c.sha256"
        " WHERE c.domain = ? AND p.deleted_by IS NOT NULL LIMIT 10",
        (domain,),
    )
    return [sha256 for (sha256,) in rows]


def forget_copy(connection: Connection, sha256: str, domain: str) -> None:
    """Take back that a domain holds a good copy."""
    connection.execute("DELETE FROM copies WHERE sha256 = ? AND domain = ?", (sha256, domain))


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
