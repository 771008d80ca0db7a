"""The sweep of the copies: every one of a part or exhibit is read and hashed, slowly, for ever.

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

from media_relay import copies, feed
from media_relay.copies import DueCopy
from media_relay.domains import Domains, digest_in, wrong_digest
from media_relay.index import Index, connect
from media_relay.lanes import Lanes
from media_relay.settings import Settings
from media_relay.trust import Trust
from media_relay.vault import Shelf
from schemas import crash
from schemas.feed import ExhibitDamaged, PartDamaged
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
        self._turn = 0

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
        """Look at one copy; return how long to rest so that the rate is kept, in seconds.

        The domains take turns: a long way through one of them holds no other back.
        """
        names = self._domains.names
        self._turn = (self._turn + 1) % len(names)
        for name in names[self._turn :] + names[: self._turn]:
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
            digest = await asyncio.to_thread(
                digest_in, self._domains.get(name), due.shelf, due.sha256
            )
        except (MzError, OSError) as error:
            if not isinstance(error, MzError) or error.code != "vault.not_found":
                self._domains.mark(name, error)
                self._not_before[name, ""] = time.monotonic() + AWAY_S
                return
            digest = ""
        if digest and digest != due.sha256:
            await self._mend(name, due, wrong_digest(due.shelf, name).code)
        elif digest and (due.known or name == self._domains.primary):
            await self._good(name, due)
        else:  # what stands there and was never counted goes through the door: its lock is asked
            await self._mend(name, due, "vault.not_found")

    async def _mend(self, name: str, due: DueCopy, code: str) -> None:
        """Write a copy from a good one; a copy that was good before is alarmed."""
        source = await self._source(name, due)
        mended = source is not None and await self._write(name, due, source)
        lost = name == self._domains.primary  # what the index names was written there
        alarm = due.known or lost or code != "vault.not_found"
        if alarm:
            item = _damaged(due, name, code, source if mended else None)
            await self._index.run(partial(feed.put, item=item))
            _log.error("copy.damaged", sha256=due.sha256, domain=name, code=code, mended=mended)
        if mended:
            await self._good(name, due)
            return
        if source is None:
            self._domains.mark(name, None)  # it answered
        if source is None or alarm:
            self._not_before[name, due.sha256] = time.monotonic() + HOPELESS_S
        await self._index.run(
            partial(copies.forget_copy, shelf=due.shelf, sha256=due.sha256, domain=name)
        )

    async def _source(self, name: str, due: DueCopy) -> str | None:
        """Return another domain whose copy is what its name says."""
        for other in self._domains.names:
            if other == name:
                continue
            try:
                found = await asyncio.to_thread(
                    digest_in, self._domains.get(other), due.shelf, due.sha256
                )
            except (MzError, OSError):
                continue
            if found == due.sha256:
                return other
        return None

    async def _write(self, name: str, due: DueCopy, source: str) -> bool:
        try:
            await asyncio.to_thread(self._domains.copy_from, source, name, due.shelf, due.sha256)
        except (MzError, OSError) as error:
            self._domains.mark(name, error)
            self._not_before[name, ""] = time.monotonic() + AWAY_S
            return False
        crash.point("relay.after_copy_written")
        return True

    async def _good(self, name: str, due: DueCopy) -> None:
        """Note a good copy; when that makes enough copies of a part, say so."""
        self._domains.mark(name, None)
        await self._index.run(
            partial(copies.put_copies, shelf=due.shelf, sha256=due.sha256, domains=[name])
        )
        if due.shelf is Shelf.PARTS:
            await self._state_again(due.sha256)

    async def _state_again(self, sha256: str) -> None:
        """Sign anew for a part that lacked copies when it was stated and has enough now."""
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
                await asyncio.to_thread(self._domains.get(name).remove, Shelf.PARTS, sha256)
            except (MzError, OSError) as error:
                self._domains.mark(name, error)
                self._not_before[name, ""] = time.monotonic() + AWAY_S
                return
            await self._index.run(
                partial(copies.forget_copy, shelf=Shelf.PARTS, sha256=sha256, domain=name)
            )


def _damaged(
    due: DueCopy, name: str, code: str, repaired_from: str | None
) -> PartDamaged | ExhibitDamaged:
    if due.shelf is Shelf.EXHIBITS:
        return ExhibitDamaged(0, 0, due.sha256, name, code, repaired_from)
    return PartDamaged(0, 0, due.recording, due.sha256, name, code, repaired_from)
