"""The opening of a recording: who, with what, after which former recording, under which key.

It is a signed envelope `recording_opening/1`. Its payload digest is the root of every chain of
the recording, so nothing in it can be changed afterwards. Init segments travel as own frames:

     0  4s  magic "MZI1"
     4  B   rendition
     5  3s  reserved, zero
     8  16s recording id
    24  I   length
    28      the init segment (ftyp + moov); its SHA-256 stands in the opening
"""

from __future__ import annotations

import struct
from enum import StrEnum

import msgspec

from schemas.ids import id_bytes, id_text
from schemas.media.fragment import Rendition
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, HashAlg, decode_payload, sha256_hex

OPENING = "recording_opening/1"
CHALLENGE = "contact_challenge/1"
INIT_MAGIC = b"MZI1"
INIT_HEADER_BYTES = 28
MAX_INIT_BYTES = 64 * 1024
_INIT = struct.Struct(">4sB3s16sI")


class Source(StrEnum):
    """Where the pictures come from; production accepts `camera` and `bridge` only."""

    CAMERA = "camera"
    BRIDGE = "bridge"
    FILE = "file"
    GENERATED = "generated"


class RenditionInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rendition: its MSE codec string, geometry, and the digest of its init segment.

    `timescale` counts units a second and holds for header fields `media_start/duration`;
    `rotation` is 0, 90, 180 or 270 degrees clockwise for display (0: pictures are upright).
    """

    rendition: int
    codecs: str
    init_sha256: str
    timescale: int
    width: int = 0
    height: int = 0
    frame_rate_milli: int = 0
    sample_rate: int = 0
    rotation: int = 0


class FormerHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the device's former recording ended, by rendition: number and link (hex)."""

    recording: str
    rendition: int
    number: int
    link: str


class ContactChallenge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the centre signs at each contact; a recording that carries it is not older than it."""

    device: str
    nonce: str
    at_ms: int
    last_counter: int


class Bridged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came over a bridge: nobody signed before, custody begins at the relay at `arrived_ms`.

    `how` is the road (`schemas.bridge.Road`). Of a file: the digest and size of the original,
    which the vault keeps, the name it came under, and what the person who brought it stated: how
    far the recorder's own clock was ahead. The wall clocks of the fragments are corrected by it.
    """

    how: str
    arrived_ms: int
    sha256: str = ""
    size: int = 0
    name: str = ""
    clock_ahead_ms: int = 0


class RecordingOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run of one encoder on one device. `counter` is shared by all recordings of a device.

    `boot` names the boot that makes monotonic clocks comparable. `wrapped_key` is the
    recording's AES key wrapped to the court's ingest key (see `schemas.media.encrypt`).
    `bridged` stands in what a relay signed for a source that cannot sign, and only there: then
    `device_key` is the relay's and `device` the source.
    """

    recording: str
    device: str
    device_key: str
    counter: int
    officer: str
    operation: str | None
    opened_wall_ms: int
    opened_mono_ms: int
    boot: str
    source: Source
    app: str
    key_protection: str
    renditions: list[RenditionInfo]
    fragment_ms: int
    gop_ms: int
    reason: str
    former: list[FormerHead]
    challenge: Envelope | None
    wrapped_key: bytes
    ingest_key: str
    hash_alg: int = HashAlg.SHA256
    bridged: Bridged | None = None

    def rendition(self, rendition: int) -> RenditionInfo:
        """Return one rendition's facts; `opening.unknown_rendition` if it was not opened."""
        for info in self.renditions:
            if info.rendition == rendition:
                return info
        raise MzError("opening.unknown_rendition", Kind.INVALID, f"{self.recording}/{rendition}")


def open_opening(envelope: Envelope, public: bytes) -> RecordingOpening:
    """Return the opening if `public` signed it and its inner facts agree."""
    envelope.check(public)
    opening = decode_payload(envelope, OPENING, RecordingOpening)
    id_bytes(opening.recording)
    id_bytes(opening.device)
    if opening.device_key != envelope.key or opening.counter < 1 or not opening.renditions:
        raise MzError("opening.inconsistent", Kind.INVALID, opening.recording)
    if len({info.rendition for info in opening.renditions}) != len(opening.renditions):
        raise MzError("opening.inconsistent", Kind.INVALID, "a rendition is named twice")
    if any(info.rendition not in (1, 2, 3) or info.timescale < 1 for info in opening.renditions):
        raise MzError("opening.inconsistent", Kind.INVALID, "unknown rendition or timescale")
    if (opening.bridged is not None) != (opening.source is Source.BRIDGE):
        raise MzError("opening.inconsistent", Kind.INVALID, "bridged and source differ")
    return opening


def init_frame(recording: str, rendition: int, init: bytes) -> bytes:
    """Return the frame in which an init segment travels."""
    return _INIT.pack(INIT_MAGIC, rendition, bytes(3), id_bytes(recording), len(init)) + init


def split_init(frame: bytes) -> tuple[str, Rendition, bytes]:
    """Return recording, rendition and init segment of a frame; `init.malformed` otherwise."""
    if len(frame) < INIT_HEADER_BYTES:
        raise MzError("init.malformed", Kind.INVALID, "too short")
    magic, rendition, reserved, recording, length = _INIT.unpack_from(frame)
    if magic != INIT_MAGIC or rendition not in (1, 2, 3) or reserved != bytes(3):
        raise MzError("init.malformed", Kind.INVALID, "not an init frame of this version")
    if length > MAX_INIT_BYTES or len(frame) != INIT_HEADER_BYTES + length:
        raise MzError("init.malformed", Kind.INVALID, "length and bytes differ")
    return id_text(recording), Rendition(rendition), frame[INIT_HEADER_BYTES:]


def check_init(opening: RecordingOpening, rendition: int, init: bytes) -> None:
    """Raise `init.wrong_digest` unless the opening names this init segment."""
    if sha256_hex(init) != opening.rendition(rendition).init_sha256:
        raise MzError("init.wrong_digest", Kind.INVALID, f"{opening.recording}/{rendition}")
