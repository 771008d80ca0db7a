"""The tables of one track of a progressive MP4, filled run by run, and its boxes.

ISO/IEC 14496-12 §8.3-8.7. What the init segment says of the track is kept as it is: names, codecs,
sizes of the picture; lengths, edits and the tables of samples are written anew.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from media_relay.samples import Run
from schemas.media.fmp4 import boxes, find, malformed, number

LONGEST = 0x7FFFFFFF
"""The longest gap, in a track's timescale, that the table of durations can say."""
_NOTHING = -1
"""The media time of an edit in which nothing is shown."""


def box(kind: bytes, *bodies: bytes) -> bytes:
    """Return a box with its header."""
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _table(kind: bytes, rows: int, *bodies: bytes, version: int = 0) -> bytes:
    return box(kind, struct.pack(">II", version << 24, rows), *bodies)


def _packed(numbers: array[int]) -> bytes:
    """Return numbers in the order of bytes that MP4 has."""
    turned = array(numbers.typecode, numbers)
    if sys.byteorder == "little":
        turned.byteswap()
    return turned.tobytes()


def lasting(body: bytes, between: int, duration: int) -> bytes:
    """Return the body of `mvhd`, `tkhd` or `mdhd` with another duration, as version 1; `between`
    are the bytes between its two dates and the duration."""
    old = 8 if body[0] else 4
    at = 4 + 2 * old
    made, changed = number(body, 4, old), number(body, 4 + old, old)
    return b"".join((
        b"\1", body[1:4], struct.pack(">QQ", made, changed), body[at : at + between],
        struct.pack(">Q", duration), body[at + between + old :],
    ))  # fmt: skip


class _Counted:
    """Values in their order, those that repeat one another counted, as `stts` and `ctts` are."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int]] = []

    def add(self, value: int, count: int = 1) -> None:
        if self.rows and self.rows[-1][1] == value:
            count += self.rows.pop()[0]
        self.rows.append((count, value))

    def extend(self, values: Iterable[int]) -> None:
        for value, same in groupby(values):
            self.add(value, len(list(same)))

    def lengthen_last(self, by: int) -> int:
        """Make the last value larger, or smaller down to nothing; return by how much it was."""
        count, former = self.rows.pop()
        if count > 1:
            self.rows.append((count - 1, former))
        value = max(0, former + by)
        self.add(value)
        return value - former


class _Chunk(NamedTuple):
    at: int
    samples: int
    description: int


class Track:
    """One track: what its init says, and the samples that went in so far."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        """`start`, `end`: the body of its `trak` box."""
        self._data = data
        self._parts = {kind: (body, stop) for kind, body, stop in boxes(data, start, end)}
        tkhd, _ = find(data, start, end, b"tkhd")
        mdhd, _ = find(data, start, end, b"mdia", b"mdhd")
        self.id = number(data, tkhd + (20 if data[tkhd] else 12))
        self.timescale = number(data, mdhd + (20 if data[mdhd] else 12))
        if not self.timescale:
            raise malformed("a track without a timescale")
        self._sizes, self._syncs = array("I"), array("I")
        self._durations, self._shifts = _Counted(), _Counted()
        self._chunks: list[_Chunk] = []
        self._first = self._length = 0

    def __bool__(self) -> bool:
        """Say whether anything went in."""
        return bool(self._sizes)

    def add(self, run: Run, at: int) -> None:
        """Take a run whose samples lie from `at` on in the film's media bytes. What is missing
        before it makes the sample before it last longer."""
        if not self._sizes:
            self._first = run.start
        elif late := self.lateness(run):
            self._length += self._durations.lengthen_last(late)
        self._chunks.append(_Chunk(at, len(run.sizes), run.description))
        self._syncs.extend(len(self._sizes) + 1 + place for place in run.syncs)
        self._sizes.extend(run.sizes)
        self._durations.extend(run.durations)
        self._shifts.extend(run.shifts or (0,) * len(run.sizes))
        self._length += sum(run.durations)

    def lateness(self, run: Run) -> int:
        """Return how much later a run begins than what went in ends."""
        return run.start - self._first - self._length if self._sizes else 0

    def begins(self, movie_scale: int) -> Fraction:
        """Return when its first sample is shown, in seconds of the recording, never before 0."""
        empty = media_time = 0
        for length, at in self._edits():
            if at >= 0:
                media_time = at
                break
            empty += length
        shown = self._first + self._shifts.rows[0][1] - media_time
        return Fraction(shown, self.timescale) + Fraction(empty, movie_scale)

    def _edits(self) -> Iterable[tuple[int, int]]:
        """Yield length and media time of the edits that the init segment names."""
        if b"edts" not in self._parts:
            return
        at, _ = find(self._data, *self._parts[b"edts"], b"elst")
        size = 8 if number(self._data, at, 1) else 4
        for row in range(number(self._data, at + 4)):
            here = at + 8 + row * (2 * size + 4)
            when = number(self._data, here + size, size)
            yield number(self._data, here, size), when - (when >> (8 * size - 1) << (8 * size))

    def described(self, since: Fraction, movie_scale: int, base: int) -> tuple[bytes, int]:
        """Return its `trak` in a film that begins at `since`, and its length in the film's scale.

        `base`: where the film's media bytes begin."""
        late = self.begins(movie_scale) - since
        empty = round(max(late, Fraction()) * movie_scale)
        cut = round(max(-late, Fraction()) * self.timescale)
        shown = round(Fraction(self._length - cut, self.timescale) * movie_scale)
        edits = [(empty, _NOTHING)] if empty else []
        edits.append((shown, self._shifts.rows[0][1] + cut))
        rows = b"".join(struct.pack(">QqI", *edit, 0x10000) for edit in edits)
        return box(
            b"trak",
            box(b"tkhd", lasting(self._part(b"tkhd"), 8, empty + shown)),
            box(b"edts", _table(b"elst", len(edits), rows, version=1)),
            box(b"mdia", *self._mdia(base)),
        ), empty + shown  # fmt: skip

    def _part(self, kind: bytes) -> bytes:
        start, end = self._parts[kind]
        return self._data[start:end]

    def _mdia(self, base: int) -> Iterable[bytes]:
        for kind, start, end in boxes(self._data, *self._parts[b"mdia"]):
            if kind == b"mdhd":
                yield box(kind, lasting(self._data[start:end], 4, self._length))
            elif kind == b"minf":
                yield box(kind, *self._minf(start, end, base))
            else:
                yield box(kind, self._data[start:end])

    def _minf(self, start: int, end: int, base: int) -> Iterable[bytes]:
        for kind, body, stop in boxes(self._data, start, end):
            if kind == b"stbl":
                stsd, stsd_end = find(self._data, body, stop, b"stsd")
                said = box(b"stsd", self._data[stsd:stsd_end])
                yield box(kind, said, *self._tables(base))
            else:
                yield box(kind, self._data[body:stop])

    def _tables(self, base: int) -> Iterable[bytes]:
        yield _counts(b"stts", self._durations.rows)
        if any(shift for _, shift in self._shifts.rows):
            yield _counts(b"ctts", self._shifts.rows)
        if len(self._syncs) < len(self._sizes):
            yield _table(b"stss", len(self._syncs), _packed(self._syncs))
        sizes = struct.pack(">III", 0, 0, len(self._sizes))
        yield box(b"stsz", sizes, _packed(self._sizes))
        alike = [
            struct.pack(">III", place + 1, chunk.samples, chunk.description)
            for place, chunk in enumerate(self._chunks)
            if not place or chunk[1:] != self._chunks[place - 1][1:]
        ]
        yield _table(b"stsc", len(alike), *alike)
        offsets = array("Q", (base + chunk.at for chunk in self._chunks))
        yield _table(b"co64", len(offsets), _packed(offsets))


def _counts(kind: bytes, rows: Sequence[tuple[int, int]]) -> bytes:
    signed = any(value < 0 for _, value in rows)
    form = struct.Struct(">Ii" if signed else ">II")
    return _table(kind, len(rows), *(form.pack(*row) for row in rows), version=int(signed))
