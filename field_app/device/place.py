"""Where the device is, in WGS-84: what names a source of places, and the plain ones."""

from __future__ import annotations

from typing import Protocol

from schemas.media.fragment import Place
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
    """A place given on the command line; it says that no receiver measured it."""

    def __init__(self, lat: float, lon: float, accuracy_m: float = _FIXED_ACCURACY_M) -> None:
        self._where = Where(lat, lon, accuracy_m, mock=True)

    def now(self) -> Where | None:
        """Return the place given."""
        return self._where


def for_header(where: Where | None) -> Place | None:
    """Return a place as fragment headers carry it."""
    if where is None:
        return None
    return Place(round(where.lat * 1e7), round(where.lon * 1e7), round(where.accuracy_m * 100))
