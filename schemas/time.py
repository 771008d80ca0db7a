"""Time as the programs exchange it: integer milliseconds since 1970-01-01 UTC (`*_ms`)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

COURT_ZONE = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], int]
"""A clock returns Unix milliseconds; it is passed in, so that tests can move it."""


def now_ms() -> int:
    """Return the wall clock, Unix milliseconds."""
    return time.time_ns() // 1_000_000


def mono_ms() -> int:
    """Return milliseconds of a clock that never jumps; comparable within one boot only."""
    return time.monotonic_ns() // 1_000_000


_EARLIEST_MS, _LATEST_MS = -62_135_510_400_000, 253_402_214_400_000
"""A day within the first and the last moment that a calendar can show in any zone."""


def utc(ms: int) -> dt.datetime:
    """Return the aware UTC datetime of Unix milliseconds.

    Clocks of strangers may say anything: what no calendar can show is the nearest that one can.
    """
    within = max(_EARLIEST_MS, min(ms, _LATEST_MS))
    return dt.datetime.fromtimestamp(within / 1000, dt.UTC)


def court_time(ms: int) -> dt.datetime:
    """Return the aware datetime in the court's zone."""
    return utc(ms).astimezone(COURT_ZONE)


def to_ms(moment: dt.datetime) -> int:
    """Return Unix milliseconds of an aware datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return round(moment.timestamp() * 1000)


def clock_text(ms: int, *, millis: bool = False) -> str:
    """Return `2026-03-12 14:36:52` in the court's zone, as papers and sentences show it."""
    text = court_time(ms).strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}.{ms % 1000:03d}" if millis else text
