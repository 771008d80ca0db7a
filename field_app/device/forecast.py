"""How long battery, room and coolness last at the rate of late."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

_EVERY_S, _SPAN_S, _LEAST_S = 10.0, 600.0, 60.0
HOT_C = 70.0
"""Beyond this a device slows its encoder down or switches itself off."""


class Trend:
    """One quantity over the last ten minutes. Moments are monotonic seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def note(self, at_s: float, value: float) -> None:
        """Learn a reading."""
        self._seen.append((at_s, value))
        while self._seen[0][0] < at_s - _SPAN_S:
            self._seen.popleft()

    def left_s(self, limit: float) -> int | None:
        """Return in how many seconds the limit is reached at the mean rate of late; 0 where it is
        reached; None while it is not being approached, or was watched for less than a minute."""
        if not self._seen:
            return None
        (since, before), (now, value) = self._seen[0], self._seen[-1]
        if value == limit or (value - limit) * (before - limit) < 0:
            return 0
        approached = abs(before - limit) - abs(value - limit)
        if now - since < _LEAST_S or approached <= 0:
            return None
        return round(abs(value - limit) * (now - since) / approached)


class Outlook(NamedTuple):
    """What the machine says of itself, and when it ends; None: not readable or not in sight."""

    battery_percent: int | None = None
    battery_left_s: int | None = None
    storage_left_s: int | None = None
    temperature_c: float | None = None
    hot_left_s: int | None = None


class Reading(NamedTuple):
    """One look at the machine; room_bytes: how much may still be recorded here."""

    battery_percent: int | None
    room_bytes: int
    temperature_c: float | None


class Forecast:
    """Looks at most each ten seconds, whoever asks."""

    def __init__(self, read: Callable[[], Reading]) -> None:
        self._read, self._lock = read, threading.Lock()
        self._battery, self._room, self._heat = Trend(), Trend(), Trend()
        self._looked_s = float("-inf")
        self._outlook = Outlook()

    def look(self, at_s: float) -> Outlook:
        """Return the outlook at a moment."""
        with self._lock:
            if at_s - self._looked_s >= _EVERY_S:
                self._looked_s = at_s
                self._outlook = self._learn(at_s, self._read())
            return self._outlook

    def _learn(self, at_s: float, now: Reading) -> Outlook:
        self._room.note(at_s, max(0, now.room_bytes))
        if now.battery_percent is not None:
            self._battery.note(at_s, now.battery_percent)
        if now.temperature_c is not None:
            self._heat.note(at_s, min(now.temperature_c, HOT_C))
        return Outlook(
            now.battery_percent, self._battery.left_s(0), self._room.left_s(0), now.temperature_c,
            self._heat.left_s(HOT_C),
        )  # fmt: skip
