"""Live rewind: a viewer sees what was, at most at twice its speed, and then what is.

Fragments come from log and parts, from the key-frame before the wished moment on; at the live
edge the viewer goes over to the hub, which knows by number what he has. A viewer who does not
take what he is sent holds nobody up: nothing more is read for him until he does.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time

import structlog

from media_relay.entries import Facts
from media_relay.hub import Hub
from media_relay.log import SharedLog
from media_relay.reader import Entry, Reader, pending_of
from media_relay.recordings import RecordingState
from media_relay.viewer import Shot, Viewer
from schemas.problems import MzError
from schemas.stream import Private

MAX_REWIND_MS = 120_000
SPEED = 2.0
_AHEAD_S = 1.0
"""So much is sent at once: a player needs something to begin with."""
_BATCH = 25
_REST_S = 0.02

_log = structlog.get_logger()


class Rewind:
    """Brings one viewer from a wall clock of the device to the live edge."""

    def __init__(self, hub: Hub, reader: Reader, log: SharedLog) -> None:
        self._hub, self._reader, self._log = hub, reader, log

    async def run(self, viewer: Viewer, from_wall_ms: int) -> None:
        """Send and join; where nothing can be rewound the viewer joins at once."""
        viewer.rewinding = True
        self._hub.join(viewer)
        state = self._hub.showing(viewer)
        try:
            if state is not None:
                await self._catch_up(viewer, state, from_wall_ms)
        except (MzError, OSError, sqlite3.Error) as error:
            # What cannot be read back is seen live all the same, or in the archive player.
            _log.error("rewind.failed", device=viewer.device, reason=str(error)[:200])
        finally:
            viewer.rewinding = False
        self._hub.go_live(viewer, final=state is not None and state.ended())

    async def _catch_up(self, viewer: Viewer, state: RecordingState, from_wall_ms: int) -> None:
        number = self._hub.rendition_of(viewer)
        longest = (MAX_REWIND_MS + state.opening.gop_ms) // max(1, state.opening.fragment_ms)
        top = state.rendition(number).top()
        facts = [_fact(one) for one in await self._entries(state, number, top - longest, top)]
        start = _start_of(facts, from_wall_ms)
        if start is None or not self._hub.begin(viewer):
            return
        began, after = time.monotonic(), start.number
        withheld = False
        while True:
            batch = (await self._entries(state, number, after, after + longest))[:_BATCH]
            edge = self._hub.edge(viewer)
            if not batch and edge is not None and after < edge:
                await asyncio.sleep(_REST_S)  # shown live, and on its way into the log
                continue
            if not batch or (edge is not None and after >= edge):
                return
            with self._log.kept():
                frames = await asyncio.to_thread(list, self._reader.frames(batch))
            for entry, frame in zip(batch, frames, strict=True):
                fact = _fact(entry)
                if fact.private:
                    if not withheld:
                        viewer.withhold(Private(state.device, state.id, fact.wall_ms))
                    withheld, after = True, fact.number + 1
                    continue
                withheld = False
                await self._pace(viewer, began, (fact.wall_ms - start.wall_ms) / 1000)
                viewer.offer(Shot(state.id, fact.number, fact.key_frame, frame))
                after = fact.number + 1

    async def _entries(
        self, state: RecordingState, number: int, first: int, last: int
    ) -> list[Entry]:
        pending = pending_of(state, number)
        return await asyncio.to_thread(
            self._reader.entries, state.id, number, pending, max(0, first), last
        )

    @staticmethod
    async def _pace(viewer: Viewer, began: float, at_s: float) -> None:
        """Wait until a moment's turn has come and the viewer takes it."""
        due = began + max(0.0, at_s - _AHEAD_S) / SPEED
        while viewer.waits() or time.monotonic() < due:
            await asyncio.sleep(_REST_S)


def _fact(entry: Entry) -> Facts:
    assert entry.fragment is not None  # noqa: S101 - the reader gives fragments only
    return entry.fragment


def _start_of(facts: list[Facts], from_wall_ms: int) -> Facts | None:
    """Return the last key-frame not after a wall clock, or the first one after it."""
    if not facts:
        return None
    earliest = max(from_wall_ms, facts[-1].wall_ms - MAX_REWIND_MS)
    found: Facts | None = None
    for key in (fact for fact in facts if fact.key_frame):
        if found is not None and key.wall_ms > earliest:
            break
        found = key
    return found
