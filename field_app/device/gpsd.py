"""Places from gpsd: the receiver of a desktop or a vehicle."""

from __future__ import annotations

import math
import threading
import time
from typing import Any, NamedTuple

import structlog
from gpsdclient.client import GPSDClient

from field_app.sync.backoff import Backoff
from schemas.records import Where

log = structlog.get_logger()
FRESH_SECONDS = 10.0
"""A fix older than this is not where the device is."""
_SILENT_SECONDS = 15.0
_TWO_DIMENSIONS = 2
_UNSAID_ACCURACY_M = 50.0


class _Fix(NamedTuple):
    where: Where
    mono_s: float


class GpsdPlace:
    """The last fix of gpsd, while it is fresh; a thread of its own listens and comes back."""

    def __init__(self, host: str, port: int) -> None:
        """Listen to gpsd from now on; one that is away is tried again each 1 to 30 s."""
        self._host, self._port = host, port
        self._fix: _Fix | None = None
        threading.Thread(target=self._listen, name="gpsd", daemon=True).start()

    def now(self) -> Where | None:
        """Return where the device is, or None without a fix of the last ten seconds."""
        fix = self._fix
        return fix.where if fix and time.monotonic() - fix.mono_s <= FRESH_SECONDS else None

    def _listen(self) -> None:
        backoff = Backoff(1.0, 30.0)
        while True:
            try:
                with GPSDClient(self._host, self._port, timeout=_SILENT_SECONDS) as client:
                    for report in client.dict_stream(convert_datetime=False, filter=["TPV"]):
                        backoff.reset()
                        self._take(report)
            except (OSError, ValueError) as error:
                log.info("gpsd.lost", reason=type(error).__name__)
            time.sleep(backoff.seconds())

    def _take(self, report: dict[str, Any]) -> None:
        where = fix_of(report)
        if where is not None:
            self._fix = _Fix(where, time.monotonic())


def fix_of(report: dict[str, Any]) -> Where | None:
    """Return the place in a `TPV` report, or None if it has none: no fix yet, or nonsense.

    The accuracy is gpsd's `eph`, else the larger of `epx` and `epy`, else 50 m: all of them 95 %.
    """
    numbers = [report.get(name) for name in ("lat", "lon")]
    if report.get("mode", 0) < _TWO_DIMENSIONS or not all(map(_is_number, numbers)):
        return None
    lat, lon = map(float, numbers)  # type: ignore[arg-type]
    if abs(lat) > 90 or abs(lon) > 180:
        return None
    said = [report[name] for name in ("epx", "epy") if _is_number(report.get(name))]
    if _is_number(report.get("eph")):
        said = [report["eph"]]
    return Where(lat, lon, float(max(said, default=_UNSAID_ACCURACY_M)))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
