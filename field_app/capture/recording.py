"""One recording: one run of one encoder, from its signed opening to its final head."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from copy import copy
from typing import NamedTuple, Protocol

import structlog

from field_app.capture.command import FRAGMENT_MS, GOP_MS, PROFILES
from field_app.device.identity import PROTECTION, Identity
from field_app.device.machine import boot
from field_app.spool.footage import Footage, Key
from field_app.version import APP
from schemas import crash
from schemas.ids import new_id
from schemas.media.chain import Chain, Moment, signed_head
from schemas.media.encrypt import new_key, wrap_to_court
from schemas.media.fmp4 import Init, Piece
from schemas.media.fragment import Rendition
from schemas.media.opening import OPENING, RecordingOpening, RenditionInfo, Source
from schemas.problems import MzError
from schemas.records import FootageAt
from schemas.sign import Envelope, sha256_hex, sign_envelope
from schemas.time import mono_ms, now_ms

log = structlog.get_logger()
HEAD_EVERY_MS = 1000
_BATCH = 25
_END_AGAIN_SECONDS = 2.0


class Kept(NamedTuple):
    """A fragment that is in the spool: its name, its bytes, and what the live lane asks."""

    key: Key
    frame: bytes
    key_frame: bool
    duration_ms: float


class LiveSink(Protocol):
    """Who is told of everything that was kept, in order, and says what beside the full rendition
    is to be kept for it."""

    def wants(self, rendition: int) -> bool: ...
    def fragment(self, kept: Kept) -> None: ...
    def head(self, recording: str, raw: bytes) -> None: ...


class Circumstances(NamedTuple):
    """What an opening says beside the device's own facts."""

    operation: str | None
    reason: str
    source: Source
    challenge: Envelope | None


def make_opening(
    identity: Identity,
    footage: Footage,
    inits: Mapping[Rendition, Init],
    key: bytes,
    why: Circumstances,
) -> Envelope:
    """Return the signed opening of a new recording with its init segments and wrapped key."""
    answer = identity.court()[0].enrolled
    recording = new_id()
    infos = [
        RenditionInfo(
            rendition=rendition, codecs=init.codecs, init_sha256=sha256_hex(init.data),
            timescale=init.timescale, width=init.width, height=init.height,
            frame_rate_milli=PROFILES[rendition].frame_rate_milli, sample_rate=init.sample_rate,
        )
        for rendition, init in inits.items()
    ]  # fmt: skip
    opening = RecordingOpening(
        recording=recording, device=identity.device, device_key=identity.signer.key,
        counter=footage.next_counter(), officer=identity.officer.officer, operation=why.operation,
        opened_wall_ms=now_ms(), opened_mono_ms=mono_ms(), boot=boot(), source=why.source,
        app=APP, key_protection=PROTECTION, renditions=infos, fragment_ms=FRAGMENT_MS,
        gop_ms=GOP_MS, reason=why.reason, former=footage.former_heads(), challenge=why.challenge,
        wrapped_key=wrap_to_court(key, recording, answer.ingest_public),
        ingest_key=answer.ingest_key,
    )  # fmt: skip
    return sign_envelope(identity.signer, OPENING, opening)


class _Track:
    """One rendition while it is recorded: its chain, its last fragment, when a head is due."""

    def __init__(self, chain: Chain, timescale: int, head_due: int) -> None:
        self.chain, self.timescale, self.head_due = chain, timescale, head_due
        self.last: tuple[int, bytes] | None = None

    def is_head_due(self) -> bool:
        """Say whether a second went by since the last head; the next is due a second later."""
        if mono_ms() < self.head_due:
            return False
        self.head_due = mono_ms() + HEAD_EVERY_MS
        return True


class Recording:
    """Keeps fragments in order: number, link and bytes in one commit, then the live lane.

    Everything of the full rendition is kept; of the others what the live lane wants.
    """

    def __init__(
        self,
        identity: Identity,
        footage: Footage,
        live: LiveSink,
        inits: Mapping[Rendition, Init],
        why: Circumstances,
    ) -> None:
        """Sign and keep the opening; `device.not_enrolled`, `spool.disk_full`."""
        self._identity, self._footage, self._live = identity, footage, live
        key = new_key()
        self._envelope = make_opening(identity, footage, inits, key, why)
        kept = {int(rendition): init.data for rendition, init in inits.items()}
        opening = self.opening = footage.open(self._envelope, kept, key)
        due = opening.opened_mono_ms + HEAD_EVERY_MS
        self._tracks = {
            rendition: _Track(
                Chain(opening.recording, rendition, opening.officer, self._envelope.payload),
                init.timescale,
                due,
            )
            for rendition, init in inits.items()
        }
        self.at: FootageAt | None = None

    def keep(self, piece: Piece, moment: Moment, rendition: Rendition = Rendition.FULL) -> None:
        """Keep a fragment, and a head each second; then offer both to the live lane."""
        self._keep(self._tracks[rendition], [(piece, moment)], live_from=0)

    def keep_buffered(self, held: list[tuple[Piece, Moment]]) -> None:
        """Keep what the pre-event buffer held; only the newest pictures of it go live."""
        newest = max((i for i, (piece, _) in enumerate(held) if piece.key_frame), default=0)
        full = self._tracks[Rendition.FULL]
        for first in range(0, len(held), _BATCH):
            self._keep(full, held[first : first + _BATCH], newest - first)

    def _keep(self, track: _Track, taken: list[tuple[Piece, Moment]], live_from: int) -> None:
        """Number, link and keep fragments in one commit; a failure uses up no number."""
        chain = copy(track.chain)
        made: list[tuple[Key, bytes, bytes]] = []
        for piece, moment in taken:
            frame, after = chain.frame(piece, moment)
            made.append((Key(chain.recording, chain.rendition, chain.number), frame, after))
            chain.advance(after)
        last = (made[-1][0].number, chain.link)
        raw = self._head(chain.rendition, last, final=False) if track.is_head_due() else None
        self._footage.append(made, raw)
        crash.point("field.after_spool_append")
        track.chain, track.last = chain, last
        if chain.rendition is Rendition.FULL:
            self.at = FootageAt(chain.recording, last[0], taken[-1][1].wall_ms)
        for (piece, _), (key, frame, _) in list(zip(taken, made, strict=True))[max(0, live_from) :]:
            duration_ms = piece.media_duration * 1000 / track.timescale
            self._live.fragment(Kept(key, frame, piece.key_frame, duration_ms))
        if raw is not None:
            self._live.head(chain.recording, raw)

    def end(self) -> None:
        """Sign and keep the final head of every rendition: nothing follows."""
        heads = [
            self._head(rendition, track.last, final=True)
            for rendition, track in self._tracks.items()
        ]
        self._footage.end(self.opening.recording, heads)
        for raw in heads:
            self._live.head(self.opening.recording, raw)

    def _head(self, rendition: Rendition, last: tuple[int, bytes] | None, *, final: bool) -> bytes:
        return signed_head(
            self._identity.signer, self.opening.recording, rendition, last,
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


def end_surely(recording: Recording) -> None:
    """Keep the final head now, or from a thread once the spool has room for it."""
    if not _ended(recording):
        threading.Thread(target=_end_later, args=(recording,), daemon=True).start()


def _ended(recording: Recording) -> bool:
    """Keep the final head; False where the spool cannot, which has no room perhaps."""
    name = recording.opening.recording
    try:
        recording.end()
    except MzError as error:
        log.error("recording.not_ended", recording=name, code=error.code)
        return False
    log.info("recording.ended", recording=name)
    return True


def _end_later(recording: Recording) -> None:
    """Try again until there is room; a service that is stopped before does it at its start."""
    while not _ended(recording):
        time.sleep(_END_AGAIN_SECONDS)
