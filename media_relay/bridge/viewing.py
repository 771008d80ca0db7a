"""The H.264 viewing copy of a live H.265 source, by an ffmpeg of its own.

It may fall behind and is then given up: the original never waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process
from collections.abc import AsyncIterator

import ffmpeg

from media_relay.bridge import child
from media_relay.bridge.probe import Streams
from media_relay.bridge.remux import fragmented
from schemas.media.fmp4 import FragmentStream, Init, Piece
from schemas.media.fragment import Rendition

MAX_WAITING = 64
_READ_BYTES = 64 * 1024
_HEVC_AAC = Streams("hevc", "aac", 0, 0)
_HEVC_SILENT = Streams("hevc", "", 0, 0)


class ViewingCopy:
    """Takes the pieces of the original, gives those of the copy."""

    def __init__(self, process: Process, fragment: Init) -> None:
        self._process = process
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(MAX_WAITING)
        self._waiting.put_nowait(fragment.data)
        self._tasks = [
            asyncio.ensure_future(self._feed()), asyncio.ensure_future(child.words(process)),
        ]  # fmt: skip

    @classmethod
    async def start(cls, init: Init, fragment_ms: int) -> ViewingCopy:
        """Start it for an original."""
        source = ffmpeg.input("pipe:0", f="mp4", protocol_whitelist="pipe", fflags="nobuffer")
        streams = _HEVC_AAC if init.sample_rate else _HEVC_SILENT
        output = fragmented(source, streams, Rendition.SMALL, fragment_ms, "pipe:1")
        words = ["-hide_banner", "-nostdin", "-loglevel", "error", "-copyts", "-flush_packets", "1"]
        process = await child.start(output.global_args(*words).get_args(), fed=True)
        return cls(process, init)

    def offer(self, piece: Piece) -> bool:
        """Give it a piece; False if it is too far behind to go on."""
        try:
            self._waiting.put_nowait(piece.data)
        except asyncio.QueueFull:
            return False
        return self._process.returncode is None

    async def _feed(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(ConnectionError):
            while True:
                pipe.write(await self._waiting.get())
                await pipe.drain()

    async def items(self) -> AsyncIterator[Init | Piece]:
        """Yield the init segment and the pieces of the copy until it ends."""
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        stream = FragmentStream()
        while data := await self._process.stdout.read(_READ_BYTES):
            for item in stream.push(data):
                yield item

    async def end(self) -> None:
        """End it; what it has not given is not made."""
        for task in self._tasks:
            task.cancel()
        await child.end(self._process)
