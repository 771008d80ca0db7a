"""The pre-event buffer: what the camera saw and heard before the tap, in memory only.

Whole groups of pictures (a key-frame and what follows it), each fragment encrypted under a key
that is made with the buffer and dies with it. Nothing has a number or a link before the tap:
whoever never taps leaves nothing behind.
"""

from __future__ import annotations

import os
from collections import deque
from typing import NamedTuple

from field_app.spool.cabinet import Cabinet
from schemas.media.chain import Moment
from schemas.media.fmp4 import Piece

MAX_SECONDS, DEFAULT_SECONDS = 120, 30
MAX_BYTES = 64 * 1024 * 1024
_KEY_BYTES = 32


class _Held(NamedTuple):
    """A fragment without its bytes, when it was taken, and the bytes encrypted."""

    piece: Piece
    moment: Moment
    locked: bytes


class PreEventBuffer:
    """Holds the last `seconds` and up to one group of pictures more, at most `max_bytes`.

    Used by one thread.
    """

    def __init__(self, seconds: int, max_bytes: int = MAX_BYTES) -> None:
        """seconds: 0 to 120."""
        self._span_ms, self._max_bytes = seconds * 1000, max_bytes
        self._cabinet = Cabinet(os.urandom(_KEY_BYTES))
        self._groups: deque[list[_Held]] = deque()
        self._bytes = 0

    def add(self, piece: Piece, moment: Moment) -> None:
        """Take the camera's next fragment; what is too old goes."""
        if piece.key_frame:
            self._groups.append([])
        if not self._groups:
            return  # nobody could decode it
        locked = self._cabinet.lock(_name(piece), piece.data)
        self._groups[-1].append(_Held(piece._replace(data=b""), moment, locked))
        self._bytes += len(locked)
        self._trim(moment.mono_ms - self._span_ms)

    def _trim(self, from_mono_ms: int) -> None:
        """Drop groups that a later one makes needless: it too begins before the span."""
        while len(self._groups) > 1 and (
            self._groups[1][0].moment.mono_ms <= from_mono_ms or self._bytes > self._max_bytes
        ):
            self._bytes -= sum(len(held.locked) for held in self._groups.popleft())

    def take(self, tapped_mono_ms: int) -> list[tuple[Piece, Moment]]:
        """Return what is to be kept for a tap at this moment, in order, and hold nothing more.

        The first is a key-frame at least the buffer before the tap, if the camera ran so long.
        """
        self._trim(tapped_mono_ms - self._span_ms)
        taken = [
            (held.piece._replace(data=self._cabinet.unlock(_name(held.piece), held.locked)),
             held.moment._replace(buffered=True))
            for group in self._groups
            for held in group
        ]  # fmt: skip
        self._groups.clear()
        self._bytes = 0
        return taken


def _name(piece: Piece) -> str:
    return f"buffered/{piece.media_start}"
