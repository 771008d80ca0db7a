"""The newest preview picture: drained always, kept once, handed to whoever looks."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from schemas.time import now_ms

WIDTH, HEIGHT, RATE = 640, 360, 15
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
_HEADER = struct.Struct(">IIQ")


class Picture(NamedTuple):
    """One I420 picture of 640 × 360 and when it came out of ffmpeg."""

    serial: int
    wall_ms: int
    planes: bytes

    def packed(self) -> bytes:
        """Return header and planes as the local preview socket sends them."""
        return _HEADER.pack(WIDTH, HEIGHT, self.wall_ms) + self.planes


class Preview:
    """Holds the newest picture; a slow watcher misses pictures and delays nobody."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._newest: Picture | None = None
        self.watchers = 0

    def drain(self, pipe: int) -> None:
        """Read pictures until the pipe ends: an undrained pipe would hang the encoder."""
        serial = self._newest.serial if self._newest else 0
        with os.fdopen(pipe, "rb", buffering=FRAME_BYTES) as source:
            while len(planes := source.read(FRAME_BYTES)) == FRAME_BYTES:
                serial += 1
                with self._changed:
                    self._newest = Picture(serial, now_ms(), planes)
                    self._changed.notify_all()

    def after(self, serial: int, timeout: float) -> Picture | None:
        """Return the newest picture after `serial`, waiting up to `timeout` seconds for one."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_newer(serial), timeout)
            return self._newest if self._is_newer(serial) else None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count one watcher as long as the block runs."""
        with self._changed:
            self.watchers += 1
        try:
            yield
        finally:
            with self._changed:
                self.watchers -= 1

    def _is_newer(self, serial: int) -> bool:
        return self._newest is not None and self._newest.serial > serial
