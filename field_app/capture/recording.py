"""One recording: one run of one encoder, from its signed opening to its final head."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from field_app.capture.chain import Chain, Moment, signed_head
from field_app.capture.command import FRAGMENT_MS, GOP_MS
from field_app.capture.fmp4 import Init, Piece
from field_app.device.identity import PROTECTION, Identity
from field_app.device.machine import boot
from field_app.spool.footage import Footage, Key
from field_app.version import APP
from schemas import crash
from schemas.ids import new_id
from schemas.media.encrypt import new_key, wrap_to_court
from schemas.media.fragment import Rendition
from schemas.media.opening import OPENING, RecordingOpening, RenditionInfo, Source
from schemas.records import FootageAt
from schemas.sign import Envelope, sha256_hex, sign_envelope
from schemas.time import mono_ms, now_ms

HEAD_EVERY_MS = 1000
_FRAMES_MILLI = 25_000


class Kept(NamedTuple):
    """A fragment that is in the spool: its name, its bytes, and what the live lane asks."""

    key: Key
    frame: bytes
    key_frame: bool
    duration_ms: float


class LiveSink(Protocol):
    """Who is told of everything that was kept, in order."""

    def fragment(self, kept: Kept) -> None: ...
    def head(self, recording: str, raw: bytes) -> None: ...


class Circumstances(NamedTuple):
    """What an opening says beside the device's own facts."""

    operation: str | None
    reason: str
    source: Source
    challenge: Envelope | None


def make_opening(
    identity: Identity, footage: Footage, init: Init, key: bytes, why: Circumstances
) -> Envelope:
    """Return the signed opening of a new recording with its init segment and wrapped key."""
    answer = identity.court()[0].enrolled
    recording = new_id()
    info = RenditionInfo(
        rendition=Rendition.FULL, codecs=init.codecs, init_sha256=sha256_hex(init.data),
        timescale=init.timescale, width=init.width, height=init.height,
        frame_rate_milli=_FRAMES_MILLI, sample_rate=init.sample_rate,
    )  # fmt: skip
    opening = RecordingOpening(
        recording=recording, device=identity.device, device_key=identity.signer.key,
        counter=footage.next_counter(), officer=answer.officer.officer, operation=why.operation,
        opened_wall_ms=now_ms(), opened_mono_ms=mono_ms(), boot=boot(), source=why.source,
        app=APP, key_protection=PROTECTION, renditions=[info], fragment_ms=FRAGMENT_MS,
        gop_ms=GOP_MS, reason=why.reason, former=footage.former_heads(), challenge=why.challenge,
        wrapped_key=wrap_to_court(key, recording, answer.ingest_public),
        ingest_key=answer.ingest_key,
    )  # fmt: skip
    return sign_envelope(identity.signer, OPENING, opening)


class Recording:
    """Keeps fragments in order: number, link and bytes in one commit, then the live lane."""

    def __init__(
        self, identity: Identity, footage: Footage, live: LiveSink, init: Init, why: Circumstances
    ) -> None:
        """Sign and keep the opening; `device.not_enrolled`, `spool.disk_full`."""
        self._identity, self._footage, self._live = identity, footage, live
        self._timescale = init.timescale
        key = new_key()
        self._envelope = make_opening(identity, footage, init, key, why)
        opening = footage.open(self._envelope, {Rendition.FULL: init.data}, key)
        self.opening = opening
        self._chain = Chain(
            opening.recording, Rendition.FULL, opening.officer, self._envelope.payload
        )
        self._last: tuple[int, bytes] | None = None
        self._head_due = opening.opened_mono_ms + HEAD_EVERY_MS
        self.at: FootageAt | None = None

    def keep(self, piece: Piece, moment: Moment) -> None:
        """Keep a fragment, and a head each second; then offer both to the live lane."""
        chain = self._chain
        frame, after = chain.frame(piece, moment)
        key = Key(chain.recording, chain.rendition, chain.number)
        raw = self._head((key.number, after), final=False) if self._is_head_due() else None
        self._footage.append(key, frame, after, raw)
        crash.point("field.after_spool_append")
        chain.advance(after)
        self._last = (key.number, after)
        self.at = FootageAt(key.recording, key.number, moment.wall_ms)
        duration_ms = piece.media_duration * 1000 / self._timescale
        self._live.fragment(Kept(key, frame, piece.key_frame, duration_ms))
        if raw is not None:
            self._live.head(key.recording, raw)

    def end(self) -> None:
        """Sign and keep the final head: nothing follows."""
        raw = self._head(self._last, final=True)
        self._footage.end(self.opening.recording, [raw])
        self._live.head(self.opening.recording, raw)

    def _is_head_due(self) -> bool:
        if mono_ms() < self._head_due:
            return False
        self._head_due = mono_ms() + HEAD_EVERY_MS
        return True

    def _head(self, last: tuple[int, bytes] | None, *, final: bool) -> bytes:
        return signed_head(
            self._identity.signer, self.opening.recording, Rendition.FULL, last,
            self._envelope.payload, (now_ms(), mono_ms()), final,
        )  # fmt: skip


def end_unfinished(identity: Identity, footage: Footage) -> list[str]:
    """End recordings that a killed service left open, over what the spool holds; return them."""
    ended = []
    for name in footage.unfinished():
        kept = footage.recording(name)
        heads = [
            signed_head(
                identity.signer, name, Rendition(info.rendition),
                footage.last(name, info.rendition), kept.envelope.payload,
                (now_ms(), mono_ms()), True,
            )
            for info in kept.opening.renditions
        ]  # fmt: skip
        footage.end(name, heads)
        ended.append(name)
    return ended
