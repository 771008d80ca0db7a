"""Where a recording was made: the places in its fragments' headers, thinned out for drawing."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from schemas.media.fragment import Header

MAX_POINTS = 2000
_EVERY_MS = 1000


class Point(msgspec.Struct, frozen=True, array_like=True):
    """Device wall clock, WGS-84 degrees × 1e7, accuracy in centimetres."""

    wall_ms: int
    lat_e7: int
    lon_e7: int
    accuracy_cm: int


class Track(msgspec.Struct, frozen=True):
    """The places of one rendition, one every `every_ms`; where none is known none is told."""

    every_ms: int
    points: list[Point]


def stride(count: int, fragment_ms: int) -> int:
    """Return that every so many fragments one is enough of `count`."""
    return max(1, _EVERY_MS // max(1, fragment_ms), -(-count // MAX_POINTS))


def track_of(headers: Iterable[Header], every_ms: int) -> Track:
    """Return the track of headers that are so far apart."""
    points = [Point(one.wall_ms, *one.place) for one in headers if one.place is not None]
    return Track(every_ms, points)
