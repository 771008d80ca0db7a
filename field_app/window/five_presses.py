"""The gesture that calls for help: a volume key pressed five times within three seconds."""

from __future__ import annotations

from collections import deque

KEYS = frozenset({1073741952, 1073741953})
"""Volume up and down as SDL names them."""
_TIMES, _WITHIN_MS = 5, 3_000


class FivePresses:
    """Counts presses that ended: a key that is held repeats, and is one press."""

    def __init__(self) -> None:
        self._at_ms: deque[int] = deque(maxlen=_TIMES)

    def released(self, key: int, at_ms: int) -> bool:
        """Tell whether this key, released now, ends the gesture."""
        if key not in KEYS:
            return False
        self._at_ms.append(at_ms)
        full = len(self._at_ms) == _TIMES and at_ms - self._at_ms[0] <= _WITHIN_MS
        if full:
            self._at_ms.clear()
        return full
