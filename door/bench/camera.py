"""A device as the load generator plays it: real openings, chains and heads, made beforehand.

The payload is random bytes, not pictures: a relay must not care. Every digest, link and
signature is real, so the relay checks all that it would check.
"""

from __future__ import annotations

import hashlib
import os

from door.bench.court import Court
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

_TIMESCALE = 1000
_INIT = b"init segment of a bench"
_PAYLOADS = tuple(os.urandom(FRAME_BYTES - HEADER_BYTES) for _ in range(FRAGMENTS_A_HEAD))
_DIGESTS = tuple(hashlib.sha256(payload).digest() for payload in _PAYLOADS)


class Camera:
    """One device and its recording of `fragments` fragments; a key-frame begins each second."""

    def __init__(self, court: Court, fragments: int) -> None:
        self.signer = Ed25519Signer.generate()
        self.device, self.recording = new_id(), new_id()
        self._started_ms = now_ms()
        opening = RecordingOpening(
            recording=self.recording, device=self.device, device_key=self.signer.key, counter=1,
            officer=NO_ID, operation=None, opened_wall_ms=self._started_ms, opened_mono_ms=0,
            boot=new_id(), source=Source.CAMERA, app="bench", key_protection="file",
            renditions=[RenditionInfo(1, "avc1.42C015", sha256_hex(_INIT), _TIMESCALE)],
            fragment_ms=FRAGMENT_MS, gop_ms=FRAGMENT_MS * FRAGMENTS_A_HEAD, reason="started",
            former=[], challenge=None,
            wrapped_key=wrap_to_court(new_key(), self.recording, court.ingest_public),
            ingest_key=fingerprint(court.ingest_public),
        )  # fmt: skip
        self.opening = sign_envelope(self.signer, OPENING, opening)
        self.init = init_frame(self.recording, Rendition.FULL, _INIT)
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
        which, at = number % FRAGMENTS_A_HEAD, number * FRAGMENT_MS
        header = Header(
            Rendition.FULL, self.recording, NO_ID, number, at, FRAGMENT_MS, self._started_ms + at,
            at, len(_PAYLOADS[which]), _DIGESTS[which], previous, key_frame=which == 0,
        )  # fmt: skip
        return encode_header(header)

    def _head(self, number: int, own: bytes, *, final: bool) -> bytes:
        at = (number + 1) * FRAGMENT_MS
        statement = Head(
            Rendition.FULL, self.recording, number, own, self._started_ms + at, at, final
        )
        return sign_head(statement, self.signer)

    def frame(self, number: int) -> bytes:
        """Return a fragment frame, put together from its ready header and a shared payload."""
        return self._headers[number] + _PAYLOADS[number % FRAGMENTS_A_HEAD]
