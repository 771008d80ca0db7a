"""Where an operation's address lies, as typed at the desk: WGS-84, latitude first, in China."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geopy.distance import geodesic

from schemas.field_api import Site
from schemas.problems import Kind, MzError
from schemas.records import Where

if TYPE_CHECKING:
    from command_center.operations.models import Operation

RADII_M = (50, 100, 150, 300, 500, 1000)
USUAL_RADIUS_M = 150
_PAIR = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,12})?)[,，;；\s]+([0-9]{1,3}(?:\.[0-9]{1,12})?)")
_LATITUDES, _LONGITUDES = (3.0, 54.0), (73.0, 136.0)
"""China's: latitude and longitude typed the wrong way round never pass."""


def read_site(text: str, radius_m: int) -> Site | None:
    """Return what was typed, nothing typed is no site; `operation.bad_site`."""
    if not text.strip():
        return None
    found = _PAIR.fullmatch(text.strip())
    if found is None or radius_m not in RADII_M:
        raise MzError("operation.bad_site", Kind.INVALID, text[:40])
    lat, lon = (round(float(part), 6) for part in found.groups())
    if not in_china(lat, lon):
        raise MzError("operation.bad_site", Kind.INVALID, text[:40])
    return Site(lat, lon, radius_m)


def in_china(lat: float, lon: float) -> bool:
    """Return whether degrees lie in China."""
    return _within(lat, _LATITUDES) and _within(lon, _LONGITUDES)


def site_of(row: Operation) -> Site | None:
    """Return the site of an operation, if its plan gives one."""
    if row.site_lat is None or row.site_lon is None or row.site_radius_m is None:
        return None
    return Site(row.site_lat, row.site_lon, row.site_radius_m)


def site_text(site: Site | None) -> str:
    """Return a site's coordinates as they are typed."""
    return f"{site.lat:.6f}, {site.lon:.6f}" if site else ""


def metres_off(site: Site | None, where: Where | None) -> int | None:
    """Return how far a device's place is from the site; None where either is not known."""
    if site is None or where is None or abs(where.lat) > 90 or abs(where.lon) > 180:
        return None
    metres: float = geodesic((site.lat, site.lon), (where.lat, where.lon)).m
    return round(metres)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
