"""Places from a GPX track, walked from the moment the service starts: simulated, and says so."""

from __future__ import annotations

import bisect
import time
from pathlib import Path
from typing import NamedTuple

import gpxpy
from geopy.distance import geodesic
from gpxpy.gpx import GPXException, GPXTrackPoint

from schemas.problems import Kind, MzError
from schemas.records import Where

ACCURACY_M = 15.0
_MAX_BYTES = 16 * 1024 * 1024
_WALK_M_A_SECOND = 1.4


class _Point(NamedTuple):
    at_s: float
    lat: float
    lon: float


class GpxPlace:
    """A track's places by its own times, at a walk where it has none; stays at its end."""

    def __init__(self, path: Path) -> None:
        """Read the track; `place.track_unreadable` if it is none, or over 16 MB."""
        self._points = _points(path)
        self._began = time.monotonic()

    def now(self) -> Where:
        """Return the place that the track has reached."""
        return self.after(time.monotonic() - self._began)

    def after(self, seconds: float) -> Where:
        """Return the place so long after the start, between two points along the line."""
        at = bisect.bisect_right([point.at_s for point in self._points], seconds)
        last = self._points[max(0, at - 1)]
        following = self._points[min(at, len(self._points) - 1)]
        span = following.at_s - last.at_s
        share = (seconds - last.at_s) / span if span > 0 else 0.0
        return Where(
            last.lat + (following.lat - last.lat) * share,
            last.lon + (following.lon - last.lon) * share,
            ACCURACY_M,
            mock=True,
        )


def _points(path: Path) -> list[_Point]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise MzError("place.track_unreadable", Kind.TOO_LARGE, path.name)
        track = gpxpy.parse(path.read_text("utf-8"))
    except (OSError, ValueError, GPXException) as error:
        raise MzError("place.track_unreadable", Kind.INVALID, path.name) from error
    found = list(track.walk(only_points=True))
    found = found or [point for route in track.routes for point in route.points]
    if not found or not all(abs(one.latitude) <= 90 and abs(one.longitude) <= 180 for one in found):
        raise MzError("place.track_unreadable", Kind.INVALID, path.name)
    points = [_Point(0.0, found[0].latitude, found[0].longitude)]
    for one in found[1:]:
        points.append(_Point(_reached_s(points[-1], one, found[0]), one.latitude, one.longitude))
    return points


def _reached_s(last: _Point, one: GPXTrackPoint, first: GPXTrackPoint) -> float:
    """Return when a point is reached: by its own time where that goes forward, else on foot."""
    if one.time is not None and first.time is not None:
        said = (one.time - first.time).total_seconds()
        if said >= last.at_s:
            return said
    metres: float = geodesic((last.lat, last.lon), (one.latitude, one.longitude)).m
    return last.at_s + metres / _WALK_M_A_SECOND
