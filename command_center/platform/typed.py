"""What people type into forms, read once: lines, days and amounts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from schemas.money import read_yuan
from schemas.problems import Kind, MzError
from schemas.time import COURT_ZONE, to_ms

_FIRST, _LAST = dt.date(1949, 10, 1), dt.date(2199, 12, 31)
_RARE = range(0x20000, 0x40000)


def is_written(char: str) -> bool:
    """Return whether a character is one that people write. Rare characters of names are, however
    old Python's tables are: those of the planes 2 and 3, and those that a font of its own shows."""
    return char.isprintable() or ord(char) in _RARE or unicodedata.category(char) == "Co"


def line(text: str, most: int = 400) -> str:
    """Return one line without control characters, cut at `most` characters."""
    plain = "".join(char for char in text if is_written(char) or char.isspace())
    return " ".join(plain.split())[:most]


def number(text: str) -> str:
    """Return an identity, unit or account number as it is kept: half width, capital letters,
    without the spaces and hyphens that people group it by."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if char.isalnum())[:100]


def day(text: str, first: dt.date = _FIRST) -> dt.date:
    """Return an ISO day from `first`, by default of 1949, to 2199; `form.day_malformed`."""
    try:
        found = dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise MzError("form.day_malformed", Kind.INVALID, text[:20]) from error
    if not first <= found <= _LAST:
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
