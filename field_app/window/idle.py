"""When the window locks by itself: nobody touched it for as long as the officer chose."""

from __future__ import annotations

TERMS = (1, 3, 10)
"""Minutes that may be chosen."""


class Idle:
    """Counts from the last touch; a clock that was set back locks at once."""

    def __init__(self, at_ms: int) -> None:
        self._touched_ms = at_ms

    def touched(self, at_ms: int) -> None:
        """Somebody touched the window or pressed a key."""
        self._touched_ms = at_ms

    def is_due(self, at_ms: int, minutes: int) -> bool:
        """Tell whether the window is to lock now."""
        return not 0 <= at_ms - self._touched_ms < minutes * 60_000
