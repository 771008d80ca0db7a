"""What the tables hold of what a device wrote: the record's own bytes keep all of it.

A device's clock or form may be wrong, and a done act is still never refused: numbers, texts and
times that a table or a page cannot carry are brought within reach, here and nowhere else.
"""

from __future__ import annotations

import re

from schemas.ids import id_bytes
from schemas.problems import MzError

_DIGEST = re.compile("[0-9a-f]{64}")
_MOST = 2**62
_YEAR_9999_MS = 253_370_764_800_000


def number(value: int) -> int:
    """Return a number within 64 bits."""
    return max(-_MOST, min(value, _MOST))


def optional_number(value: int | None) -> int | None:
    """Return a number within 64 bits, or None."""
    return None if value is None else number(value)


def moment(ms: int, otherwise_ms: int) -> int:
    """Return a time that a calendar can show; what is none is when the centre learnt of it."""
    return ms if 0 < ms < _YEAR_9999_MS else otherwise_ms


def line(text: str) -> str:
    """Return a text of at most 400 characters without NUL."""
    return text.replace("\0", "")[:400]


def ident(text: str) -> str:
    """Return an id as its column can hold it; a real id stays as it is."""
    return text.replace("\0", "")[:36]


def is_id(text: str) -> bool:
    """Return whether the text is an id in canonical form, so that it may be looked up."""
    try:
        id_bytes(text)
    except MzError:
        return False
    return True


def is_interval(ident: str, from_ms: int, to_ms: int) -> bool:
    """Return whether this is an id with two times in order that a calendar can show."""
    times = moment(from_ms, 0) and moment(to_ms, 0)
    return is_id(ident) and bool(times) and from_ms <= to_ms


def is_digest(text: str) -> bool:
    """Return whether the text is a SHA-256 in lower-case hex."""
    return _DIGEST.fullmatch(text) is not None
