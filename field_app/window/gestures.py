"""What presses of the volume keys mean: one press, a hold, or the call for help.

On a desktop F9 and F10 stand for them.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto

from field_app.theme.tokens import STOP_HOLD_S

KEYS = frozenset({1073741952, 1073741953, 290, 291})
"""Volume up and down as SDL names them; F9 and F10."""
_HOLD_MS = STOP_HOLD_S * 1_000
_TIMES, _WITHIN_MS = 5, 3_000


class Gesture(Enum):
    """What the officer's hand said without a look at the window."""

    PRESS = auto()
    HOLD = auto()
    HELP = auto()


class Gestures:
    """Follows keys that go down and up; a key that is held repeats itself, and is one press.

    Five presses within three seconds call for help.
    """

    def __init__(self) -> None:
        self._down: dict[int, int] = {}
        self._held: set[int] = set()
        self._released_ms: deque[int] = deque(maxlen=_TIMES)

    def pressed(self, key: int, at_ms: int) -> None:
        """A key went down, or repeats itself."""
        if key in KEYS:
            self._down.setdefault(key, at_ms)

    def released(self, key: int, at_ms: int) -> Gesture | None:
        """Return what this key, let go now, means."""
        if key not in KEYS:
            return None
        began_ms = self._down.pop(key, at_ms)
        if key in self._held:
            self._held.remove(key)
            return None
        if at_ms - began_ms >= _HOLD_MS:  # the window was too busy to look in the meantime
            return Gesture.HOLD
        self._released_ms.append(at_ms)
        if len(self._released_ms) == _TIMES and at_ms - self._released_ms[0] <= _WITHIN_MS:
            self._released_ms.clear()
            return Gesture.HELP
        return Gesture.PRESS

    def held(self, at_ms: int) -> Gesture | None:
        """Return `HOLD`, once, for a key that is down so long."""
        for key, began_ms in self._down.items():
            if key not in self._held and at_ms - began_ms >= _HOLD_MS:
                self._held.add(key)
                return Gesture.HOLD
        return None
