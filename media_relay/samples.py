"""The samples of fragments: where in a moof + mdat each track's pictures and sounds lie, and when.

ISO/IEC 14496-12 §8.8. Offsets count from the fragment's first byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.media.fmp4 import MAX_SAMPLES, boxes, find, malformed, number

_BASE_GIVEN, _BASE_IS_MOOF = 0x1, 0x20000
_OFFSET, _FIRST_FLAGS = 0x1, 0x4
_TOLD = (0x2, 0x8, 0x10, 0x20)
_COLUMNS = (0x100, 0x200, 0x400, 0x800)
_NON_SYNC = 0x10000


class Defaults(NamedTuple):
    """What holds of a track's samples where a fragment says nothing else."""

    description: int = 1
    duration: int = 0
    size: int = 0
    flags: int = 0


class Run(NamedTuple):
    """Samples of one track that lie one behind the other from `offset` on.

    Times are in the track's timescale: `start` is when the first sample is decoded, `shifts` how
    much later than decoded each is shown. `syncs` are the places of those that stand alone.
    """

    track: int
    description: int
    start: int
    offset: int
    sizes: Sequence[int]
    durations: Sequence[int]
    shifts: Sequence[int]
    syncs: Sequence[int]


def defaults_of(init: bytes) -> dict[int, Defaults]:
    """Return the defaults of each track of an init segment."""
    found: dict[int, Defaults] = {}
    start, end = find(init, 0, len(init), b"moov", b"mvex")
    for kind, body, _ in boxes(init, start, end):
        if kind == b"trex":
            track, *rest = (number(init, body + at) for at in range(4, 24, 4))
            found[track] = Defaults(*rest)
    return found


def runs_of(data: bytes, moof: int, end: int, tracks: dict[int, Defaults]) -> Iterator[Run]:
    """Yield the runs of the moof whose body lies between two offsets; `fmp4.malformed`."""
    behind = moof - 8
    for kind, start, stop in boxes(data, moof, end):
        if kind == b"traf":
            for run in _of_track(data, start, stop, (moof - 8, behind), tracks):
                behind = run.offset + sum(run.sizes)
                yield run


def _of_track(
    data: bytes, start: int, end: int, bases: tuple[int, int], tracks: dict[int, Defaults]
) -> Iterator[Run]:
    """`bases`: where the moof begins, and where the former track's samples end."""
    told: Defaults | None = None
    track = when = base = behind = -1
    for kind, body, stop in boxes(data, start, end):
        if kind == b"trun":
            if told is None or when < 0:
                raise malformed("samples before the header and time of their track")
            offset, (sizes, durations, flagged, shifts) = _rows(data, body, stop, told)
            at = behind if offset is None else base + offset
            syncs = [place for place, one in enumerate(flagged) if not one & _NON_SYNC]
            yield Run(track, told.description, when, at, sizes, durations, shifts, syncs)
            when, behind = when + sum(durations), at + sum(sizes)
        elif kind == b"tfhd":
            flags, track = number(data, body), number(data, body + 4)
            if track not in tracks or flags & _BASE_GIVEN:
                raise malformed(f"track {track} is not of this init segment")
            told = _told(data, body + 8, flags, tracks[track])
            base = behind = bases[0 if flags & _BASE_IS_MOOF else 1]
        elif kind == b"tfdt":
            when = number(data, body + 4, 8 if number(data, body, 1) else 4)


def _told(data: bytes, at: int, flags: int, known: Defaults) -> Defaults:
    """Return a track's defaults with what its header in this fragment says from `at` on."""
    told = list(known)
    for place, bit in enumerate(_TOLD):
        if flags & bit:
            told[place], at = number(data, at), at + 4
    return Defaults(*told)


_Columns = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]


def _rows(data: bytes, body: int, end: int, told: Defaults) -> tuple[int | None, _Columns]:
    """Return a run's offset from its base, and its sizes, durations, flags and shifts."""
    flags, count, at = number(data, body), number(data, body + 4), body + 8
    offset = first_flags = None
    if flags & _OFFSET:
        offset, at = _signed(number(data, at)), at + 4
    if flags & _FIRST_FLAGS:
        first_flags, at = number(data, at), at + 4
    kept = [bit for bit in _COLUMNS if flags & bit]
    if count > MAX_SAMPLES or at + 4 * count * len(kept) > end:
        raise malformed("a track run is cut short or too long")
    words = struct.unpack_from(f">{count * len(kept)}I", data, at)
    column = {bit: words[place :: len(kept)] for place, bit in enumerate(kept)}
    durations = column.get(0x100, (told.duration,) * count)
    sizes = column.get(0x200, (told.size,) * count)
    flagged = column.get(0x400, (told.flags,) * count)
    if first_flags is not None:
        flagged = (first_flags, *flagged[1:])[:count]
    shifts = column.get(0x800, ())
    if flags >> 24 and shifts:
        shifts = tuple(map(_signed, shifts))
    return offset, (sizes, durations, flagged, shifts)


def _signed(word: int) -> int:
    return word - (word >> 31 << 32)
