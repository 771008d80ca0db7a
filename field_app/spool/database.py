"""The spool's file: SQLite, WAL, every commit on the disk before it is believed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.problems import Kind, MzError

FILE_NAME = "spool.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (
    name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS recordings (
    recording TEXT PRIMARY KEY, counter INTEGER NOT NULL UNIQUE,
    opening BLOB NOT NULL, wrapped_key BLOB NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0, end_known INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS inits (
    recording TEXT NOT NULL REFERENCES recordings, rendition INTEGER NOT NULL,
    init BLOB NOT NULL, PRIMARY KEY (recording, rendition)) STRICT;
CREATE TABLE IF NOT EXISTS fragments (
    id INTEGER PRIMARY KEY, recording TEXT NOT NULL REFERENCES recordings,
    rendition INTEGER NOT NULL, number INTEGER NOT NULL, bytes INTEGER NOT NULL,
    link BLOB NOT NULL, received INTEGER NOT NULL DEFAULT 0, archived INTEGER NOT NULL DEFAULT 0,
    UNIQUE (recording, rendition, number)) STRICT;
CREATE INDEX IF NOT EXISTS fragments_waiting
    ON fragments (recording, rendition, number) WHERE received = 0;
CREATE INDEX IF NOT EXISTS fragments_unarchived
    ON fragments (recording, rendition, number) WHERE archived = 0;
CREATE TABLE IF NOT EXISTS counts (
    recording TEXT PRIMARY KEY REFERENCES recordings, recorded INTEGER NOT NULL,
    received INTEGER NOT NULL, archived INTEGER NOT NULL, waiting_bytes INTEGER NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS fragment_kept AFTER INSERT ON fragments BEGIN
    INSERT INTO counts VALUES (new.recording, 1, 0, 0, new.bytes) ON CONFLICT DO UPDATE
    SET recorded = recorded + 1, waiting_bytes = waiting_bytes + new.bytes;
END;
CREATE TRIGGER IF NOT EXISTS fragment_received AFTER UPDATE OF received ON fragments
    WHEN old.received = 0 AND new.received = 1 BEGIN
    UPDATE counts SET received = received + 1, waiting_bytes = waiting_bytes - new.bytes
    WHERE recording = new.recording;
END;
CREATE TRIGGER IF NOT EXISTS fragment_archived AFTER UPDATE OF archived ON fragments
    WHEN old.archived = 0 AND new.archived = 1 BEGIN
    UPDATE counts SET archived = archived + 1 WHERE recording = new.recording;
END;
INSERT INTO counts SELECT recording, count(f.id), sum(f.received), sum(f.archived),
    coalesce(sum(CASE WHEN f.received = 0 THEN f.bytes END), 0)
    FROM recordings JOIN fragments f USING (recording)
    WHERE recording NOT IN (SELECT recording FROM counts) GROUP BY recording;
CREATE TABLE IF NOT EXISTS bodies (
    id INTEGER PRIMARY KEY REFERENCES fragments, frame BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS heads (
    recording TEXT NOT NULL REFERENCES recordings, rendition INTEGER NOT NULL,
    number INTEGER NOT NULL, final INTEGER NOT NULL, head BLOB NOT NULL,
    PRIMARY KEY (recording, rendition, number, final)) STRICT;
CREATE TABLE IF NOT EXISTS statements (
    part TEXT PRIMARY KEY, recording TEXT NOT NULL, statement BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    title BLOB NOT NULL, made_ms INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL,
    needs TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '', defects TEXT NOT NULL DEFAULT '[]') STRICT;
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (seq) WHERE state IN ('kept', 'sending');
CREATE TABLE IF NOT EXISTS private_exhibits (
    item TEXT PRIMARY KEY, interval TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS outbox_by_kind ON outbox (kind, state, bytes);
CREATE INDEX IF NOT EXISTS outbox_refused ON outbox (seq) WHERE state = 'failed';
CREATE TABLE IF NOT EXISTS drafts (
    name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL,
    state_ms INTEGER NOT NULL, told INTEGER NOT NULL) STRICT;
"""


class Database:
    """One connection, one lock: units of work are short and follow one another."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; `spool.cannot_open` if it is no spool."""
        self._lock = threading.RLock()
        try:
            self._link = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._link.execute("PRAGMA journal_mode = WAL")
            self._link.execute("PRAGMA synchronous = FULL")
            self._link.execute("PRAGMA foreign_keys = ON")
            self._link.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            raise MzError("spool.cannot_open", Kind.UNAVAILABLE, str(error)) from error
        path.chmod(0o600)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when the block ends; nothing of it after an error.

        A full disk is `spool.disk_full`, any other failure of the file `spool.write_failed`.
        """
        with self._lock:
            try:
                self._link.execute("BEGIN IMMEDIATE")
                try:
                    yield self._link
                    self._link.execute("COMMIT")
                except BaseException:
                    if self._link.in_transaction:
                        self._link.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise _translated(error) from error

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Look without changing anything; `spool.cannot_read` where the file fails."""
        with self._lock:
            try:
                yield self._link
            except sqlite3.Error as error:
                raise MzError("spool.cannot_read", Kind.UNAVAILABLE, str(error)) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one moment through the whole block, whatever another process writes meanwhile."""
        with self._lock:
            self._link.execute("BEGIN")
            try:
                yield
            finally:
                self._link.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file; the WAL is folded in."""
        with self._lock:
            self._link.close()


def _translated(error: sqlite3.Error) -> MzError:
    full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    code = "spool.disk_full" if full else "spool.write_failed"
    return MzError(code, Kind.UNAVAILABLE, str(error))
