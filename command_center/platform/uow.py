"""The unit of work: one transaction with everything that must commit together."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from command_center.platform.event_log import append_events
from command_center.platform.journal import append_entries
from command_center.platform.keys import CourtKeys
from command_center.platform.outbox_rows import Payload, add_fresh_jobs, add_job, add_rebuilds
from command_center.platform.settings import Settings
from schemas.ids import new_id
from schemas.ledger import LedgerEntry


@dataclass
class UnitOfWork:
    """What a service verb works with; it neither commits nor rolls back.

    session: rows; now_ms: the moment of the transaction; settings, keys: of this centre.
    Events and ledger entries are written together before the commit (`write_down`), so a look
    inside the same transaction does not find them.
    """

    session: Session
    now_ms: int
    settings: Settings
    keys: CourtKeys
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    _events: list[dict[str, Any]] = field(default_factory=list)
    _entries: list[LedgerEntry] = field(default_factory=list)

    def one_at_a_time(self, name: str) -> None:
        """Let transactions of this name follow each other; what the former committed is seen.

        Called before anything is read or locked. SQLite's writers follow each other anyway.
        """
        if self.session.get_bind().dialect.name == "postgresql":
            key = {"key": zlib.crc32(name.encode())}
            self.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)

    def emit(
        self,
        type_: str,
        text_zh: str,
        text_en: str,
        *,
        case: str | None = None,
        operation: str | None = None,
        device: str | None = None,
        subject: str | None = None,
        level: str = "info",
        permission: str = "event:read",
    ) -> None:
        """Write one durable desk event, `type_` in the past tense; texts masked for readers.

        What a stranger typed may hold NULs, which no database of text takes: they are left out.
        """
        self._events.append({
            "at_ms": self.now_ms, "type": type_, "case": case, "operation": operation,
            "device": device, "subject": subject, "text_zh": text_zh.replace("\0", ""),
            "text_en": text_en.replace("\0", ""), "level": level, "permission": permission,
        })  # fmt: skip

    def ledger(
        self,
        tag: str,
        actor: str,
        subject: str,
        digest: str,
        refs: dict[str, str] | None = None,
    ) -> str:
        """Write the ledger entry of this change; return its id. `digest` is a hex SHA-256."""
        entry = LedgerEntry(new_id(), self.now_ms, tag, actor, subject, digest, refs or {})
        self._entries.append(entry)
        return entry.entry

    @contextmanager
    def part(self) -> Iterator[Callable[[], None]]:
        """A part of the transaction that leaves nothing, no event and no entry either, when it
        raises or when what this yields is called."""
        kept = [(each, len(each)) for each in (self._events, self._entries, self.after_commit)]
        savepoint = self.session.begin_nested()

        def take_back() -> None:
            savepoint.rollback()
            for made, before in kept:
                del made[before:]

        try:
            yield take_back
        except BaseException:
            take_back()
            raise
        if savepoint.is_active:
            savepoint.commit()

    def write_down(self) -> None:
        """Write this transaction's events and ledger entries, in the order of their making."""
        append_events(self.session, self._events)
        append_entries(self.session, self._entries)
        self._events, self._entries = [], []

    def enqueue(self, kind: str, key: str, payload: Payload) -> None:
        """Promise a job in this transaction; the same (kind, key) again promises nothing more."""
        add_job(self.session, self.now_ms, kind, key, payload)

    def enqueue_fresh(self, kind: str, payloads: Mapping[str, Payload]) -> None:
        """Promise jobs under keys made in this transaction, in one go, at once."""
        add_fresh_jobs(self.session, self.now_ms, kind, payloads)

    def enqueue_rebuilds(self, kind: str, payloads: Mapping[str, Payload], due_ms: int) -> None:
        """Promise that things are made anew, many requests for one at once being one job."""
        add_rebuilds(self.session, self.now_ms, kind, payloads, due_ms)
