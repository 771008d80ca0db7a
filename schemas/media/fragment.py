"""The fragment frame: 152 header bytes, then the fMP4 bytes. One unit everywhere.

The frame that the recorder makes is the frame that is sent, logged, archived and packed.
Integers are big-endian. Layout of the header (ADR 0001 §2):

     0  4s  magic "MZF1"
     4  B   rendition (1 full, 2 small, 3 sound)
     5  B   flags (1 key-frame first, 2 place known, 4 kept from the pre-event buffer,
              8 private: taken in a private interval, viewing is closed)
     6  B   hash algorithm (1 SHA-256, 2 SM3)
     7  B   reserved, zero
     8  16s recording id
    24  16s officer signed in (zeros: none)
    40  I   number, from 0 in this recording and rendition
    44  Q   media start, in units of the rendition's timescale
    52  I   media duration, same units
    56  q   device wall clock at the first frame, Unix ms
    64  Q   device monotonic clock at the first frame, ms since boot
    72  i   latitude, 1e-7 degree WGS-84
    76  i   longitude
    80  I   accuracy, cm
    84  I   payload length in bytes
    88  32s digest of the payload
   120  32s link to the one before
   152      payload: moof + mdat, whole video frames
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final, NamedTuple

from schemas.ids import NO_ID, id_bytes, id_text
from schemas.problems import Kind, MzError
from schemas.sign import HashAlg, digest

MAGIC: Final = b"MZF1"
HEADER_BYTES: Final = 152
MAX_PAYLOAD_BYTES: Final = 4 * 1024 * 1024
_HEADER: Final = struct.Struct(">4sBBBB16s16sIQIqQiiII32s32s")
_READ_BACK: Final = struct.Struct(">4s2xB77xI32s")
"""Of a header only what a frame that is read back is compared by."""

KEY_FRAME: Final = 1
HAS_PLACE: Final = 2
BUFFERED: Final = 4
PRIVATE: Final = 8
_KNOWN_FLAGS: Final = KEY_FRAME | HAS_PLACE | BUFFERED | PRIVATE


class Rendition(IntEnum):
    """The picture sizes of one recording; each has its own init segment, numbers and chain."""

    FULL = 1
    SMALL = 2
    SOUND = 3


RENDITIONS: Final = {int(one): one for one in Rendition}
HASH_ALGS: Final = {int(one): one for one in HashAlg}
# Looked up, not called: an enum's call costs as much as the rest of a header's decoding.


class Place(NamedTuple):
    """A place in WGS-84: degrees × 1e7 and the accuracy in centimetres."""

    lat_e7: int
    lon_e7: int
    accuracy_cm: int


class Header(NamedTuple):
    """The facts of one fragment; `previous` and `sha` are 32 raw bytes."""

    rendition: Rendition
    recording: str
    officer: str
    number: int
    media_start: int
    media_duration: int
    wall_ms: int
    mono_ms: int
    length: int
    sha: bytes
    previous: bytes
    key_frame: bool = False
    buffered: bool = False
    place: Place | None = None
    hash_alg: HashAlg = HashAlg.SHA256
    private: bool = False


def encode_header(header: Header) -> bytes:
    """Return the 152 header bytes."""
    flags = (KEY_FRAME if header.key_frame else 0) | (BUFFERED if header.buffered else 0)
    flags |= PRIVATE if header.private else 0
    place = header.place or Place(0, 0, 0)
    if header.place is not None:
        flags |= HAS_PLACE
    return _HEADER.pack(
        MAGIC,
        header.rendition,
        flags,
        header.hash_alg,
        0,
        id_bytes(header.recording),
        id_bytes(header.officer or NO_ID),
        header.number,
        header.media_start,
        header.media_duration,
        header.wall_ms,
        header.mono_ms,
        *place,
        header.length,
        header.sha,
        header.previous,
    )


def decode_header(frame: bytes | memoryview) -> Header:
    """Return the header of a frame, every field checked; `fragment.malformed` says why."""
    if len(frame) < HEADER_BYTES:
        raise MzError("fragment.malformed", Kind.INVALID, f"{len(frame)} bytes hold no header")
    (
        magic, rendition, flags, alg, reserved, recording, officer, number, start, duration,
        wall, mono, lat, lon, accuracy, length, sha, previous,
    ) = _HEADER.unpack_from(frame)  # fmt: skip
    if magic != MAGIC:
        raise MzError("fragment.malformed", Kind.INVALID, "not a fragment frame")
    if reserved or flags & ~_KNOWN_FLAGS:
        raise MzError("fragment.malformed", Kind.INVALID, "unknown flags")
    if rendition not in (1, 2, 3) or alg not in (1, 2):
        raise MzError("fragment.malformed", Kind.INVALID, "unknown rendition or algorithm")
    if length > MAX_PAYLOAD_BYTES:
        raise MzError("fragment.too_large", Kind.TOO_LARGE, f"{length} > {MAX_PAYLOAD_BYTES}")
    place = Place(lat, lon, accuracy) if flags & HAS_PLACE else None
    if place is None and (lat or lon or accuracy):
        raise MzError("fragment.malformed", Kind.INVALID, "place without its flag")
    if place and (abs(lat) > 900_000_000 or abs(lon) > 1_800_000_000):
        raise MzError("fragment.malformed", Kind.INVALID, "no such place")
    return Header(
        RENDITIONS[rendition], id_text(recording), id_text(officer), number, start, duration,
        wall, mono, length, sha, previous,
        bool(flags & KEY_FRAME), bool(flags & BUFFERED), place, HASH_ALGS[alg],
        bool(flags & PRIVATE),
    )  # fmt: skip


def split_frame(frame: bytes) -> tuple[Header, memoryview]:
    """Return header and payload of one whole frame; the length must fit to the byte."""
    header = decode_header(frame)
    return header, payload_of(header, frame)


def payload_of(header: Header, frame: bytes) -> memoryview:
    """Return the payload of a frame whose header was decoded; the length must fit to the byte."""
    if len(frame) != HEADER_BYTES + header.length:
        raise MzError("fragment.malformed", Kind.INVALID, "length and bytes differ")
    return memoryview(frame)[HEADER_BYTES:]


def check_digest(header: Header, payload: bytes | memoryview) -> None:
    """Raise `fragment.wrong_digest` unless the payload is what the header says."""
    if digest(header.hash_alg, payload) != header.sha:
        raise MzError("fragment.wrong_digest", Kind.INVALID, f"{header.recording} #{header.number}")


def check_frame(frame: bytes) -> None:
    """Raise `fragment.malformed` or `fragment.wrong_digest` unless a frame taken once still
    holds the payload that its header names; the other fields are not looked at again."""
    if len(frame) < HEADER_BYTES:
        raise MzError("fragment.malformed", Kind.INVALID, f"{len(frame)} bytes hold no header")
    magic, alg, length, sha = _READ_BACK.unpack_from(frame)
    if magic != MAGIC or alg not in HASH_ALGS or len(frame) != HEADER_BYTES + length:
        raise MzError("fragment.malformed", Kind.INVALID, "not the frame that was taken")
    if digest(HASH_ALGS[alg], memoryview(frame)[HEADER_BYTES:]) != sha:
        raise MzError("fragment.wrong_digest", Kind.INVALID, "other bytes than were taken")


def link(header_bytes: bytes, alg: HashAlg = HashAlg.SHA256) -> bytes:
    """Return the link that the next fragment carries: digest over all 152 header bytes.

    The header holds the payload's digest and the former link, so the link of fragment n
    commits to every byte of fragments 0…n and to the opening of the recording.
    """
    return digest(alg, b"MZ-LINK-1\0" + header_bytes[:HEADER_BYTES])


def first_link(opening_payload: bytes, rendition: int, alg: HashAlg = HashAlg.SHA256) -> bytes:
    """Return the link that fragment 0 carries: it commits to the signed opening's bytes."""
    return digest(alg, b"MZ-CHAIN-1\0", bytes([rendition]), digest(alg, opening_payload))


def make_frame(header: Header, payload: bytes) -> bytes:
    """Return header and payload as the one frame that is kept, sent, archived."""
    return encode_header(header) + payload
