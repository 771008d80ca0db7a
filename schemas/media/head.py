"""The signed head of a chain: the device's word that everything up to here is its own.

Signed each second and at every stop. Layout (big-endian, ADR 0001 §3), 76 bytes + signature:

     0  4s  magic "MZH1"
     4  B   rendition
     5  B   flags (1 final: nothing follows in this rendition)
     6  B   hash algorithm
     7  B   signature algorithm (1 Ed25519, 2 SM2)
     8  16s recording id
    24  I   number of the last fragment covered (0xFFFFFFFF: none was made)
    28  32s link after that fragment (first link where none was made)
    60  q   device wall clock, Unix ms
    68  Q   device monotonic clock, ms since boot
    76  64s signature over "MZ-HEAD-1\\0" + the 76 bytes
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from schemas.ids import id_bytes, id_text
from schemas.media.fragment import HASH_ALGS, RENDITIONS, Rendition
from schemas.problems import Kind, MzError
from schemas.sign import HashAlg, Signer, verify

MAGIC: Final = b"MZH1"
STATEMENT_BYTES: Final = 76
HEAD_BYTES: Final = 140
NO_FRAGMENT: Final = 0xFFFFFFFF
FINAL: Final = 1
SIGN_ALGS = {1: "ed25519", 2: "sm2"}
_SIGN_NUMBERS = {name: number for number, name in SIGN_ALGS.items()}
_HEAD: Final = struct.Struct(">4sBBBB16sI32sqQ")


class Head(NamedTuple):
    """What a head states; `link` is 32 raw bytes."""

    rendition: Rendition
    recording: str
    number: int
    link: bytes
    wall_ms: int
    mono_ms: int
    final: bool = False
    hash_alg: HashAlg = HashAlg.SHA256
    sign_alg: str = "ed25519"


def sign_head(head: Head, signer: Signer) -> bytes:
    """Return the 140 bytes of a signed head."""
    statement = _HEAD.pack(
        MAGIC,
        head.rendition,
        FINAL if head.final else 0,
        head.hash_alg,
        _SIGN_NUMBERS[signer.alg],
        id_bytes(head.recording),
        head.number,
        head.link,
        head.wall_ms,
        head.mono_ms,
    )
    return statement + signer.sign(b"MZ-HEAD-1\0" + statement)


def decode_head(raw: bytes | memoryview) -> Head:
    """Return what a head states, unchecked; `head.malformed` if it is none."""
    if len(raw) != HEAD_BYTES:
        raise MzError("head.malformed", Kind.INVALID, f"{len(raw)} bytes are no head")
    magic, rendition, flags, alg, sign, recording, number, link, wall, mono = _HEAD.unpack_from(raw)
    if magic != MAGIC or rendition not in (1, 2, 3) or flags & ~FINAL or alg not in (1, 2):
        raise MzError("head.malformed", Kind.INVALID, "not a head of this version")
    if sign not in SIGN_ALGS:
        raise MzError("sign.unknown_algorithm", Kind.INVALID, str(sign))
    return Head(
        RENDITIONS[rendition], id_text(recording), number, link, wall, mono,
        bool(flags & FINAL), HASH_ALGS[alg], SIGN_ALGS[sign],
    )  # fmt: skip


def check_head(raw: bytes, public: bytes) -> Head:
    """Return the head if the device's key signed it; `head.bad_signature` otherwise."""
    head = decode_head(raw)
    try:
        verify(head.sign_alg, public, raw[STATEMENT_BYTES:], b"MZ-HEAD-1\0" + raw[:STATEMENT_BYTES])
    except MzError as error:
        if error.code != "sign.bad_signature":
            raise
        raise MzError(
            "head.bad_signature", Kind.REFUSED, f"{head.recording} at {head.number}"
        ) from error
    return head
