"""What the relay does by the clock: report, ask for what is missing, close parts, trim the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from functools import partial

import structlog

from media_relay import feed
from media_relay.index import Index
from media_relay.lanes import Lanes
from media_relay.log import SharedLog
from media_relay.parts import PartCloser
from media_relay.recordings import RecordingState, RenditionState, Unreported
from media_relay.registry import Registry
from media_relay.settings import Settings
from media_relay.space import Space
from schemas.feed import FragmentsReceived
from schemas.problems import MzError
from schemas.stream import Missing

TICK_S = 0.25
REPORT_S = 1.0
GAP_PATIENCE_S = 2.0
ASK_AGAIN_S = 5.0
MAX_RANGES = 200

_log = structlog.get_logger()


class Upkeep:
    """The relay's one clock."""

    def __init__(
        self, settings: Settings, registry: Registry, index: Index, log: SharedLog, lanes: Lanes,
        closer: PartCloser, space: Space,
    ) -> None:  # fmt: skip
        self._settings, self._registry, self._index = settings, registry, index
        self._log, self._lanes, self._closer = log, lanes, closer
        self._space = space
        self._reported = 0.0
        self._closing: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            try:
                self._tick(time.monotonic())
            except (MzError, OSError) as error:
                _log.error("upkeep.failed", reason=str(error)[:200])

    def _tick(self, now: float) -> None:
        report = now - self._reported >= REPORT_S
        if report:
            self._reported = now
            self._log.trim()
            self._space.look()
            self._registry.let_go(self._lanes.connected)
            self.report(self._registry)
        for state in self._registry:
            if self._lanes.connected(state.device):
                for number, rendition in state.renditions.items():
                    self._ask(state, number, rendition, now)
            if state.due(now, self._settings.part_seconds, self._settings.part_bytes):
                self.report([state])  # a part tells of archived fragments, not how many bytes came
                task = asyncio.ensure_future(self._closer.close(state))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)

    async def finish(self, seconds: float) -> None:
        """Wait for the parts that are being closed, for so long at most."""
        if self._closing:
            await asyncio.wait(self._closing, timeout=seconds)

    def report(self, states: Iterable[RecordingState]) -> None:
        """Tell the feed of what became durable since the last time."""
        items = []
        for state in states:
            for number, rendition in state.renditions.items():
                news = rendition.unreported
                if not news.ranges:
                    continue
                rendition.unreported = Unreported()
                item = FragmentsReceived(
                    0, 0, state.id, number, news.ranges, news.first_wall_ms, news.last_wall_ms,
                    news.bytes,
                )  # fmt: skip
                items.append(item)
        if items:
            self._index.post(partial(feed.put_all, items=items))

    def _ask(
        self, state: RecordingState, number: int, rendition: RenditionState, now: float
    ) -> None:
        """Ask the device for numbers that stay away, once they have been missed for a while."""
        gaps = rendition.gaps()
        if not gaps:
            rendition.gap_since = None
            return
        if rendition.gap_since is None:
            rendition.gap_since = now
        patience = 0.0 if rendition.final is not None else GAP_PATIENCE_S
        if now - rendition.gap_since >= patience and now - rendition.asked_at >= ASK_AGAIN_S:
            rendition.asked_at = now
            self._lanes.tell(state.device, Missing(state.id, number, gaps[:MAX_RANGES]))
