"""Where the device is, in WGS-84."""

from __future__ import annotations

from typing import Protocol

from schemas.media.fragment import Place
from schemas.problems import Kind, MzError
from schemas.records import Where

_FIXED_ACCURACY_M = 15.0


class PlaceSource(Protocol):
    """Something that knows where the device is, or does not."""

    def now(self) -> Where | None: ...


class NoPlace:
    """A desktop without a receiver: the place is not known, and says so."""

    def now(self) -> Where | None:
        """Return None."""
        return None


class FixedPlace:
    """A place given on the command line (replay)."""

    def __init__(self, lat: float, lon: float, accuracy_m: float = _FIXED_ACCURACY_M) -> None:
        self._where = Where(lat, lon, accuracy_m)

    def now(self) -> Where | None:
        """Return the place given."""
        return self._where


def make_place(text: str) -> PlaceSource:
    """Return the source for `LAT,LON` or an empty text; `place.malformed` otherwise."""
    if not text:
        return NoPlace()
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise MzError("place.malformed", Kind.INVALID, "LAT,LON in degrees") from error
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise MzError("place.malformed", Kind.INVALID, "no such place")
    return FixedPlace(lat, lon)


def for_header(where: Where | None) -> Place | None:
    """Return a place as fragment headers carry it."""
    if where is None:
        return None
    return Place(round(where.lat * 1e7), round(where.lon * 1e7), round(where.accuracy_m * 100))
