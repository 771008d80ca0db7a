"""How fast the archive lane may send beside a thin live lane: live never waits for the past.

Both lanes share a link whose queue neither sees. What the live lane's acknowledgements take tells
how long that queue is: longer than usual, and the archive lane goes slower; otherwise faster, by
little near a queue and by much where there is none, so that nothing of the link is left unused.
"""

from __future__ import annotations

from collections import deque

UNLIMITED = 0xFFFFFFFF
_START, _LEAST, _MOST = 40_000.0, 6_000.0, 4_000_000.0
_SLOWER, _FASTER, _MUCH_FASTER = 0.75, 1.03, 1.12
_SPARE_S, _NEAR_S = 0.2, 0.08
_LAST, _WINDOW = 3, 100


class Pacing:
    """Bytes a second for the archive lane."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=_WINDOW)
        self._rate = _START

    def acknowledged(self, delay_s: float) -> None:
        """Learn how long a live fragment was on its way."""
        self._delays.append(delay_s)
        if len(self._delays) < _LAST:
            return
        # One late answer may be a loss; three in a row are a queue.
        queue = min(list(self._delays)[-_LAST:]) - min(self._delays)
        change = _SLOWER if queue > _SPARE_S else _FASTER if queue > _NEAR_S else _MUCH_FASTER
        self._rate = min(_MOST, max(_LEAST, self._rate * change))

    def bytes_a_second(self) -> int:
        """Return the rate."""
        return int(self._rate)

    def begin(self, delivered: float) -> None:
        """The link became thin; it carried this many bytes a second of late."""
        self._delays.clear()
        self._rate = max(_LEAST, delivered / 2)
