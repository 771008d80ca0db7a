"""What a revoked device still holds of its footage: packed into parts, for the quarantine.

The relay's lanes stay closed to it. The same fragments always make the same part, so that what was
sent and not answered is the same again.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import structlog

from field_app.device.identity import Identity
from field_app.spool.footage import KeptRecording, Key
from field_app.spool.spool import Spool
from field_app.sync.acks import REVOKED
from field_app.sync.centre import Centre, exchange, is_final
from field_app.sync.policy import Policy
from field_app.sync.session import Session
from field_app.sync.worker import Worker
from schemas import ranges
from schemas.field_api import FOOTAGE_APART, FootageApart
from schemas.media.fragment import decode_header
from schemas.media.head import decode_head
from schemas.media.opening import init_frame
from schemas.media.part import Entry, PartPreamble, PartWriter
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, sign_envelope

log = structlog.get_logger()
PART_BYTES = 8 * 1024 * 1024
"""A part ends before the first key-frame after so much, and at twice as much in any case."""
_MOST_FRAGMENTS = 1_000
_BACK = "device.not_revoked"


class Packed(NamedTuple):
    """A part that is ready: what is said of it, its bytes, whether it ends its recording here."""

    recording: str
    said: FootageApart
    data: bytes
    numbers: list[int]
    is_last: bool


class ApartFootage(Worker):
    """Does nothing before the device is revoked."""

    def __init__(
        self, identity: Identity, spool: Spool, session: Session, policy: Policy,
        renew: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__("apart", every_s=20.0)
        self._identity, self._session, self._policy = identity, session, policy
        self._footage, self._custody, self._renew = spool.footage, spool.custody, renew

    def work(self) -> None:
        """Send what no relay has, part by part, the oldest recording first.

        A full quarantine ends it for now; what is refused for good is left for this round, so that
        the others go on. Nothing is lost here.
        """
        if not self._session.revoked or self._identity.enrolment is None:
            return
        for recording in self._footage.unsettled():
            while self._may_go() and (packed := self._pack(recording)) is not None:
                if not self._send(packed):
                    break

    def _may_go(self) -> bool:
        return not self._stopping.is_set() and self._policy.footage_may_go()

    def _send(self, packed: Packed) -> bool:
        """Announce a part and put it; return whether it was taken."""
        said = packed.said
        envelope = sign_envelope(self._identity.signer, FOOTAGE_APART, said)
        try:
            self._put(envelope, packed)
        except MzError as error:
            if error.code in (REVOKED, _BACK):
                self._renew()
                raise
            if not is_final(error):
                raise
            log.error("apart.refused", part=said.part, code=error.code)
            return False
        recording = packed.recording
        self._custody.mark_received(recording, said.rendition, ranges.of(packed.numbers))
        if packed.is_last:
            self._custody.mark_end_known(recording)
        log.info("apart.sent", recording=recording, part=said.part, bytes=said.size)
        return True

    def _put(self, envelope: Envelope, packed: Packed) -> None:
        enrolment, _ = self._identity.court()
        kept = Centre(enrolment.centre_url, self._session).quarantine_footage(envelope)
        if kept.receipt.record != packed.said.part:
            raise MzError("receipt.inconsistent", Kind.UNAVAILABLE, packed.said.part)
        url = f"{kept.relay.http_url.rstrip('/')}/v1/quarantine/{packed.said.sha256}"
        exchange(
            "PUT", url, body=io.BytesIO(packed.data), token=kept.ticket,
            media_type="application/octet-stream", road=self._session.road,
        )  # fmt: skip

    def _pack(self, recording: str) -> Packed | None:
        """Return the next part of a recording, None where all of it was sent."""
        kept = self._footage.recording(recording)
        waiting = self._footage.waiting(recording, _MOST_FRAGMENTS)
        if not waiting and (not kept.ended or kept.end_known):
            return None
        frames = self._chosen(waiting)
        is_last = kept.ended and len(frames) == len(waiting) < _MOST_FRAGMENTS
        heads = self._heads(kept, [key for key, _ in frames], is_last=is_last)
        if not frames and not heads:
            return None
        inits = {
            info.rendition: init_frame(
                recording, info.rendition, self._footage.init(recording, info.rendition)
            )
            for info in kept.opening.renditions
        }
        return _packed(self._identity.device, kept, inits, frames, heads, is_last=is_last)

    def _heads(self, kept: KeptRecording, keys: list[Key], *, is_last: bool) -> list[bytes]:
        """Return what vouches for these fragments, and the newest heads of every rendition at the
        end."""
        found: list[bytes] = []
        if keys:
            name, rendition, first = keys[0]
            found = [
                raw for raw in self._footage.all_heads(name, rendition)
                if first <= decode_head(raw).number <= keys[-1].number
            ]  # fmt: skip
        if is_last:
            for info in kept.opening.renditions:
                newest = self._footage.heads(kept.recording, info.rendition)
                found += [raw for raw in newest if raw not in found]
        return found

    def _chosen(self, waiting: list[Key]) -> list[tuple[Key, bytes]]:
        """Return the first fragments of one rendition that make a part; a frame that is gone is
        archived elsewhere."""
        found: list[tuple[Key, bytes]] = []
        size = 0
        for key in waiting:
            if found and key.rendition != found[0][0].rendition:
                break
            frame = self._footage.frame(key)
            if frame is None:
                continue
            enough = size >= PART_BYTES and decode_header(frame).key_frame
            if enough or size + len(frame) > 2 * PART_BYTES:
                break
            found.append((key, frame))
            size += len(frame)
        return found


def _packed(
    device: str, kept: KeptRecording, inits: dict[int, bytes], frames: list[tuple[Key, bytes]],
    heads: list[bytes], *, is_last: bool,
) -> Packed:  # fmt: skip
    """Return the part of these fragments and heads; its id comes from what is in it."""
    entries = [
        (Entry.OPENING, msgspec.json.encode(kept.envelope)),
        *((Entry.INIT, raw) for raw in inits.values()),
        *((Entry.FRAGMENT, frame) for _, frame in frames),
        *((Entry.HEAD, raw) for raw in heads),
    ]
    content = hashlib.sha256()
    for _, raw in entries:
        content.update(raw)
    walls = [decode_header(frame).wall_ms for _, frame in frames]
    walls = walls or [decode_head(raw).wall_ms for raw in heads]
    part = str(uuid.UUID(bytes=content.digest()[:16], version=4))
    file = io.BytesIO()
    writer = PartWriter(file, PartPreamble(part, kept.recording, device, 0, max(walls)))
    for kind, raw in entries:
        writer.add(kind, raw)
    sha256 = writer.close()
    rendition = frames[0][0].rendition if frames else int(decode_head(heads[0]).rendition)
    said = FootageApart(
        part, device, kept.envelope, rendition, sha256, file.tell(), min(walls), max(walls)
    )
    numbers = [key.number for key, _ in frames]
    return Packed(kept.recording, said, file.getvalue(), numbers, is_last)
