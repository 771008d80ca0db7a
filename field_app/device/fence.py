"""The fence around an operation's place: inside or outside only where the fix leaves no doubt."""

from __future__ import annotations

from typing import NamedTuple

from geopy.distance import geodesic

from schemas.field_api import Site
from schemas.records import Where

HOLD_MS = 10_000
"""A crossing counts once every sure fix of so long agrees: one stray fix moves nobody."""


class Near(NamedTuple):
    """How far a fix is from the site. inside: surely; None: the fix is too coarse to say."""

    distance_m: float
    inside: bool | None


def near(where: Where, site: Site) -> Near:
    """Return how far a fix is from a site; its accuracy counts against either answer."""
    distance: float = geodesic((where.lat, where.lon), (site.lat, site.lon)).m
    if distance + where.accuracy_m <= site.radius_m:
        return Near(distance, inside=True)
    return Near(distance, inside=False if distance - where.accuracy_m > site.radius_m else None)


class Fence:
    """Whether the device is inside, and since which sure fix (monotonic ms); it begins as not
    known."""

    def __init__(self) -> None:
        self.inside: bool | None = None
        self.since_ms = 0
        self._other: bool | None = None
        self._other_since_ms = 0

    def note(self, inside: bool | None, at_ms: int) -> bool:
        """Learn a fix (monotonic ms); return whether the device has crossed with it.

        A doubtful fix neither crosses nor speaks against a crossing.
        """
        if inside is None:
            return False
        if inside == self.inside:
            self._other = None
            return False
        if inside != self._other:
            self._other, self._other_since_ms = inside, at_ms
        if at_ms - self._other_since_ms < HOLD_MS:
            return False
        self.inside, self.since_ms, self._other = inside, self._other_since_ms, None
        return True
