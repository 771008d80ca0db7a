"""Tries at a PIN: three are free, then the wait doubles from 2 s to 5 min."""

from __future__ import annotations

from schemas.problems import Kind, MzError
from schemas.time import now_ms

_FREE_TRIES = 3
_LONGEST_MS = 5 * 60_000


def require_turn(wrong: int, wrong_ms: int) -> None:
    """Raise `pin.throttled` while it is too early after so many wrong ones, the last at
    `wrong_ms`."""
    if wrong < _FREE_TRIES:
        return
    wait_ms = min(1_000 << min(wrong - _FREE_TRIES + 1, 20), _LONGEST_MS)
    if 0 <= now_ms() - wrong_ms < wait_ms:
        raise MzError("pin.throttled", Kind.REFUSED, f"{wait_ms // 1_000} s")
