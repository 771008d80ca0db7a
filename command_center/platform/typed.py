"""What people type into forms, read once: lines, days and amounts."""

from __future__ import annotations

import datetime as dt
import re

from schemas.money import read_yuan
from schemas.problems import Kind, MzError
from schemas.time import COURT_ZONE, to_ms

_FIRST, _LAST = dt.date(1949, 10, 1), dt.date(2199, 12, 31)


def line(text: str, most: int = 400) -> str:
    """Return one line without control characters, cut at `most` characters."""
    plain = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(plain.split())[:most]


def day(text: str) -> dt.date:
    """Return an ISO day between 1949 and 2199; `form.day_malformed`."""
    try:
        found = dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise MzError("form.day_malformed", Kind.INVALID, text[:20]) from error
    if not _FIRST <= found <= _LAST:
        raise MzError("form.day_malformed", Kind.INVALID, text[:20])
    return found


def moment(text: str) -> int:
    """Return Unix ms of `2026-03-12T14:36` in the court's zone; `form.day_malformed`."""
    try:
        at = dt.datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise MzError("form.day_malformed", Kind.INVALID, text[:20]) from error
    day(at.date().isoformat())
    return to_ms(at.replace(tzinfo=COURT_ZONE))


def whole(text: str) -> int:
    """Return a number of up to six digits; `form.number_malformed`."""
    if not re.fullmatch(r"[0-9]{1,6}", text.strip()):
        raise MzError("form.number_malformed", Kind.INVALID, text[:20])
    return int(text)


def fen(text: str) -> int:
    """Return an amount in fen, typed in yuan: `1,234.5`; `form.amount_malformed`."""
    try:
        return read_yuan(text)
    except ValueError as error:
        raise MzError("form.amount_malformed", Kind.INVALID, text[:20]) from error
