"""A simulated link: a TCP proxy of our own that can be cut, slowed, delayed and made to stall.

Every connection through it shares one rate. Loss is not real here, since TCP hides it from a
proxy: a piece that is "lost" holds back what follows on its connection by a round trip, as a
retransmission does.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import socket
import threading
import time
from dataclasses import dataclass

_PIECE_BYTES = 1_400
_WHOLE_BYTES = 65_536
_BUFFER_BYTES = 8_192
_FIRST_BYTES = 2_048
_STOP_S = 5.0
_SEED = 1


@dataclass(frozen=True)
class Link:
    """A direction's rate in bits a second (0: as fast as it goes), one way's delay, loss of pieces.

    `loss` is a share of pieces, 0…1; each lost one costs its connection a round trip.
    """

    rate_bits: int = 0
    delay_s: float = 0.0
    loss: float = 0.0


class Proxy:
    """Listens on a port of this machine and passes on to `target`; all in its own thread."""

    def __init__(
        self, target: int, link: Link | None = None, spared: bytes = b"", port: int = 0
    ) -> None:
        """`spared`: a connection that begins with these bytes somewhere is not on the link.
        port: 0 takes a free one."""
        self._target, self.link, self._spared = target, link or Link(), spared
        self._random = random.Random(_SEED)  # noqa: S311 - a link's luck, repeatable
        self._cut_until = 0.0
        self._free_at = {True: 0.0, False: 0.0}
        self._writers: set[asyncio.StreamWriter] = set()
        self._all: set[asyncio.StreamWriter] = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        if self.link.rate_bits:
            # A shaped link holds little itself: what waits, waits at its sender.
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="proxy", daemon=True)
        self._thread.start()

    def cut(self, seconds: float = math.inf) -> None:
        """Break every connection and take none for a while, or until it is mended."""
        self._cut_until = time.monotonic() + seconds
        self._loop.call_soon_threadsafe(self._break_all)

    def mend(self) -> None:
        """Take connections again."""
        self._cut_until = 0.0

    def close(self) -> None:
        """Break everything and end the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        limit = _BUFFER_BYTES // 2 if self.link.rate_bits else _WHOLE_BYTES
        server = await asyncio.start_server(self._connected, sock=self._listener, limit=limit)
        await self._stop.wait()
        server.close()
        self._break_all()
        for writer in self._all:
            writer.transport.abort()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if rest:
            await asyncio.wait(rest, timeout=_STOP_S)

    def _break_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if time.monotonic() < self._cut_until:
            back.transport.abort()
            return
        try:
            far, onward = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            back.transport.abort()
            return
        pair = {back, onward}
        self._all |= pair
        try:
            first = await near.read(_FIRST_BYTES)
            link = Link() if self._spared and self._spared in first else self.link
            if link is self.link:
                self._writers |= pair
            for writer in pair:
                connection: socket.socket = writer.get_extra_info("socket")
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            onward.write(first)
            await asyncio.gather(
                self._pump(near, onward, link, up=True), self._pump(far, back, link, up=False)
            )
        except OSError:
            pass  # the one side broke before the other knew
        finally:
            self._writers -= pair
            self._all -= pair
            for writer in pair:
                writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link, *, up: bool
    ) -> None:
        size = _PIECE_BYTES if link.rate_bits else _WHOLE_BYTES
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.ensure_future(_deliver(queue, writer))
        due = 0.0
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(size):
                if link.rate_bits:
                    await self._take_turn(len(data), link.rate_bits, up=up)
                late = 2 * link.delay_s if self._random.random() < link.loss else 0.0
                due = max(due, time.monotonic() + link.delay_s + late)
                queue.put_nowait((due, data))
        queue.put_nowait((due, b""))
        await arriving

    async def _take_turn(self, size: int, rate_bits: int, *, up: bool) -> None:
        """Wait until the link has carried what came before, and these bytes."""
        free_at = max(self._free_at[up], time.monotonic()) + size * 8 / rate_bits
        self._free_at[up] = free_at
        await asyncio.sleep(free_at - time.monotonic())


async def _deliver(queue: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Write what arrives when it is due; an empty piece is the end."""
    while True:
        due, data = await queue.get()
        wait = due - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        if not data:
            break
        try:
            writer.write(data)
            await writer.drain()
        except OSError:
            break
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()
