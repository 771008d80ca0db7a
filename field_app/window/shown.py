"""How numbers, times and places are written for the officer."""

from __future__ import annotations

import datetime as dt

from field_app.window.words import chosen, tr
from schemas.field_api import SOON_S
from schemas.time import COURT_ZONE, utc

_WEEKDAYS_ZH = "一二三四五六日"


def _local(wall_ms: int) -> dt.datetime:
    return utc(wall_ms).astimezone(COURT_ZONE)


def date(wall_ms: int) -> dt.date:
    """Return the day at the court."""
    return _local(wall_ms).date()


def clock(wall_ms: int) -> str:
    """Return `14:36:52`, the court's time."""
    return _local(wall_ms).strftime("%H:%M:%S")


def short_clock(wall_ms: int) -> str:
    """Return `14:36`."""
    return _local(wall_ms).strftime("%H:%M")


def stamp(wall_ms: int) -> str:
    """Return `2026-03-12 14:37:08`."""
    return _local(wall_ms).strftime("%Y-%m-%d %H:%M:%S")


def day(wall_ms: int) -> str:
    """Return `3月12日 星期四` or `Thu 12 March`."""
    moment = _local(wall_ms)
    if chosen() == "zh-CN":
        return f"{moment.month}月{moment.day}日 星期{_WEEKDAYS_ZH[moment.weekday()]}"
    return f"{moment:%a} {moment.day} {moment:%B}"


def elapsed(duration_ms: int) -> str:
    """Return `00:48:12`; negative durations (a stepped clock) read as zero."""
    seconds = max(0, duration_ms) // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def left(duration_ms: int) -> str:
    """Return `14:32`, minutes and seconds that are left; what is over reads as zero."""
    seconds = max(0, duration_ms) // 1000
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def case_number(number: str) -> str:
    """Return a 案号 with full-width brackets, as the court writes it."""
    return number.replace("(", "（").replace(")", "）")


def size(count: int) -> str:
    """Return bytes as `820 B`, `12 kB`, `3.4 MB`, `1.2 GB` (decimal units)."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            whole = unit in ("B", "kB") or value >= 100
            return f"{value:.0f} {unit}" if whole else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("unreachable")


def span(seconds: int) -> str:
    """Return how long something takes, as one says it: `48 秒`, `2 分 30 秒`, `3 小时 5 分`."""
    if seconds < 60:
        return tr("span.seconds", n=seconds)
    if seconds < 3600:
        return tr("span.minutes", m=seconds // 60, s=seconds % 60 // 10 * 10)
    return tr("span.hours", h=seconds // 3600, m=seconds // 60 % 60)


def lasting(
    battery_percent: int | None, battery_s: int | None, storage_s: int | None, hot_s: int | None
) -> tuple[str, bool]:
    """Return what ends first if something ends soon, and True; else how the battery lasts."""
    ends = {"battery": battery_s, "storage": storage_s, "hot": hot_s}
    soon = {what: left for what, left in ends.items() if left is not None and left < SOON_S}
    if soon:
        what = min(soon, key=soon.__getitem__)
        return tr(f"lasting.{what}", time=span(soon[what])), True
    if battery_percent is None:
        return "", False
    if battery_s is None:
        return f"{battery_percent}%", False
    return f"{battery_percent}% · {span(battery_s)}", False


def accuracy(metres: float | None) -> str:
    """Return `±6 m`, or that there is no fix."""
    return tr("record.no_fix") if metres is None else f"±{metres:.0f} m"


def metres(distance_m: int) -> str:
    """Return `320 米`, `1.2 公里`."""
    if distance_m < 1_000:
        return tr("metres.near", n=distance_m)
    return tr("metres.far", n=f"{distance_m / 1_000:.1f}")


def since(then_ms: int | None, now_ms: int) -> str:
    """Return how long ago the centre was last reached."""
    if then_ms is None:
        return tr("link.never")
    seconds = max(0, now_ms - then_ms) // 1000
    if seconds < 60:
        return tr("link.seconds_ago", n=seconds)
    if seconds < 3600:
        return tr("link.minutes_ago", n=seconds // 60)
    return tr("link.hours_ago", n=seconds // 3600)
