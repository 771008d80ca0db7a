"""What a device says of itself that cannot be so, or that somebody made so: clock and place."""

from __future__ import annotations

from typing import NamedTuple

from geopy.distance import geodesic

from schemas.recording_notes import NoticedKind
from schemas.records import Where

JUMP_MS = 2_000
"""A wall clock that is set by less is a clock that was corrected."""
FASTEST_KMH = 400
"""Beyond it nobody moves on the ground, trains included."""
AGAIN_MS = 60_000
"""What goes on is told again once a minute at most; a clock that is set, each time."""


class Doubt(NamedTuple):
    """What was noticed; value: ms by which the clock was set forward, ms ahead of the centre's
    clock, km/h, or nothing."""

    what: NoticedKind
    value: int = 0


class Doubts:
    """Of one recording. Moments are milliseconds, wall and monotonic, read together."""

    def __init__(self) -> None:
        self._clocks: tuple[int, int] | None = None
        self._fix: tuple[Where, int] | None = None
        self._told: dict[NoticedKind, int] = {}

    def look(self, wall_ms: int, mono_ms: int, where: Where | None) -> list[Doubt]:
        """Learn a look at the clocks and the place; return what is new and not to be believed."""
        found = [*self._of_clock(wall_ms, mono_ms), *self._of_place(where, mono_ms)]
        return [one for one in found if self._is_new(one.what, mono_ms)]

    def _of_clock(self, wall_ms: int, mono_ms: int) -> list[Doubt]:
        before, self._clocks = self._clocks, (wall_ms, mono_ms)
        if before is None:
            return []
        moved = (wall_ms - before[0]) - (mono_ms - before[1])
        return [Doubt(NoticedKind.CLOCK_SET, moved)] if abs(moved) >= JUMP_MS else []

    def _of_place(self, where: Where | None, mono_ms: int) -> list[Doubt]:
        if where is None:
            return []
        found = [Doubt(NoticedKind.SIMULATED_PLACE)] if where.mock else []
        before, self._fix = self._fix, (where, mono_ms)
        if before is not None and mono_ms > before[1]:
            speed = least_kmh(before[0], where, mono_ms - before[1])
            if speed > FASTEST_KMH:
                found.append(Doubt(NoticedKind.IMPOSSIBLE_SPEED, speed))
        return found

    def _is_new(self, what: NoticedKind, mono_ms: int) -> bool:
        told = self._told.get(what)
        if what is NoticedKind.SIMULATED_PLACE and told is not None:
            return False
        if what is NoticedKind.IMPOSSIBLE_SPEED and told is not None and mono_ms - told < AGAIN_MS:
            return False
        self._told[what] = mono_ms
        return True


def least_kmh(one: Where, other: Where, took_ms: int) -> int:
    """Return the least speed between two fixes: as near as their accuracies let them be."""
    metres = geodesic((one.lat, one.lon), (other.lat, other.lon)).m
    return int(max(0.0, metres - one.accuracy_m - other.accuracy_m) * 3_600 / max(1, took_ms))
