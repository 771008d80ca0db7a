"""Footage as the HTTP port gives it: holdings, playlists, init segments, groups of pictures."""

from __future__ import annotations

import asyncio
import time

from media_relay.entries import Facts, InLog
from media_relay.heads import Heads
from media_relay.log import SharedLog
from media_relay.parts import spans_of
from media_relay.playback import (
    BrokenLink,
    RenditionHoldings,
    gaps_of,
    groups_of,
    playlist,
    tail_gap,
)
from media_relay.reader import Entry, Reader, number_of, pending_of
from media_relay.recordings import RecordingState, RenditionState
from media_relay.registry import Registry
from media_relay.sight import Sight, closed
from media_relay.track import Track, stride, track_of
from schemas import ranges
from schemas.media.fragment import HEADER_BYTES
from schemas.problems import Kind, MzError

MAX_SEGMENT_BYTES = 64 * 1024 * 1024
SILENT_S = 10.0
"""After so long without a new fragment the playlist shows the last, open group too."""


class Footage:
    """Reads recordings for those whose ticket names them."""

    def __init__(self, registry: Registry, reader: Reader, log: SharedLog, heads: Heads) -> None:
        self._registry, self._reader, self._log = registry, reader, log
        self._heads = heads

    async def holdings(self, recording: str, sight: Sight) -> list[RenditionHoldings]:
        """Return what is held of each rendition; `recording.unknown`."""
        state = await self._registry.get(recording)
        await self._heads.check(state)
        out = []
        for number, rendition in state.renditions.items():
            pending, broken = pending_of(state, number), dict(rendition.chain.broken)
            out.append(
                await asyncio.to_thread(self._holdings, state, number, pending, broken, sight)
            )
        return out

    def _holdings(
        self, state: RecordingState, number: int, pending: list[InLog], broken: dict[int, str],
        sight: Sight,
    ) -> RenditionHoldings:  # fmt: skip
        """A day has 100,000 rows and more: this belongs in a thread."""
        facts = self._reader.facts(state.id, number, pending)
        shut = [fact for fact in facts if not sight.sees(fact)]
        return _describe(state, number, state.rendition(number), facts, shut, broken)

    async def init(self, recording: str, rendition: int) -> bytes:
        """Return an init segment; `recording.unknown`, `init.missing`."""
        state = await self._registry.get(recording)
        init = state.rendition(rendition).init
        if init is None:
            raise MzError("init.missing", Kind.NOT_FOUND, f"{recording}/{rendition}")
        return init

    async def playlist(self, recording: str, rendition: int, sight: Sight) -> str:
        """Return the HLS playlist of a rendition; `recording.unknown`.

        What is private and not opened is a gap in it; the holdings tell which gaps those are.
        """
        state = await self._registry.get(recording)
        state.rendition(rendition)
        pending = pending_of(state, rendition)
        return await asyncio.to_thread(self._playlist, state, rendition, pending, sight)

    def _playlist(
        self, state: RecordingState, rendition: int, pending: list[InLog], sight: Sight
    ) -> str:
        found = state.rendition(rendition)
        held = self._reader.facts(state.id, rendition, pending)
        facts = [fact for fact in held if sight.sees(fact)]
        ended = found.final is not None
        silent = time.monotonic() - state.touched > SILENT_S
        groups = groups_of(facts, found.info.timescale, ended=ended or silent)
        if ended:
            groups += tail_gap(groups, found.final_number(), state.opening.fragment_ms)
        return playlist(groups, ended=ended, gop_ms=state.opening.gop_ms)

    async def group(
        self, recording: str, rendition: int, first: int, last: int, sight: Sight
    ) -> bytes:
        """Return the fMP4 bytes of fragments `first`…`last`; `playback.gap` if one is missing,
        `playback.private` if one is private and not opened."""
        state = await self._registry.get(recording)
        state.rendition(rendition)
        with self._log.kept():
            pending = pending_of(state, rendition)
            entries = await asyncio.to_thread(
                self._reader.entries, state.id, rendition, pending, first, last
            )
            if [number_of(entry) for entry in entries] != list(range(first, last + 1)):
                raise MzError("playback.gap", Kind.NOT_FOUND, f"{recording} {first}-{last}")
            if sight.split(entries)[1]:
                raise closed(f"{recording} {first}-{last}")
            if sum(entry.length for entry in entries) > MAX_SEGMENT_BYTES:
                raise MzError("playback.too_large", Kind.TOO_LARGE, f"{first}-{last}")
            return await asyncio.to_thread(self._payloads, entries)

    async def track(self, recording: str, rendition: int, sight: Sight) -> Track:
        """Return where a rendition was made; `recording.unknown`. What is private and not opened
        is a gap in it."""
        state = await self._registry.get(recording)
        state.rendition(rendition)
        with self._log.kept():
            pending = pending_of(state, rendition)
            return await asyncio.to_thread(self._track, state, rendition, pending, sight)

    def _track(
        self, state: RecordingState, rendition: int, pending: list[InLog], sight: Sight
    ) -> Track:
        entries = self._reader.entries(state.id, rendition, pending)
        fragment_ms = state.opening.fragment_ms
        step = stride(len(entries), fragment_ms)
        seen, _ = sight.split(entries[::step])
        return track_of(self._reader.headers(seen), step * fragment_ms)

    def _payloads(self, entries: list[Entry]) -> bytes:
        return b"".join(frame[HEADER_BYTES:] for frame in self._reader.frames(entries))


def _describe(
    state: RecordingState,
    number: int,
    rendition: RenditionState,
    facts: list[Facts],
    shut: list[Facts],
    broken: dict[int, str],
) -> RenditionHoldings:
    held = ranges.of(fact.number for fact in facts)
    top = max([fact.number for fact in facts[-1:]] + [rendition.final_number()], default=-1)
    timescale = rendition.info.timescale
    unsigned = [
        gap for low, high in held for gap in ranges.missing(rendition.chain.signed, low, high)
    ]
    return RenditionHoldings(
        recording=state.id,
        device=state.device,
        opened_wall_ms=state.opening.opened_wall_ms,
        rendition=number,
        opened=True,
        init=rendition.init is not None,
        final=rendition.final is not None,
        last=None if rendition.final_number() < 0 else rendition.final_number(),
        received=held,
        archived=rendition.archived,
        spans=spans_of(facts, timescale),
        gaps=gaps_of(facts, timescale, top),
        unsigned=unsigned,
        broken=[BrokenLink(at, code) for at, code in sorted(broken.items())],
        closed=spans_of(shut, timescale),
    )
