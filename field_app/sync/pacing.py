"""How fast the archive lane may send beside the live lane: live never waits for the past.

Both lanes share a link whose queue neither sees. What the live lane's acknowledgements take tells
how long that queue is. Longer than the least of the last ten seconds, and the archive lane goes
slower; otherwise faster, by little near a queue and by much where there is none, so that nothing of
the link is left unused; where there was none for two seconds, twice as fast in half a second. A
delay that stays for a second and a half though the archive lane hardly sends is no queue of ours:
the way itself became longer.
"""

from __future__ import annotations

from collections import deque

UNLIMITED = 0xFFFFFFFF
_START, _LEAST = 40_000.0, 6_000.0
_MUCH_SLOWER, _SLOWER, _FASTER, _MUCH_FASTER, _FREE = 0.5, 0.75, 1.03, 1.12, 1.3
_SPARE_S, _NEAR_S, _OVERDUE_S = 0.08, 0.03, 0.5
_LAST, _WINDOW, _TRIED, _CLEAR, _DOUBT = 3, 50, 3.0, 10, 8


class Pacing:
    """Bytes a second for the archive lane."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=_WINDOW)
        self._rate = _START
        self._clear = self._in_doubt = 0

    def acknowledged(self, delay_s: float, delivered: float) -> None:
        """Learn how long a live fragment was on its way; delivered: bytes a second of late.

        Far more than that is no pace but a promise nobody tried.
        """
        self._delays.append(delay_s)
        if len(self._delays) < _LAST:
            return
        # One late answer may be a loss; three in a row are a queue.
        queue = min(list(self._delays)[-_LAST:]) - self.least_delay_s
        self._clear = self._clear + 1 if queue <= _NEAR_S else 0
        if self._clear:
            change = _FREE if self._clear > _CLEAR else _MUCH_FASTER
        else:
            change = _SLOWER if queue > _SPARE_S else _FASTER
        at_least = self._rate <= _LEAST and change == _SLOWER
        self._in_doubt = self._in_doubt + 1 if at_least else 0
        if self._in_doubt == _DOUBT:
            self._delays = deque(list(self._delays)[-_LAST:], maxlen=_WINDOW)
        most = max(_START, _TRIED * delivered)
        self._rate = min(most, max(_LEAST, self._rate * change))

    def overdue(self, waited_s: float) -> None:
        """Learn how long a live fragment has been on its way that is not acknowledged yet."""
        if self._delays and waited_s > self.least_delay_s + _OVERDUE_S:
            self._rate = max(_LEAST, self._rate * _MUCH_SLOWER)
            self._clear = 0

    @property
    def least_delay_s(self) -> float:
        """The shortest way of a live fragment of late: the link's own, without its queue."""
        return min(self._delays, default=0.0)

    def bytes_a_second(self) -> int:
        """Return the rate."""
        return int(self._rate)

    def begin(self, delivered: float) -> None:
        """Another rendition is live; the link carried this many bytes a second of late."""
        self._delays.clear()
        self._rate = max(_LEAST, delivered / 2)
