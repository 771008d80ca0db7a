"""What a device's socket is told of its fragments: that they arrived, and that they are durable.

`received` says both, and how long the relay had the newest of them, so that the device still
learns how long the way alone takes. Only what is not durable after `GOT_S` is told of before that,
by `got`: the device's flow does not wait for a slow disk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from schemas import ranges
from schemas.ranges import Range
from schemas.stream import Got, Received

GOT_S = 0.06
"""`got` follows so long after an arrival at the earliest, and within as long again."""


class Acks:
    """The fragments of one socket that were not acknowledged yet."""

    def __init__(self) -> None:
        self._arrived: dict[tuple[str, int, int], float] = {}
        self._durable: dict[tuple[str, int], list[Range]] = {}

    def arrived(self, recording: str, rendition: int, number: int) -> None:
        """Note a fragment that was taken."""
        self._arrived[recording, rendition, number] = time.monotonic()

    def durable(self, recording: str, rendition: int, number: int) -> bool:
        """Note a durable fragment; return whether it is the first since the last `received`."""
        first = not self._durable
        key = recording, rendition
        self._durable[key] = ranges.add(self._durable.get(key, []), number, number)
        return first

    def received(self) -> list[Received]:
        """Return what to say of all that became durable since it was last asked."""
        durable, self._durable = self._durable, {}
        now = time.monotonic()
        said = []
        for (recording, rendition), numbers in durable.items():
            at = now
            for first, last in numbers:
                for number in range(first, last + 1):
                    at = self._arrived.pop((recording, rendition, number), at)
            said.append(Received(recording, rendition, numbers, int((now - at) * 1000)))
        return said

    def late(self) -> list[Got]:
        """Return what to say of what arrived `GOT_S` ago and is not durable; it is said once."""
        now = time.monotonic()
        late: dict[tuple[str, int], list[Range]] = {}
        newest: dict[tuple[str, int], float] = {}
        for key, at in list(self._arrived.items()):
            if now - at < GOT_S:
                continue
            del self._arrived[key]
            recording, rendition, number = key
            late[recording, rendition] = ranges.add(
                late.get((recording, rendition), []), number, number
            )
            newest[recording, rendition] = at
        return [
            Got(recording, rendition, numbers, int((now - newest[recording, rendition]) * 1000))
            for (recording, rendition), numbers in late.items()
        ]

    def waits(self) -> bool:
        """Say whether something arrived of which nothing was said yet."""
        return bool(self._arrived)


class LateAcks:
    """Looks at all sockets together: one timer for all of them."""

    def __init__(self) -> None:
        self._waiting: dict[Acks, Callable[[Got], None]] = {}
        self._ticks = False

    def expect(self, acks: Acks, say: Callable[[Got], None]) -> None:
        """Something arrived by this socket: `say` what of it is late."""
        self._waiting[acks] = say
        if not self._ticks:
            self._ticks = True
            asyncio.get_running_loop().call_later(GOT_S, self._tick)

    def _tick(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for acks, say in waiting.items():
            for got in acks.late():
                say(got)
            if acks.waits():
                self._waiting[acks] = say
        self._ticks = bool(self._waiting)
        if self._ticks:
            asyncio.get_running_loop().call_later(GOT_S, self._tick)
