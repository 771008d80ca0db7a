"""Which source of places a name on the command line means."""

from __future__ import annotations

from pathlib import Path

from field_app.device.gpsd import GpsdPlace
from field_app.device.gpx import GpxPlace
from field_app.device.place import FixedPlace, NoPlace, PlaceSource
from schemas.problems import Kind, MzError

_GPSD_HOST, _GPSD_PORT = "127.0.0.1", 2947


def make_place(text: str) -> PlaceSource:
    """Return the source for `gpsd[:HOST:PORT]`, `gpx:FILE`, `LAT,LON` or an empty text (none).

    Raises `place.malformed`, and for a track `place.track_unreadable`.
    """
    kind, _, rest = text.partition(":")
    if not text:
        return NoPlace()
    if kind == "gpsd":
        return _gpsd(rest)
    if kind == "gpx":
        return GpxPlace(Path(rest))
    return _fixed(text)


def _gpsd(text: str) -> GpsdPlace:
    host, _, port = text.rpartition(":") if text else (_GPSD_HOST, "", str(_GPSD_PORT))
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise MzError("place.malformed", Kind.INVALID, "gpsd:HOST:PORT")
    return GpsdPlace(host, int(port))


def _fixed(text: str) -> FixedPlace:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise MzError("place.malformed", Kind.INVALID, "LAT,LON in degrees") from error
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise MzError("place.malformed", Kind.INVALID, "no such place")
    return FixedPlace(lat, lon)
