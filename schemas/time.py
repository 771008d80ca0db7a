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


def utc(ms: int) -> dt.datetime:
    """Return the aware UTC datetime of Unix milliseconds."""
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC)


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
