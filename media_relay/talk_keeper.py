"""Bursts of talk as evidence: written as they arrive, then an exhibit with the relay's signature.

`talk/BURST` holds one line of JSON (who speaks to whom) and the Ogg Opus pages. A file that a
killed relay left behind is kept at the next start, as far as its pages are whole.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from functools import partial
from pathlib import Path
from sqlite3 import Connection

import msgspec
import structlog

from media_relay import exhibits, feed
from media_relay.durable import make_folder
from media_relay.index import Index
from media_relay.trust import Trust
from media_relay.vault import LocalVault, Shelf
from schemas.feed import TALK_BURST, TalkBurst, TalkKept
from schemas.media.talk import RATE, OggOpus, whole_pages
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, sign_envelope
from schemas.stream import TalkEnd

_SYNC_SAMPLES = RATE

_log = structlog.get_logger()


class TalkStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a burst's file."""

    burst: str
    operation: str | None
    speaker: str
    desk: bool
    devices: list[str]
    began_ms: int
    staff: list[str] = []
    private: list[str] = []


class KeptBurst:
    """The file of one burst while it is spoken."""

    def __init__(self, path: Path, start: TalkStart) -> None:
        self.start, self._ogg = start, OggOpus()
        self._file = path.open("xb", buffering=0)
        self._syncing: asyncio.Future[None] | None = None
        self._synced = 0
        self._file.write(msgspec.json.encode(start) + b"\n" + self._ogg.begin())

    @property
    def samples(self) -> int:
        """How much was said, at 48 kHz."""
        return self._ogg.samples

    def add(self, packet: bytes) -> None:
        """Write a packet; on the disk within about a second. `talk.malformed`, `talk.not_kept`."""
        page = self._ogg.add(packet)
        try:
            self._file.write(page)
        except OSError as error:
            raise MzError("talk.not_kept", Kind.UNAVAILABLE, str(error)[:200]) from error
        if self.samples - self._synced >= _SYNC_SAMPLES and self._idle():
            self._synced = self.samples
            self._syncing = asyncio.ensure_future(
                asyncio.to_thread(os.fdatasync, self._file.fileno())
            )

    def _idle(self) -> bool:
        return self._syncing is None or self._syncing.done()

    async def close(self) -> None:
        """Close the file."""
        if self._syncing is not None:
            await asyncio.wait([self._syncing])
        self._file.close()


class TalkKeeper:
    """Keeps bursts durable and tells the feed of each."""

    def __init__(
        self, relay: str, trust: Trust, vault: LocalVault, index: Index, folder: Path,
        min_free_bytes: int,
    ) -> None:  # fmt: skip
        make_folder(folder)
        self._relay, self._trust, self._vault, self._index = relay, trust, vault, index
        self._folder, self._min_free_bytes = folder, min_free_bytes
        self._open: set[str] = set()
        self._ends: dict[str, tuple[TalkEnd, int]] = {}
        self._one_by_one = asyncio.Lock()

    def begin(self, start: TalkStart) -> KeptBurst:
        """Begin a burst's file.

        Errors: `relay.disk_full`, `talk.burst_known`, `talk.not_kept`.
        """
        if shutil.disk_usage(self._folder).free < self._min_free_bytes:
            raise MzError("relay.disk_full", Kind.UNAVAILABLE, "no new talk is taken")
        try:
            kept = KeptBurst(self._folder / start.burst, start)
        except FileExistsError as error:
            raise MzError("talk.burst_known", Kind.CONFLICT, start.burst) from error
        except OSError as error:
            raise MzError("talk.not_kept", Kind.UNAVAILABLE, str(error)[:200]) from error
        self._open.add(start.burst)
        return kept

    async def finish(self, kept: KeptBurst, end: TalkEnd, ended_ms: int) -> None:
        """Close a burst and bring it, and what an earlier failure left, into the vault."""
        await kept.close()
        self._ends[kept.start.burst] = end, ended_ms
        self._open.discard(kept.start.burst)
        await self.settle()

    async def settle(self) -> None:
        """Bring every file that nobody speaks into any more to the vault; a failure is logged and
        tried again with the next burst and at the next start."""
        async with self._one_by_one:
            for path in sorted(self._folder.iterdir()):
                if path.name not in self._open:
                    await self._settle(path)

    async def _settle(self, path: Path) -> None:
        try:
            stated = await asyncio.to_thread(self._store, path)
            if stated is not None:
                await self._index.run(partial(_tell, stated=stated, signed=self._sign(stated)))
            await asyncio.to_thread(path.unlink)
        except (MzError, OSError) as error:
            _log.error("talk.not_settled", burst=path.name, reason=str(error)[:200])
            return
        self._ends.pop(path.name, None)

    def _store(self, path: Path) -> TalkBurst | None:
        """Put the pages into the vault; None where nothing was said."""
        line, _, pages = path.read_bytes().partition(b"\n")
        length, samples = whole_pages(pages)
        if not samples:
            return None
        start = decode(line, TalkStart)
        duration_ms = samples * 1000 // RATE
        end, ended_ms = self._ends.get(
            path.name, (TalkEnd.RELAY_ENDED, start.began_ms + duration_ms)
        )
        half = self._vault.begin()
        half.write(pages[:length])
        sha256 = self._vault.store(Shelf.EXHIBITS, half)
        return TalkBurst(
            self._relay, start.burst, start.operation, start.speaker, start.desk, start.devices,
            start.began_ms, ended_ms, end, duration_ms, sha256, length, start.staff,
            start.private,
        )  # fmt: skip

    def _sign(self, stated: TalkBurst) -> Envelope:
        return sign_envelope(self._trust.signer, TALK_BURST, stated)


def _tell(connection: Connection, stated: TalkBurst, signed: Envelope) -> None:
    exhibits.claim(connection, stated.sha256, stated.size, stated.speaker)
    feed.put(connection, TalkKept(0, 0, signed))
