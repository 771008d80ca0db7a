"""A bridged recording while it is made: numbered, linked and signed by the relay itself.

From here on it is a recording as any other: the intake takes it, the log makes it durable, parts
are closed, viewers see it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import NamedTuple

from media_relay.heads import Heads
from media_relay.index import Index
from media_relay.intake import Intake
from media_relay.recordings import RecordingState
from media_relay.registry import Registry
from media_relay.trust import Trust
from schemas.media.chain import Chain, Moment, signed_head
from schemas.media.fmp4 import Init, Piece
from schemas.media.fragment import Rendition, decode_header
from schemas.media.opening import (
    OPENING,
    Bridged,
    RecordingOpening,
    RenditionInfo,
    Source,
    init_frame,
)
from schemas.problems import MzError
from schemas.sign import Envelope, Signer, sha256_hex, sign_envelope
from schemas.ticket import Publisher
from schemas.time import mono_ms, now_ms

APP = "mingzheng media_relay"
PROTECTION = "file"
HEAD_EVERY_MS = 1_000
MAX_IN_FLIGHT = 32
_MAX_UNFINISHED = 4


@dataclass(frozen=True)
class SigningRooms:
    """What bridged recordings are made with."""

    trust: Trust
    index: Index
    intake: Intake
    heads: Heads


class Durable:
    """Counts what is on its way into the log, and holds the road back when it is too much."""

    def __init__(self) -> None:
        self._waiting = 0
        self._moved = asyncio.Event()
        self._error: MzError | None = None

    def sent(self) -> None:
        """Note a fragment that goes into the log."""
        self._waiting += 1

    async def until(self, most: int) -> None:
        """Wait until at most so many are on their way; raise what the log refused."""
        while self._error is None and self._waiting > most:
            self._moved.clear()
            await self._moved.wait()
        if self._error is not None:
            raise self._error

    def received(self, recording: str, rendition: int, number: int) -> None:
        """A fragment is durable."""
        self._waiting -= 1
        self._moved.set()

    def fault(
        self, error: MzError, recording: str, rendition: int | None, number: int | None
    ) -> None:
        """Something was refused: nothing of a bridge may be."""
        self.end(error)

    def end(self, error: MzError) -> None:
        """The log could not take it."""
        self._error = error
        self._moved.set()


class SignedRecording:
    """One recording over a bridge. `open` first, then `keep`, then `end`."""

    def __init__(self, rooms: SigningRooms, envelope: Envelope, device: str) -> None:
        self._rooms, self._envelope = rooms, envelope
        signer = self._signer = rooms.trust.signer
        self._publisher = Publisher(device, signer.key, signer.alg, signer.public)
        self._durable = Durable()
        self._state: RecordingState | None = None
        self._live = False
        self._chains: dict[Rendition, Chain] = {}
        self._heads_due: dict[Rendition, int] = {}

    async def open(self, inits: Mapping[Rendition, Init], *, live: bool) -> None:
        """Give opening and init segments to the intake; the same again goes on from the start."""
        state = self._state = await self._rooms.intake.open(
            self._envelope, self._publisher, self._durable, bridged=True
        )
        self._live = live
        for rendition, init in inits.items():
            self._rooms.intake.init(
                state, init_frame(state.id, int(rendition), init.data), self._durable
            )
            self._chains[rendition] = Chain(
                state.id, rendition, state.opening.officer, self._envelope.payload
            )
            self._heads_due[rendition] = HEAD_EVERY_MS

    async def keep(
        self, rendition: Rendition, piece: Piece, moment: Moment, signed_ms: int
    ) -> None:
        """Number, link and hand on a fragment, and a head each second of media.

        signed_ms: the relay's wall clock that a head states.
        """
        state, chain = self._opened(), self._chains[rendition]
        frame, after = chain.frame(piece, moment)
        self._durable.sent()
        rest = self._rooms.intake.fragment(
            state, decode_header(frame), frame, self._durable, live=self._live
        )
        if rest is not None:
            await rest
        last = chain.number, after
        chain.advance(after)
        if moment.mono_ms >= self._heads_due[rendition]:
            self._heads_due[rendition] = moment.mono_ms + HEAD_EVERY_MS
            self._head(rendition, last, (signed_ms, moment.mono_ms), final=False)
        await self._durable.until(MAX_IN_FLIGHT)

    async def end(self, signed_ms: int, mono_ms: int) -> None:
        """Sign that nothing follows, and wait until everything is durable."""
        for rendition, chain in self._chains.items():
            last = (chain.number - 1, chain.link) if chain.number else None
            self._head(rendition, last, (signed_ms, mono_ms), final=True)
        await self._durable.until(0)

    def _head(
        self, rendition: Rendition, last: tuple[int, bytes] | None, at: tuple[int, int], *,
        final: bool,
    ) -> None:  # fmt: skip
        state = self._opened()
        raw = signed_head(
            self._signer, state.id, rendition, last, self._envelope.payload, at, final
        )
        self._rooms.heads.take(state, raw, self._durable)

    def _opened(self) -> RecordingState:
        assert self._state is not None  # noqa: S101 - `open` comes first
        return self._state


async def end_unfinished(rooms: SigningRooms, registry: Registry, device: str) -> None:
    """Sign that nothing follows in the recordings of a source that a killed relay left open."""

    def job(connection: Connection) -> list[str]:
        query = "SELECT recording FROM recordings WHERE device = ? ORDER BY opened_wall_ms DESC"
        return [row[0] for row in connection.execute(f"{query} LIMIT {_MAX_UNFINISHED}", (device,))]

    durable = Durable()
    for recording in await rooms.index.run(job):
        state = await registry.get(recording)
        for number, rendition in state.renditions.items():
            if rendition.final is not None:
                continue
            held = rendition.chain.held
            top = held[-1][1] if held else -1
            link = rendition.chain.link_of(top)
            last = (top, link.own) if link is not None else None
            raw = signed_head(
                rooms.trust.signer, recording, Rendition(number), last, state.envelope.payload,
                (now_ms(), mono_ms()), True,
            )  # fmt: skip
            rooms.heads.take(state, raw, durable)


async def next_counter(index: Index, device: str) -> int:
    """Return the number of a source's next recording: the relay counts for it."""

    def job(connection: Connection) -> int:
        query = "SELECT COUNT(*) FROM recordings WHERE device = ?"
        return int(connection.execute(query, (device,)).fetchone()[0])

    return 1 + await index.run(job)


class Begun(NamedTuple):
    """What an opening says beside the relay's own facts: clocks of the first picture in ms, the
    name of what makes the monotonic ones comparable, and nominal lengths."""

    recording: str
    device: str
    officer: str
    operation: str | None
    wall_ms: int
    mono_ms: int
    boot: str
    fragment_ms: int
    gop_ms: int
    frame_rate_milli: int


def sign_opening(
    signer: Signer, begun: Begun, inits: Mapping[Rendition, Init], counter: int, bridged: Bridged
) -> Envelope:
    """Return the opening of a bridged recording."""
    infos = [
        RenditionInfo(
            rendition=int(rendition), codecs=init.codecs, init_sha256=sha256_hex(init.data),
            timescale=init.timescale, width=init.width, height=init.height,
            frame_rate_milli=begun.frame_rate_milli, sample_rate=init.sample_rate,
        )
        for rendition, init in inits.items()
    ]  # fmt: skip
    opening = RecordingOpening(
        recording=begun.recording, device=begun.device, device_key=signer.key, counter=counter,
        officer=begun.officer, operation=begun.operation, opened_wall_ms=begun.wall_ms,
        opened_mono_ms=begun.mono_ms, boot=begun.boot, source=Source.BRIDGE, app=APP,
        key_protection=PROTECTION, renditions=infos, fragment_ms=begun.fragment_ms,
        gop_ms=begun.gop_ms, reason="bridge", former=[], challenge=None, wrapped_key=b"",
        ingest_key="", bridged=bridged,
    )  # fmt: skip
    return sign_envelope(signer, OPENING, opening)
