"""The sweep of the copies: every copy of every part is read again and hashed, slowly, for ever.

A copy that is not there yet is made; one that is damaged is alarmed, set aside, and replaced
from a domain whose copy still is what its name says. Deleted parts go from every domain.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from sqlite3 import Connection
from typing import TypeVar

import msgspec
import structlog

from media_relay import copies, feed, shelf
from media_relay.copies import DueCopy
from media_relay.domains import Domains, digest_in
from media_relay.index import Index, connect
from media_relay.lanes import Lanes
from media_relay.settings import Settings
from media_relay.trust import Trust
from schemas.feed import PartDamaged
from schemas.problems import MzError
from schemas.sign import decode_payload, sign_envelope
from schemas.stream import ARCHIVED, Archived, ArchivedStatement
from schemas.time import now_ms

IDLE_S = 2.0
AWAY_S = 10.0
"""A domain that is away is asked again after so long."""
HOPELESS_S = 3600.0
"""A copy that cannot be repaired is tried again after so long."""
_LOOK = 50
T = TypeVar("T")

_log = structlog.get_logger()


class Fixity:
    """One sweep over all domains, one copy at a time."""

    def __init__(
        self, settings: Settings, trust: Trust, index: Index, domains: Domains, lanes: Lanes
    ) -> None:
        self._settings, self._trust, self._index = settings, trust, index
        self._domains, self._lanes = domains, lanes
        self._not_before: dict[tuple[str, str], float] = {}

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                pause = await self._step()
            except (MzError, OSError, sqlite3.Error) as error:
                _log.error("fixity.failed", reason=str(error)[:200])
                pause = IDLE_S
            await asyncio.sleep(pause)

    async def _step(self) -> float:
        """Look at one copy; return how long to rest so that the rate is kept, in seconds."""
        for name in self._domains.names:
            if self._resting(name, ""):
                continue
            await self._remove_deleted(name)
            due = await self._next(name)
            if due is not None:
                await self._look_at(name, due)
                return max(0.02, due.size / self._settings.fixity_bytes_per_s)
        return IDLE_S

    async def _next(self, name: str) -> DueCopy | None:
        hours = self._settings.fixity_hours
        before = now_ms() - round(hours * 3_600_000) if hours else 0
        found = await self._look_up(
            partial(copies.due_copies, domain=name, before_ms=before, limit=_LOOK)
        )
        return next((one for one in found if not self._resting(name, one.sha256)), None)

    async def _look_up(self, query: Callable[[Connection], T]) -> T:
        """Ask the index beside its one writer: these queries walk all parts, and intake waits for
        the writer."""

        def ask() -> T:
            connection = connect(self._index.path, read_only=True)
            try:
                return query(connection)
            finally:
                connection.close()

        return await asyncio.to_thread(ask)

    def _resting(self, name: str, sha256: str) -> bool:
        return time.monotonic() < self._not_before.get((name, sha256), 0.0)

    async def _look_at(self, name: str, due: DueCopy) -> None:
        """Read a copy; note it as good, make it, or repair it."""
        try:
            digest = await asyncio.to_thread(digest_in, self._domains.get(name), due.sha256)
        except (MzError, OSError) as error:
            if not isinstance(error, MzError) or error.code != "vault.not_found":
                self._domains.mark(name, error)
                self._not_before[name, ""] = time.monotonic() + AWAY_S
                return
            digest = ""
        self._domains.mark(name, None)
        if digest != due.sha256:
            await self._mend(name, due, "part.wrong_digest" if digest else "vault.not_found")
            return
        await self._good(name, due.sha256)

    async def _mend(self, name: str, due: DueCopy, code: str) -> None:
        """Write a copy from a good one; a copy that was good before is alarmed."""
        source = await self._source(name, due.sha256)
        mended = source is not None and await self._write(name, due.sha256, source)
        if due.known or code != "vault.not_found":
            item = PartDamaged(
                0, 0, due.recording, due.sha256, name, code, source if mended else None
            )
            await self._index.run(partial(feed.put, item=item))
            _log.error("part.damaged", sha256=due.sha256, domain=name, code=code, mended=mended)
        if mended:
            await self._good(name, due.sha256)
            return
        self._not_before[name, due.sha256] = time.monotonic() + HOPELESS_S
        await self._index.run(partial(copies.forget_copy, sha256=due.sha256, domain=name))

    async def _source(self, name: str, sha256: str) -> str | None:
        """Return another domain whose copy is what its name says."""
        for other in self._domains.names:
            if other == name:
                continue
            try:
                found = await asyncio.to_thread(digest_in, self._domains.get(other), sha256)
            except (MzError, OSError):
                continue
            if found == sha256:
                return other
        return None

    async def _write(self, name: str, sha256: str, source: str) -> bool:
        try:
            await asyncio.to_thread(self._domains.copy_from, source, name, sha256)
        except (MzError, OSError) as error:
            self._domains.mark(name, error)
            self._not_before[name, ""] = time.monotonic() + AWAY_S
            return False
        return True

    async def _good(self, name: str, sha256: str) -> None:
        """Note a good copy; when that makes enough of them, say so."""
        await self._index.run(partial(shelf.put_copies, sha256=sha256, domains=[name]))
        held = await self._index.run(partial(copies.domains_of, sha256=sha256))
        known = await self._index.run(partial(copies.statement_of, sha256=sha256))
        if known is None:
            return
        said = decode_payload(known[0], ARCHIVED, ArchivedStatement)
        required = self._settings.required_domains
        names = [one for one in self._domains.names if one in held]
        if len(said.domains) >= said.required or len(names) < required:
            return
        news = msgspec.structs.replace(said, domains=names, required=required, at_ms=now_ms())
        statement = sign_envelope(self._trust.signer, ARCHIVED, news)
        await self._index.run(partial(copies.put_statement, sha256=sha256, statement=statement))
        self._lanes.tell(known[1], Archived(statement))

    async def _remove_deleted(self, name: str) -> None:
        for sha256 in await self._look_up(partial(copies.deleted_copies, domain=name)):
            try:
                await asyncio.to_thread(self._domains.get(name).remove, sha256)
            except (MzError, OSError) as error:
                self._domains.mark(name, error)
                self._not_before[name, ""] = time.monotonic() + AWAY_S
                return
            await self._index.run(partial(copies.forget_copy, sha256=sha256, domain=name))
