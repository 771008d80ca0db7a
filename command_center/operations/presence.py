"""Who is where now: volatile, in the memory of the web process, lost with it on purpose."""

from __future__ import annotations

import threading

from schemas.events import PresenceOut
from schemas.field_api import Presence
from schemas.time import Clock, now_ms

FRESH_MS = 15_000


class PresenceBoard:
    """The last presence of each device. Safe for threads."""

    def __init__(self, clock: Clock = now_ms) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, tuple[int, PresenceOut]] = {}

    def report(
        self, presence: Presence, officer_name: str, archived_to_ms: int | None = None
    ) -> PresenceOut:
        """Keep a device's report and return what the wall shows of it."""
        out = PresenceOut(
            presence.device, officer_name, presence.operation, presence.at_ms, presence.lat,
            presence.lon, presence.accuracy_m, presence.battery_percent, presence.link,
            presence.backlog_fragments, presence.backlog_bytes, presence.recording, archived_to_ms,
            presence.rendition, presence.drain_s, presence.mock, presence.battery_left_s,
            presence.storage_left_s, presence.hot_left_s,
        )  # fmt: skip
        with self._lock:
            self._last[presence.device] = (self._clock(), out)
        return out

    def gone(self, device: str) -> None:
        """Forget a device whose socket closed."""
        with self._lock:
            self._last.pop(device, None)

    def now(self) -> list[PresenceOut]:
        """Return the devices heard of within 15 s, by device id."""
        oldest = self._clock() - FRESH_MS
        with self._lock:
            found = [out for at_ms, out in self._last.values() if at_ms >= oldest]
        return sorted(found, key=lambda out: out.device)
