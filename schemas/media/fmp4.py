"""Reading fragmented MP4: cut a byte stream into the init segment and whole fragments.

Only what a recorder or a bridge needs is read (ISO/IEC 14496-12): box borders, the tracks of
`moov`, and the times, sizes and sync flags of `moof`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from schemas.media.fragment import MAX_PAYLOAD_BYTES
from schemas.problems import Kind, MzError

_NON_SYNC = 0x10000
MAX_SAMPLES = 65_536
"""In one track run; samples may take no bytes in it, so its size bounds nothing."""
_SIZE = struct.Struct(">I4s")


def malformed(why: str) -> MzError:
    """Return the error for bytes that are no fragmented MP4."""
    return MzError("fmp4.malformed", Kind.INVALID, why)


class BoxReader:
    """Cut a stream that arrives in any pieces into top-level boxes."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def push(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Take more bytes; yield each box that is now whole as (type, box with its header)."""
        self._kept += data
        while len(self._kept) >= _SIZE.size:
            size, kind = _SIZE.unpack_from(self._kept)
            if size < _SIZE.size or size > MAX_PAYLOAD_BYTES:
                raise malformed(f"box {kind!r} of {size} bytes")
            if len(self._kept) < size:
                return
            box = bytes(self._kept[:size])
            del self._kept[:size]
            yield kind, box

    def rest(self) -> int:
        """Return how many bytes of an unfinished box are held."""
        return len(self._kept)


class Init(NamedTuple):
    """The init segment and what its tracks say. `track` is that of the pictures, or of the sound
    where there are none; `timescale` is its own."""

    data: bytes
    track: int
    timescale: int
    width: int
    height: int
    sample_rate: int
    codecs: str


class Piece(NamedTuple):
    """One moof + mdat. Times are of the init's track, in its timescale; a piece that holds nothing
    of that track has no frames and begins where the one before it ended."""

    data: bytes
    media_start: int
    media_duration: int
    frames: int
    key_frame: bool


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of body, end of body) of the boxes between two offsets."""
    while start < end:
        if end - start < _SIZE.size:
            raise malformed("a box is cut short")
        size, kind = _SIZE.unpack_from(data, start)
        if size < _SIZE.size or start + size > end:
            raise malformed(f"box {kind!r} leaves its parent")
        yield kind, start + _SIZE.size, start + size
        start += size


def find(data: bytes, start: int, end: int, *path: bytes) -> tuple[int, int]:
    """Return start and end of the body of the first box at a path."""
    for kind, body, stop in boxes(data, start, end):
        if kind == path[0]:
            return (body, stop) if len(path) == 1 else find(data, body, stop, *path[1:])
    raise malformed(f"no {path[0]!r} box")


def number(data: bytes | bytearray, at: int, size: int = 4) -> int:
    """Return the unsigned number of so many bytes at an offset."""
    if at + size > len(data):
        raise malformed("a field is cut short")
    return int.from_bytes(data[at : at + size], "big")


def read_init(data: bytes) -> Init:
    """Return what an init segment (ftyp + moov) says; `fmp4.malformed` without a track."""
    moov, moov_end = find(data, 0, len(data), b"moov")
    track = timescale = width = height = sample_rate = 0
    pictures = False
    codecs: list[str] = []
    for kind, body, end in boxes(data, moov, moov_end):
        if kind != b"trak":
            continue
        tkhd, _ = find(data, body, end, b"tkhd")
        mdhd, _ = find(data, body, end, b"mdia", b"mdhd")
        stsd, stsd_end = find(data, body, end, b"mdia", b"minf", b"stbl", b"stsd")
        units = number(data, mdhd + (20 if number(data, mdhd, 1) else 12))
        entry, entry_body, entry_end = next(boxes(data, stsd + 8, stsd_end), (b"", 0, 0))
        its_track = number(data, tkhd + (20 if number(data, tkhd, 1) else 12))
        if entry in _PICTURE_CODECS:
            track, timescale, pictures = its_track, units, True
            width, height = number(data, entry_body + 24, 2), number(data, entry_body + 26, 2)
            codecs.insert(0, _PICTURE_CODECS[entry](data, entry_body + 78, entry_end))
        elif entry == b"mp4a":
            sample_rate = units
            if not pictures:
                track, timescale = its_track, units
            codecs.append("mp4a.40.2")
    if not timescale:
        raise malformed("no H.264, H.265 or AAC track")
    return Init(data, track, timescale, width, height, sample_rate, ",".join(codecs))


def _avc(data: bytes, start: int, end: int) -> str:
    """Return the codec string of H.264 (RFC 6381)."""
    avcc, _ = find(data, start, end, b"avcC")
    return f"avc1.{number(data, avcc + 1, 3):06X}"


def _hevc(name: str, data: bytes, start: int, end: int) -> str:
    """Return the codec string of H.265 (ISO/IEC 14496-15 annex E)."""
    hvcc, stop = find(data, start, end, b"hvcC")
    if stop - hvcc < 13:
        raise malformed("hvcC is cut short")
    space, tier, profile = data[hvcc + 1] >> 6, data[hvcc + 1] >> 5 & 1, data[hvcc + 1] & 0x1F
    fits = int(f"{number(data, hvcc + 2):032b}"[::-1], 2)
    limits = [f"{byte:X}" for byte in data[hvcc + 6 : hvcc + 12].rstrip(b"\0")]
    level = f"{'LH'[tier]}{data[hvcc + 12]}"
    return ".".join([name, f"{' ABC'[space].strip()}{profile}", f"{fits:X}", level, *limits])


_PICTURE_CODECS: dict[bytes, Callable[[bytes, int, int], str]] = {
    b"avc1": _avc,
    b"hvc1": partial(_hevc, "hvc1"),
    b"hev1": partial(_hevc, "hev1"),
}


def read_piece(init: Init, moof: bytes, mdat: bytes, expected_start: int) -> Piece:
    """Return the piece of a moof and its mdat; `expected_start` serves one without pictures."""
    body, end = find(moof, 0, len(moof), b"moof")
    for kind, traf, traf_end in boxes(moof, body, end):
        if kind == b"traf":
            tfhd, _ = find(moof, traf, traf_end, b"tfhd")
            if number(moof, tfhd + 4) == init.track:
                start, duration, frames, key = _read_track(moof, traf, traf_end, tfhd)
                return Piece(moof + mdat, start, duration, frames, key)
    return Piece(moof + mdat, expected_start, 0, 0, False)


class FragmentStream:
    """fMP4 that arrives in any pieces, cut into its init segment and its fragments."""

    def __init__(self) -> None:
        self._reader, self._held, self._expected = BoxReader(), b"", 0
        self.init: Init | None = None

    def push(self, data: bytes) -> Iterator[Init | Piece]:
        """Yield what is whole now; `fmp4.malformed` for anything else."""
        for kind, box in self._reader.push(data):
            if kind in (b"ftyp", b"moof"):
                self._held = box
            elif kind == b"moov":
                self.init = read_init(self._held + box)
                yield self.init
            elif kind == b"mdat":
                if self.init is None or not self._held:
                    raise malformed("media before its description")
                piece = read_piece(self.init, self._held, box, self._expected)
                self._expected = piece.media_start + piece.media_duration
                yield piece


def first_time(init: Init, piece: Piece) -> int:
    """Return the earliest time of any track of a piece, in the video's timescale, rounded down."""
    return min(
        (
            number(piece.data, at, size) * init.timescale // units
            for units, at, size in _times(init, piece.data)
        ),
        default=piece.media_start,
    )


def moved_back(init: Init, piece: Piece, by: int) -> Piece:
    """Return a piece whose times are earlier by `by`, in the video's timescale; the samples are
    untouched. `fmp4.malformed` if a track would begin before zero."""
    if not by:
        return piece
    data = bytearray(piece.data)
    for units, at, size in _times(init, piece.data):
        start = number(data, at, size) - by * units // init.timescale
        if start < 0:
            raise malformed("a track would begin before zero")
        data[at : at + size] = start.to_bytes(size, "big")
    return piece._replace(data=bytes(data), media_start=piece.media_start - by)


def _times(init: Init, data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield units a second, offset and size of each track's decode time in a piece."""
    body, end = find(data, 0, number(data, 0), b"moof")
    for kind, traf, traf_end in boxes(data, body, end):
        if kind == b"traf":
            tfhd, _ = find(data, traf, traf_end, b"tfhd")
            tfdt, _ = find(data, traf, traf_end, b"tfdt")
            units = init.timescale if number(data, tfhd + 4) == init.track else init.sample_rate
            if not units:
                raise malformed("a track that the init segment does not know")
            yield units, tfdt + 4, 8 if number(data, tfdt, 1) else 4


def _read_track(moof: bytes, traf: int, traf_end: int, tfhd: int) -> tuple[int, int, int, bool]:
    default_duration, default_flags = _read_defaults(moof, tfhd)
    tfdt, _ = find(moof, traf, traf_end, b"tfdt")
    start = number(moof, tfdt + 4, 8 if number(moof, tfdt, 1) else 4)
    duration, frames, key = 0, 0, False
    for kind, body, end in boxes(moof, traf, traf_end):
        if kind == b"trun":
            run, count, first_flags = _read_run(moof, body, end, default_duration, default_flags)
            if frames == 0 and count:
                key = not first_flags & _NON_SYNC
            duration, frames = duration + run, frames + count
    return start, duration, frames, key


def _read_defaults(moof: bytes, tfhd: int) -> tuple[int, int]:
    flags, at = number(moof, tfhd) & 0xFFFFFF, tfhd + 8
    duration = sample_flags = 0
    for bit, size in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4)):
        if flags & bit:
            if bit == 0x8:
                duration = number(moof, at)
            elif bit == 0x20:
                sample_flags = number(moof, at)
            at += size
    return duration, sample_flags


def _read_run(
    moof: bytes, body: int, end: int, default_duration: int, default_flags: int
) -> tuple[int, int, int]:
    """Return the duration of a track run, its samples, and the flags of the first one."""
    flags, count, at = number(moof, body) & 0xFFFFFF, number(moof, body + 4), body + 8
    at += 4 if flags & 0x1 else 0
    first_flags = None
    if flags & 0x4:
        first_flags, at = number(moof, at), at + 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    if count > MAX_SAMPLES or at + count * 4 * len(fields) > end:
        raise malformed("a track run is cut short or too long")
    duration = 0 if 0x100 in fields else count * default_duration
    for sample in range(count):
        for field in fields:
            value, at = number(moof, at), at + 4
            if field == 0x100:
                duration += value
            elif field == 0x400 and sample == 0 and first_flags is None:
                first_flags = value
    return duration, count, default_flags if first_flags is None else first_flags
