"""One progressive MP4 of a rendition's fragments: every sample as it is, all tables in front.

Nothing is encoded again and nothing left out. A gap stays a gap of its length: what was shown
before it stands still. The tables come first and are known last, so room is left for them by what
the first fragment needs of them; where that was too little the samples are moved.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import IO

from media_relay.sample_tables import LONGEST, Track, box, lasting
from media_relay.samples import Run, defaults_of, runs_of
from schemas.media.fmp4 import MAX_SAMPLES, boxes, find, malformed, number

_FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
_FREE = box(b"free")
_ROOM = 4096
_PIECE_BYTES = 1024 * 1024


class Progressive:
    """Makes one MP4: `add` the fragments in their order, then `finish`."""

    def __init__(self, init: bytes, out: IO[bytes], fragments: int) -> None:
        """`out`: an empty file; `fragments`: about how many will come. `fmp4.malformed`."""
        self._init, self._out, self._fragments = init, out, fragments
        self._begin = self._size = 0
        self._moov = find(init, 0, len(init), b"moov")
        self._defaults = defaults_of(init)
        found = boxes(init, *self._moov)
        tracks = [Track(init, start, end) for kind, start, end in found if kind == b"trak"]
        self._tracks = {track.id: track for track in tracks}
        if self._tracks.keys() != self._defaults.keys():
            raise malformed("tracks and their defaults differ")

    def add(self, data: bytes, begin: int = 0) -> None:
        """Take the media bytes of a fragment, from `begin` on; `fmp4.malformed`: then nothing of
        it went in."""
        left, runs = MAX_SAMPLES, list[Run]()
        bodies: list[tuple[int, int]] = []
        for kind, start, end in boxes(data, begin, len(data)):
            if kind == b"moof":
                for run in runs_of(data, start, end, self._defaults):
                    runs.append(run)
                    left -= len(run.sizes)
                    if left < 0:
                        raise malformed("more samples than a fragment has")
            elif kind == b"mdat":
                bodies.append((start, end))
        if any(self._tracks[run.track].lateness(run) > LONGEST for run in runs):
            raise malformed("a gap is longer than an MP4 can say")
        placed = [(run, self._size + _behind(run, bodies)) for run in runs if run.sizes]
        if not self._begin:
            self._begin = len(self._init) + _ROOM + _ample(runs) * self._fragments
            self._out.seek(self._begin)
        for start, end in bodies:
            self._out.write(memoryview(data)[start:end])
            self._size += end - start
        for run, at in placed:
            self._tracks[run.track].add(run, at)

    def finish(self) -> None:
        """Write the tables; `fmp4.malformed` if there is nothing to show."""
        mdat = struct.pack(">I4sQ", 1, b"mdat", 16 + self._size)
        used = len(_FTYP) + len(self._described(0)) + len(_FREE) + len(mdat)
        self._out.flush()
        if used > self._begin:
            self._move(used)
        free = struct.pack(">I4s", len(_FREE) + self._begin - used, b"free")
        self._out.seek(0)
        self._out.write(_FTYP + self._described(self._begin) + free)
        self._out.seek(self._begin - len(mdat))
        self._out.write(mdat)
        self._out.flush()

    def _move(self, to: int) -> None:
        """Move the samples further back in the file, the last ones first."""
        file, left = self._out.fileno(), self._size
        while left:
            size = min(left, _PIECE_BYTES)
            left -= size
            os.pwrite(file, os.pread(file, size, self._begin + left), to + left)
        self._begin = to

    def _described(self, base: int) -> bytes:
        """Return `moov`, of the same length wherever the samples begin."""
        try:
            return self._moov_of(base)
        except (struct.error, OverflowError) as error:
            raise malformed("times beyond what an MP4 can say") from error

    def _moov_of(self, base: int) -> bytes:
        mvhd, mvhd_end = find(self._init, *self._moov, b"mvhd")
        scale = number(self._init, mvhd + (20 if self._init[mvhd] else 12))
        tracks = [track for track in self._tracks.values() if track]
        if not tracks or not scale:
            raise malformed("nothing to show")
        since = max(Fraction(), min(track.begins(scale) for track in tracks))
        made = [track.described(since, scale, base) for track in tracks]
        length = max(length for _, length in made)
        head = lasting(self._init[mvhd:mvhd_end], 4, length)
        return box(b"moov", box(b"mvhd", head), *(one for one, _ in made))


def _ample(runs: Sequence[Run]) -> int:
    """Return what the tables will take for each fragment like this one, and some more."""
    return sum(48 + len(run.sizes) * (16 if run.shifts else 5) for run in runs)


def _behind(run: Run, bodies: Sequence[tuple[int, int]]) -> int:
    """Return where a run's samples lie in the `mdat` bodies put together."""
    before = 0
    for start, end in bodies:
        if start <= run.offset and run.offset + sum(run.sizes) <= end:
            return before + run.offset - start
        before += end - start
    raise malformed("samples outside their fragment")
