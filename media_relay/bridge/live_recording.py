"""One connection of a live source: from ffmpeg's fMP4 to a signed recording, the relay's clock."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from media_relay.bridge.signing import (
    Begun,
    SignedRecording,
    SigningRooms,
    next_counter,
    sign_opening,
)
from media_relay.bridge.viewing import ViewingCopy
from schemas.bridge import LiveSource
from schemas.ids import new_id
from schemas.media.chain import Moment
from schemas.media.fmp4 import Init, Piece
from schemas.media.fragment import Rendition
from schemas.media.opening import Bridged
from schemas.problems import Kind, MzError
from schemas.time import mono_ms, now_ms

FRAGMENT_MS = 200
_GOP_MS = 2_000
"""Nominal: the camera has its own."""
_MAX_EARLY = 64
_DRIFT_MS = 1_500
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class _Clock:
    """The relay's clocks for media times: steady, and set anew when the stream runs off them."""

    def __init__(self) -> None:
        self._ahead_ms: int | None = None

    def moment(self, init: Init, piece: Piece) -> Moment:
        """Return when a piece that arrives now was taken, by the relay's clocks."""
        end_ms = (piece.media_start + piece.media_duration) * 1000 // init.timescale
        start_ms = piece.media_start * 1000 // init.timescale
        now = mono_ms()
        if self._ahead_ms is None or abs(now - end_ms - self._ahead_ms) > _DRIFT_MS:
            self._ahead_ms = now - end_ms
        at_ms = max(0, start_ms + self._ahead_ms)
        return Moment(now_ms() - now + at_ms, at_ms, None)


class LiveRecording:
    """Takes what a source gives, piece after piece; `end` in any case."""

    def __init__(self, rooms: SigningRooms, wanted: LiveSource) -> None:
        self._rooms, self._wanted = rooms, wanted
        self._arrived_ms = now_ms()
        self._inits: dict[Rendition, Init] = {}
        self._clocks = {rendition: _Clock() for rendition in Rendition}
        self._early: list[tuple[Rendition, Piece, Moment]] = []
        self._signed: SignedRecording | None = None
        self._copy: ViewingCopy | None = None
        self._copying: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._last_mono_ms = 0

    async def take(self, item: Init | Piece) -> None:
        """Take the init segment or the next piece of the original."""
        if isinstance(item, Init):
            await self._begin(item)
            return
        await self._keep(Rendition.FULL, item)
        if self._copy is not None and not self._copy.offer(item):
            await self._end_copy()

    async def _begin(self, init: Init) -> None:
        hevc = init.codecs.startswith(("hvc1", "hev1"))
        if not (hevc or init.codecs.startswith("avc1")):
            raise MzError("source.no_video", Kind.INVALID, init.codecs[:40])
        self._inits[Rendition.FULL] = init
        if hevc:
            self._copy = await ViewingCopy.start(init, FRAGMENT_MS)
            self._copying = asyncio.ensure_future(self._take_copy(self._copy))

    async def _take_copy(self, copy: ViewingCopy) -> None:
        async for item in copy.items():
            if isinstance(item, Init):
                self._inits[Rendition.SMALL] = item
            else:
                await self._keep(Rendition.SMALL, item)

    async def _keep(self, rendition: Rendition, piece: Piece) -> None:
        """Sign a piece; the first ones wait until every rendition is known."""
        moment = self._clocks[rendition].moment(self._inits[rendition], piece)
        async with self._lock:
            self._early.append((rendition, piece, moment))
            copied = self._copy is None or Rendition.SMALL in self._inits
            if self._signed is None and not copied and len(self._early) < _MAX_EARLY:
                return
            signed = self._signed or await self._open(self._early[0][2])
            early, self._early = self._early, []
            for kind, one, at in early:
                await signed.keep(kind, one, at, now_ms())
                self._last_mono_ms = max(self._last_mono_ms, at.mono_ms)

    async def _open(self, first: Moment) -> SignedRecording:
        wanted = self._wanted
        begun = Begun(
            new_id(), wanted.source, wanted.officer, wanted.operation, first.wall_ms,
            first.mono_ms, _BOOT_ID.read_text().strip(), FRAGMENT_MS, _GOP_MS, 0,
        )  # fmt: skip
        counter = await next_counter(self._rooms.index, wanted.source)
        bridged = Bridged(wanted.road, self._arrived_ms)
        envelope = sign_opening(self._rooms.trust.signer, begun, self._inits, counter, bridged)
        signed = SignedRecording(self._rooms, envelope, wanted.source)
        await signed.open(self._inits, live=True)
        self._signed = signed
        return signed

    async def _end_copy(self) -> None:
        """Give the viewing copy up, or end it with the original."""
        copy, self._copy = self._copy, None
        if copy is not None:
            await copy.end()
        if self._copying is not None:
            with contextlib.suppress(MzError, asyncio.CancelledError):
                await self._copying

    async def end(self) -> None:
        """Sign that nothing follows."""
        await self._end_copy()
        async with self._lock:
            if self._signed is not None:
                await self._signed.end(now_ms(), max(mono_ms(), self._last_mono_ms))
