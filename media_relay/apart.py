"""Footage of a revoked device: a part that it packed itself, kept by its digest with the exhibits.

It is no recording of this relay before an order of the centre, which two persons agreed to, takes
it in; until then it is shown to nobody but those whose ticket lets them examine it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from media_relay.bridge.signing import MAX_IN_FLIGHT, Durable
from media_relay.heads import Heads
from media_relay.intake import Intake
from media_relay.vault import LocalVault, Shelf
from schemas.feed import TakenFootage
from schemas.media.fragment import HEADER_BYTES, Header, check_digest, split_frame
from schemas.media.head import Head, check_head
from schemas.media.opening import RecordingOpening, check_init, open_opening, split_init
from schemas.media.part import Entry, read_part
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode
from schemas.ticket import Publisher


@dataclass
class Apart:
    """What a device packed: signed opening, init frames by rendition, fragments and heads as they
    came."""

    opening: Envelope
    inits: dict[int, bytes] = field(default_factory=dict)
    fragments: list[tuple[Header, bytes]] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)


def read_apart(vault: LocalVault, sha256: str) -> Apart:
    """Read a part that a device packed; a method for a thread.

    Errors: `vault.not_found`, `part.*`, `fragment.malformed`, `fragment.wrong_digest`,
    `init.malformed`.
    """
    found: Apart | None = None
    with vault.open(Shelf.EXHIBITS, sha256) as file:
        for kind, _, data in read_part(file):
            if kind is Entry.OPENING and found is None:
                found = Apart(decode(data, Envelope))
            elif kind is Entry.PREAMBLE:
                continue
            elif found is None:
                raise MzError("part.malformed", Kind.INVALID, "no opening before the rest")
            elif kind is Entry.INIT:
                found.inits[int(split_init(data)[1])] = data
            elif kind is Entry.FRAGMENT:
                header, payload = split_frame(data)
                check_digest(header, payload)
                found.fragments.append((header, data))
            else:
                found.heads.append(data)
    if found is None:
        raise MzError("part.malformed", Kind.INVALID, "no opening")
    return found


def film_of(vault: LocalVault, sha256: str) -> bytes:
    """Return what a part shows, as one fragmented MP4 from its first key-frame on. What was taken
    in private is left out.

    Errors: those of `read_apart`, and `playback.gap` where nothing can be shown.
    """
    apart = read_apart(vault, sha256)
    shown = [one for one in apart.fragments if not one[0].private]
    rendition = min((header.rendition for header, _ in shown), default=None)
    init = apart.inits.get(int(rendition)) if rendition is not None else None
    ours = [one for one in shown if one[0].rendition == rendition]
    while ours and not ours[0][0].key_frame:
        ours.pop(0)
    if init is None or not ours:
        raise MzError("playback.gap", Kind.NOT_FOUND, "nothing that can be shown")
    return b"".join([split_init(init)[2], *(frame[HEADER_BYTES:] for _, frame in ours)])


class Taker:
    """Takes parts of revoked devices in as if their devices had sent them."""

    def __init__(self, vault: LocalVault, intake: Intake, heads: Heads) -> None:
        self._vault, self._intake, self._heads = vault, intake, heads

    async def take(self, sha256: str, taken: TakenFootage) -> None:
        """Take in what was made before the device was revoked, and wait until it is durable.

        All is checked before anything is taken; again is no change. Errors: those of `read_apart`,
        `opening.*`, `sign.*`, `init.wrong_digest`, `head.*`, `part.other_recording`,
        `relay.disk_full`.
        """
        apart, heads = await asyncio.to_thread(self._read, sha256, taken)
        durable = _Durable()
        state = await self._intake.open(apart.opening, taken.publisher, durable, quarantined=True)
        for frame in apart.inits.values():
            self._intake.init(state, frame, durable)
        for header, frame in apart.fragments:
            if header.wall_ms >= taken.before_ms:
                continue
            durable.sent()
            rest = self._intake.fragment(state, header, frame, durable, live=False)
            if rest is not None:
                await rest
            await durable.until(MAX_IN_FLIGHT)
        for head, raw in heads:
            if head.wall_ms < taken.before_ms:
                self._heads.take(state, raw, durable)
        await durable.until(0)

    def _read(self, sha256: str, taken: TakenFootage) -> tuple[Apart, list[tuple[Head, bytes]]]:
        apart = read_apart(self._vault, sha256)
        opening = _opening(apart, taken.publisher)
        for number, frame in apart.inits.items():
            check_init(opening, number, split_init(frame)[2])
        heads = [(check_head(raw, taken.publisher.public), raw) for raw in apart.heads]
        named = {header.recording for header, _ in apart.fragments}
        named |= {head.recording for head, _ in heads}
        named |= {split_init(frame)[0] for frame in apart.inits.values()}
        if {opening.recording, *named} != {taken.recording}:
            raise MzError("part.other_recording", Kind.INVALID, taken.recording)
        for header, _ in apart.fragments:
            opening.rendition(int(header.rendition))
        return apart, heads


class _Durable(Durable):
    """What does not fit is marked, as with any device, and ends nothing."""

    def fault(
        self, error: MzError, recording: str, rendition: int | None, number: int | None
    ) -> None:
        """Go on; a fragment of other bytes was kept aside."""
        if error.code == "fragment.conflict":
            self.received(recording, rendition or 0, number or 0)


def _opening(apart: Apart, publisher: Publisher) -> RecordingOpening:
    opening = open_opening(apart.opening, publisher.public)
    if opening.device != publisher.device:
        raise MzError("opening.wrong_device", Kind.REFUSED, opening.recording)
    return opening
