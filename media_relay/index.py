"""The index: SQLite in a thread of its own. It can be rebuilt from the vault and the log.

Jobs are functions of a connection; those that wait together share one transaction, each in a
savepoint, so that one refusal undoes only itself. A future is answered after the commit.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import structlog

from schemas.ids import new_id
from schemas.problems import Kind, MzError

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], Any]
MAX_JOBS = 256

_log = structlog.get_logger()

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE recordings (
    recording TEXT PRIMARY KEY, device TEXT NOT NULL, opened_wall_ms INTEGER NOT NULL,
    opening BLOB NOT NULL, alg TEXT NOT NULL, public BLOB NOT NULL,
    quarantined INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE renditions (
    recording TEXT NOT NULL, rendition INTEGER NOT NULL, init BLOB, archived TEXT NOT NULL,
    signed TEXT NOT NULL, PRIMARY KEY (recording, rendition)
) WITHOUT ROWID;
CREATE TABLE parts (
    part TEXT PRIMARY KEY, recording TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL, serial INTEGER NOT NULL, statement BLOB NOT NULL,
    deleted_by TEXT
) WITHOUT ROWID;
CREATE INDEX parts_of_recording ON parts (recording, serial);
CREATE TABLE entries (
    recording TEXT NOT NULL, rendition INTEGER NOT NULL, number INTEGER NOT NULL,
    part TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    previous BLOB NOT NULL, link BLOB NOT NULL, key_frame INTEGER NOT NULL,
    media_start INTEGER NOT NULL, media_duration INTEGER NOT NULL, wall_ms INTEGER NOT NULL,
    private INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (recording, rendition, number)
) WITHOUT ROWID;
CREATE TABLE heads (
    recording TEXT NOT NULL, rendition INTEGER NOT NULL, number INTEGER NOT NULL,
    final INTEGER NOT NULL, raw BLOB NOT NULL,
    PRIMARY KEY (recording, rendition, number, final)
) WITHOUT ROWID;
CREATE TABLE broken (
    recording TEXT NOT NULL, rendition INTEGER NOT NULL, number INTEGER NOT NULL,
    code TEXT NOT NULL, PRIMARY KEY (recording, rendition, number)
) WITHOUT ROWID;
CREATE TABLE conflicts (
    recording TEXT NOT NULL, rendition INTEGER NOT NULL, number INTEGER NOT NULL,
    other_sha256 TEXT NOT NULL, PRIMARY KEY (recording, rendition, number, other_sha256)
) WITHOUT ROWID;
CREATE TABLE exhibits (
    sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, device TEXT
) WITHOUT ROWID;
CREATE TABLE orders (
    "order" TEXT PRIMARY KEY, payload_sha256 TEXT NOT NULL, outcome TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE revoked_devices (device TEXT PRIMARY KEY, "order" TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE connected_devices (device TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE feed (seq INTEGER PRIMARY KEY AUTOINCREMENT, item BLOB NOT NULL);
"""

ADDED = """
CREATE TABLE IF NOT EXISTS copies (
    sha256 TEXT NOT NULL, domain TEXT NOT NULL, checked_ms INTEGER NOT NULL,
    PRIMARY KEY (sha256, domain)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS exhibit_copies (
    sha256 TEXT NOT NULL, domain TEXT NOT NULL, checked_ms INTEGER NOT NULL,
    PRIMARY KEY (sha256, domain)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (
    source TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, wanted BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS closed_private (
    holder TEXT PRIMARY KEY, at_ms INTEGER NOT NULL
) WITHOUT ROWID;
"""
"""Tables that came later: an index of before gets them at its next opening."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the index; a read-only connection sees a snapshot while the relay writes."""
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout = 5000")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA recursive_triggers = ON")
    return connection


class _Asked(NamedTuple):
    job: Job
    answer: asyncio.Future[Any]


class Index:
    """The one writer of the index. Make it on the event loop."""

    def __init__(self, path: Path, on_change: Callable[[], None]) -> None:
        self.path = path
        self._loop = asyncio.get_running_loop()
        self._on_change = on_change
        self._connection = connect(path)
        if not self._connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._make()
        self._connection.executescript(ADDED)
        self._add_columns()
        row = self._connection.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
        self.epoch: str = row[0]
        self._jobs: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="index", daemon=True)
        self._thread.start()

    def _make(self) -> None:
        """Make tables and epoch in one transaction: half an index is never taken for a whole."""
        self._connection.execute("BEGIN IMMEDIATE")
        for statement in SCHEMA.split(";"):
            self._connection.execute(statement)
        self._connection.execute("INSERT INTO meta VALUES ('epoch', ?)", (new_id(),))
        self._connection.execute("COMMIT")

    def _add_columns(self) -> None:
        """An index of before knew no private fragments, since no frame could say that it is one."""
        names = {row[1] for row in self._connection.execute("PRAGMA table_info(entries)")}
        if "private" not in names:
            self._connection.execute(
                "ALTER TABLE entries ADD COLUMN private INTEGER NOT NULL DEFAULT 0"
            )

    def run(self, job: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Run a job; the future is answered after its commit."""
        answer: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Asked(job, answer))
        return answer

    def post(self, job: Callable[[sqlite3.Connection], object]) -> None:
        """Run a job of which nobody waits for the answer; a failure is logged."""
        self.run(job).add_done_callback(_log_failure)

    def stop(self) -> None:
        """Finish what was asked and close."""
        self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        open_ = True
        while open_:
            batch = [self._jobs.get()]
            while len(batch) < MAX_JOBS and not self._jobs.empty():
                batch.append(self._jobs.get())
            open_ = None not in batch
            self._commit([asked for asked in batch if asked is not None])

    def _commit(self, batch: list[_Asked]) -> None:
        if not batch:
            return
        answers: list[tuple[asyncio.Future[Any], Any, BaseException | None]] = []
        before = self._connection.total_changes
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for asked in batch:
                answers.append((asked.answer, *self._try(asked.job)))
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            refusal = MzError("index.failed", Kind.UNAVAILABLE, str(error)[:200])
            answers = [(asked.answer, None, refusal) for asked in batch]
        changed = self._connection.total_changes != before
        self._loop.call_soon_threadsafe(self._deliver, answers, changed)

    def _try(self, job: Job) -> tuple[Any, BaseException | None]:
        self._connection.execute("SAVEPOINT job")
        try:
            value = job(self._connection)
        except (MzError, sqlite3.Error) as error:
            self._connection.execute("ROLLBACK TO job")
            self._connection.execute("RELEASE job")
            if isinstance(error, MzError):
                return None, error
            return None, MzError("index.failed", Kind.UNAVAILABLE, str(error)[:200])
        self._connection.execute("RELEASE job")
        return value, None

    def _deliver(
        self, answers: list[tuple[asyncio.Future[Any], Any, BaseException | None]], changed: bool
    ) -> None:
        for future, value, error in answers:
            if future.cancelled():
                continue
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)
        if changed:
            self._on_change()


def _log_failure(future: asyncio.Future[Any]) -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("index.failed", reason=str(error))
