"""Single facts that must outlive the service: the last contact, the recording at hand."""

from __future__ import annotations

import sqlite3
from typing import TypeVar

import msgspec

from field_app.spool.cabinet import Cabinet
from field_app.spool.database import Database
from schemas.field_api import ContactReply, OperationBrief
from schemas.sign import decode

S = TypeVar("S", bound=msgspec.Struct)


class LastContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the centre said last, and when (device wall clock, ms)."""

    at_ms: int
    reply: ContactReply


class Revoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That relay or centre said that this device is revoked, and when (device wall clock, ms)."""

    at_ms: int


class OpenedHere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Operations that the officer opened on this device and the centre does not list yet."""

    operations: list[OperationBrief] = []


class Facts:
    """Named structs, encrypted, one row each."""

    def __init__(self, database: Database, cabinet: Cabinet) -> None:
        self._db, self._cabinet = database, cabinet

    def put(self, name: str, value: msgspec.Struct) -> None:
        """Keep a struct under a name; it replaces the former one."""
        with self._db.write() as db:
            self.write(db, name, value)

    def write(self, db: sqlite3.Connection, name: str, value: msgspec.Struct) -> None:
        """Keep a struct in a transaction that is under way."""
        locked = self._cabinet.lock(f"fact/{name}", msgspec.json.encode(value))
        db.execute("INSERT OR REPLACE INTO facts VALUES (?,?)", (name, locked))

    def drop(self, name: str) -> None:
        """Keep nothing under a name any more."""
        with self._db.write() as db:
            self.drop_in(db, name)

    def drop_in(self, db: sqlite3.Connection, name: str) -> None:
        """Drop a fact in a transaction that is under way."""
        db.execute("DELETE FROM facts WHERE name = ?", (name,))

    def get(self, name: str, kind: type[S]) -> S | None:
        """Return what is kept under a name, or None."""
        with self._db.read() as db:
            row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else decode(self._cabinet.unlock(f"fact/{name}", row[0]), kind)
