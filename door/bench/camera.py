"""A device as the load generator plays it: real openings, chains and heads, made beforehand.

The payload is random bytes unless a bench plays it back: a relay must not care. Every digest,
link and signature is real, so the relay checks all that it would check.
"""

from __future__ import annotations

import hashlib
import os
from typing import Protocol

from door.bench.court import Gate
from schemas.ids import NO_ID, new_id
from schemas.media.encrypt import new_key, wrap_to_court
from schemas.media.fragment import (
    HEADER_BYTES,
    Header,
    Rendition,
    encode_header,
    first_link,
    link,
)
from schemas.media.head import Head, sign_head
from schemas.media.opening import OPENING, RecordingOpening, RenditionInfo, Source, init_frame
from schemas.sign import Ed25519Signer, fingerprint, sha256_hex, sign_envelope
from schemas.time import now_ms

FRAGMENT_MS = 200
FRAGMENTS_A_HEAD = 5
FRAME_BYTES = 1_000_000 // 8 * FRAGMENT_MS // 1000
"""A fragment frame of a stream of 1 Mbit/s, header included."""

_PAYLOADS = tuple(os.urandom(FRAME_BYTES - HEADER_BYTES) for _ in range(FRAGMENTS_A_HEAD))
_DIGESTS = tuple(hashlib.sha256(payload).digest() for payload in _PAYLOADS)


class Pictures(Protocol):
    """What a camera takes: an init segment, and a payload for each fragment."""

    init: bytes
    codecs: str
    timescale: int

    def payload(self, number: int) -> bytes:
        """Return the payload of a fragment."""

    def digest(self, number: int) -> bytes:
        """Return the SHA-256 of that payload."""


class Noise:
    """Random bytes, the same ones each second."""

    init, codecs, timescale = b"init segment of a bench", "avc1.42C015", 1000

    def payload(self, number: int) -> bytes:
        """Return the payload of a fragment."""
        return _PAYLOADS[number % FRAGMENTS_A_HEAD]

    def digest(self, number: int) -> bytes:
        """Return the SHA-256 of that payload."""
        return _DIGESTS[number % FRAGMENTS_A_HEAD]


class Camera:
    """One device and its recording of `fragments` fragments; a key-frame begins each second."""

    def __init__(
        self, court: Gate, fragments: int, pictures: Pictures | None = None, *,
        owner: tuple[str, Ed25519Signer] | None = None, operation: str | None = None,
        ago_ms: int = 0,
    ) -> None:  # fmt: skip
        """`owner`: device and key, if it is one that is known; `ago_ms`: how long ago its
        recording began, by its own clock."""
        self.device, self.signer = owner or (new_id(), Ed25519Signer.generate())
        self.recording = new_id()
        self._pictures: Pictures = Noise() if pictures is None else pictures
        self.started_ms = now_ms() - ago_ms
        init = self._pictures.init
        opening = RecordingOpening(
            recording=self.recording, device=self.device, device_key=self.signer.key, counter=1,
            officer=NO_ID, operation=operation, opened_wall_ms=self.started_ms, opened_mono_ms=0,
            boot=new_id(), source=Source.CAMERA, app="bench", key_protection="file",
            renditions=[
                RenditionInfo(1, self._pictures.codecs, sha256_hex(init), self._pictures.timescale)
            ],
            fragment_ms=FRAGMENT_MS, gop_ms=FRAGMENT_MS * FRAGMENTS_A_HEAD, reason="started",
            former=[], challenge=None,
            wrapped_key=wrap_to_court(new_key(), self.recording, court.ingest_public),
            ingest_key=fingerprint(court.ingest_public),
        )  # fmt: skip
        self.opening = sign_envelope(self.signer, OPENING, opening)
        self.init = init_frame(self.recording, Rendition.FULL, init)
        self.fragments = fragments
        self._headers: list[bytes] = []
        self.heads: dict[int, bytes] = {}
        previous = first_link(self.opening.payload, Rendition.FULL)
        for number in range(fragments):
            self._headers.append(self._header(number, previous))
            previous = link(self._headers[-1])
            last = number == fragments - 1
            if number % FRAGMENTS_A_HEAD == FRAGMENTS_A_HEAD - 1 or last:
                self.heads[number] = self._head(number, previous, final=last)

    def _header(self, number: int, previous: bytes) -> bytes:
        at, each = number * FRAGMENT_MS, FRAGMENT_MS * self._pictures.timescale // 1000
        header = Header(
            Rendition.FULL, self.recording, NO_ID, number, number * each, each,
            self.started_ms + at, at, len(self._pictures.payload(number)),
            self._pictures.digest(number), previous, key_frame=number % FRAGMENTS_A_HEAD == 0,
        )  # fmt: skip
        return encode_header(header)

    def _head(self, number: int, own: bytes, *, final: bool) -> bytes:
        at = (number + 1) * FRAGMENT_MS
        statement = Head(
            Rendition.FULL, self.recording, number, own, self.started_ms + at, at, final
        )
        return sign_head(statement, self.signer)

    def frame(self, number: int) -> bytes:
        """Return a fragment frame, put together from its ready header and a shared payload."""
        return self._headers[number] + self._pictures.payload(number)
