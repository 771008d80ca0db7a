"""Live sources: each with an ffmpeg under watch, started again with patience, its state told."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import structlog

from media_relay import feed
from media_relay.bridge import child
from media_relay.bridge.live_recording import FRAGMENT_MS, LiveRecording
from media_relay.bridge.probe import Streams
from media_relay.bridge.remux import fragmented
from media_relay.bridge.roads import code_of, input_of, listing_of
from media_relay.bridge.signing import SigningRooms, end_unfinished
from media_relay.orders import wanted_sources
from media_relay.registry import Registry
from schemas.bridge import LiveSource, Road, SourceState
from schemas.feed import SourceChanged
from schemas.media.encrypt import decrypt_frame, unwrap_at_court
from schemas.media.fmp4 import FragmentStream, Init
from schemas.media.fragment import Rendition
from schemas.problems import Kind, MzError

MAX_SOURCES = 64
QUIET_S = 5.0
"""A camera of which nothing came for so long is said to be off the air; it may go on."""
SILENT_S = 15.0
"""So long after its last picture it is given up and connected anew."""
_BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
_READ_BYTES = 64 * 1024
_ANY = Streams("h264", "pcm", 0, 0)
"""Before a live source speaks nobody knows its codecs: pictures stay, sound becomes AAC."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class LiveRooms:
    """What live sources work with. `on_presence(device, connected)` tells the wall."""

    host: str
    ingest_key: Path
    allowed: bool
    registry: Registry
    signing: SigningRooms
    on_presence: Callable[[str, bool], None]


class LiveSources:
    """All live sources of this relay."""

    def __init__(self, rooms: LiveRooms) -> None:
        self._rooms = rooms
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._wanted: dict[str, LiveSource] = {}
        self._told: dict[str, tuple[SourceState, str]] = {}

    async def open(self, revoked: Collection[str]) -> None:
        """Begin with what was ordered; what is revoked stays off."""
        for wanted in await self._rooms.signing.index.run(wanted_sources):
            off = wanted.source in revoked
            self.set(msgspec.structs.replace(wanted, enabled=False) if off else wanted)

    async def close(self) -> None:
        """End every source, each recording with its final head."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def set(self, wanted: LiveSource) -> None:
        """Take what is wanted of a source; the same again changes nothing."""
        if self._wanted.get(wanted.source) == wanted:
            return
        if wanted.source not in self._wanted and len(self._wanted) >= MAX_SOURCES:
            self._tell(wanted.source, SourceState.FAILED, "source.too_many")
            return
        self._wanted[wanted.source] = wanted
        before = self._tasks.get(wanted.source)
        self._tasks[wanted.source] = asyncio.ensure_future(self._run(wanted, before))

    def revoke(self, source: str) -> None:
        """End a source for good: the centre wants nothing more of it."""
        wanted = self._wanted.get(source)
        if wanted is not None:
            self.set(msgspec.structs.replace(wanted, enabled=False))

    def _tell(self, source: str, state: SourceState, code: str = "") -> None:
        if self._told.get(source) == (state, code):
            return
        self._told[source] = (state, code)
        item = SourceChanged(0, 0, source, state, code)
        self._rooms.signing.index.post(partial(feed.put, item=item))
        _log.info("source.changed", source=source, state=state, code=code)

    async def _run(self, wanted: LiveSource, before: asyncio.Task[None] | None) -> None:
        """Keep one source going until it is set anew."""
        if before is not None:
            before.cancel()
            await asyncio.gather(before, return_exceptions=True)
        if not wanted.enabled:
            self._tell(wanted.source, SourceState.OFF)
            return
        tries = 0
        while True:
            code, came = await self._once(wanted, tries)
            tries = 0 if came else tries + 1
            if code:
                self._tell(wanted.source, SourceState.FAILED, code)
                await asyncio.sleep(_BACK_OFF_S[min(tries, len(_BACK_OFF_S) - 1)])

    async def _once(self, wanted: LiveSource, tries: int) -> tuple[str, bool]:
        """Run one connection; return the code of what went wrong and whether pictures came."""
        session = _Session(self._rooms, wanted, partial(self._tell, wanted.source))
        try:
            if not self._rooms.allowed:
                raise MzError("opening.source_refused", Kind.REFUSED, "bridge")
            await end_unfinished(self._rooms.signing, self._rooms.registry, wanted.source)
            if not tries:
                self._tell(wanted.source, SourceState.WAITING)
            await session.run(self._secret(wanted))
        except (MzError, OSError) as error:
            code = error.code if isinstance(error, MzError) else "vault.failed"
            _log.error("source.failed", source=wanted.source, code=code)
            return code, session.came
        return "", session.came

    def _secret(self, wanted: LiveSource) -> str:
        if not wanted.secret:
            return ""
        key = unwrap_at_court(
            wanted.wrapped_key, wanted.source, self._rooms.ingest_key.read_bytes()
        )
        return decrypt_frame(key, wanted.source, 0, 0, wanted.secret).decode()


def _give(process: Process, listing: bytes) -> None:
    """Let a child read what it is to take in: far less than a pipe holds."""
    assert process.stdin is not None  # noqa: S101 - it was asked for
    process.stdin.write(listing)
    process.stdin.close()


class _Session:
    """One run of ffmpeg for a source. `came`: whether there were pictures."""

    def __init__(
        self, rooms: LiveRooms, wanted: LiveSource, tell: Callable[[SourceState, str], None]
    ) -> None:
        self._rooms, self._wanted, self._tell = rooms, wanted, tell
        self._recording = LiveRecording(rooms.signing, wanted)
        self._complaint = ""
        self._on_air = False
        self.came = False

    async def run(self, secret: str) -> None:
        """Record until the source ends; raise what went wrong."""
        output = fragmented(
            input_of(self._wanted.road), _ANY, Rendition.FULL, FRAGMENT_MS, "pipe:1"
        )
        words = ["-hide_banner", "-nostdin", "-loglevel", "warning", "-flush_packets", "1"]
        process = await child.start(output.global_args(*words).get_args(), fed=True)
        _give(process, listing_of(self._wanted, secret, self._rooms.host))
        complaints = asyncio.ensure_future(self._listen(process))
        try:
            await self._record(process)
        finally:
            await asyncio.shield(self._close(process, complaints))
        if self._complaint:
            raise MzError(self._complaint, Kind.UNAVAILABLE, self._wanted.source)
        if not self.came:
            raise MzError("source.no_video", Kind.UNAVAILABLE, self._wanted.source)

    async def _record(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        stream = FragmentStream()
        while True:
            data = await self._read(process.stdout)
            if not data or self._complaint == "source.wrong_key":
                return
            for item in stream.push(data):
                await self._recording.take(item)
                if not isinstance(item, Init):
                    self.came = True
                    self._be_on_air(True)

    async def _read(self, pipe: asyncio.StreamReader) -> bytes:
        """Read on; of a camera that fell silent the desk is told, then `source.silent`."""
        if not self.came:
            return await pipe.read(_READ_BYTES)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_S):
                return await pipe.read(_READ_BYTES)
        self._be_on_air(False, "source.silent")
        try:
            async with asyncio.timeout(SILENT_S - QUIET_S):
                return await pipe.read(_READ_BYTES)
        except TimeoutError as error:
            raise MzError("source.silent", Kind.UNAVAILABLE, self._wanted.source) from error

    def _be_on_air(self, on_air: bool, code: str = "") -> None:
        if self._on_air == on_air:
            return
        self._on_air = on_air
        if on_air or code:
            self._tell(SourceState.LIVE if on_air else SourceState.WAITING, code)
        self._rooms.on_presence(self._wanted.source, on_air)

    async def _listen(self, process: Process) -> None:
        """Read ffmpeg's complaints; the first that is known counts. Whom SRT turns away the desk is
        told of: it goes on waiting for the camera."""
        assert process.stderr is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(ValueError):  # a line without an end
            while line := await process.stderr.readline():
                code = code_of(line.decode("utf-8", "replace")) or ""
                if code == "source.wrong_key" and self._wanted.road is Road.SRT:
                    self._tell(SourceState.WAITING, code)
                    continue
                self._complaint = self._complaint or code
                if self._complaint == "source.wrong_key" and process.returncode is None:
                    process.kill()
        await child.words(process)

    async def _close(self, process: Process, complaints: asyncio.Task[None]) -> None:
        await child.end(process)
        with contextlib.suppress(asyncio.CancelledError):
            await complaints
        self._be_on_air(False)
        await self._recording.end()
