"""Tries at a PIN: three are free, then the wait doubles from 2 s to 5 min."""

from __future__ import annotations

from schemas.problems import Kind, MzError
from schemas.time import now_ms

_FREE_TRIES = 3
_LONGEST_MS = 5 * 60_000


def wait_s(wrong: int, wrong_ms: int) -> int:
    """Return for how many seconds no PIN is tried after so many wrong ones, the last at
    `wrong_ms`; 0: one is tried at once."""
    if wrong < _FREE_TRIES:
        return 0
    waited_ms, wait_ms = now_ms() - wrong_ms, 1_000 << min(wrong - _FREE_TRIES + 1, 20)
    left_ms = min(wait_ms, _LONGEST_MS) - waited_ms
    return max(0, -(-left_ms // 1_000)) if waited_ms >= 0 else 0


def require_turn(wrong: int, wrong_ms: int) -> None:
    """Raise `pin.throttled` while it is too early; the detail is how many seconds are left."""
    left_s = wait_s(wrong, wrong_ms)
    if left_s:
        raise MzError("pin.throttled", Kind.REFUSED, str(left_s))
