"""Which rendition goes live: the choice is the rate control, for an encoder keeps its bitrate.

The full picture gives way as soon as it waits too long, the small one when it had to be cut short
twice in a few seconds: one loss is no reason to be without a picture. Sound outlives both.

Up only after a while, and only when the link carried clearly more than the next rendition needs,
or when the archive lane has caught up: then the link carries the full picture beside what is live.
A step up that fails makes the next try wait twice as long, up to a minute, or ten seconds where the
link plainly carries more. At first the full picture may wait longer: on a far link TCP needs some
seconds before it carries what the link can.
"""

from __future__ import annotations

from collections import deque

from schemas.media.fragment import Rendition

DOWN_MS = 900.0
"""So much of the full picture may wait before the small one is chosen."""
CUT_MS = 1200.0
"""So much of a smaller rendition may wait before it goes on from its newest key-frame."""

_SPAN_S = 4.0
_SPARE = {Rendition.FULL: 1.3, Rendition.SMALL: 1.6}
_ORDER = (Rendition.FULL, Rendition.SMALL, Rendition.SOUND)
_PATIENCE_S, _SURE_PATIENCE_S, _MAX_PATIENCE_S = 5.0, 10.0, 60.0
_FAILED_S, _TWICE_S, _GRACE_S = 10.0, 6.0, 5.0
_FEW = 10


class Rate:
    """Bytes over the last four seconds."""

    def __init__(self) -> None:
        self._noted: deque[tuple[float, int]] = deque()
        self._sum = 0

    def note(self, at: float, size: int) -> None:
        """Count bytes at a moment, seconds; moments never go back."""
        self._noted.append((at, size))
        self._sum += size
        self._trim(at)

    def bytes_a_second(self, at: float) -> float:
        """Return the mean over the span that ends at a moment."""
        self._trim(at)
        return self._sum / _SPAN_S

    def _trim(self, at: float) -> None:
        while self._noted and self._noted[0][0] < at - _SPAN_S:
            self._sum -= self._noted.popleft()[1]


class Choice:
    """The rendition that is live now. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self.now = Rendition.FULL
        self.delivered = Rate()
        self._made = {rendition: Rate() for rendition in Rendition}
        self._stepped = self._raised = self._cut = float("-inf")
        self._patience = _PATIENCE_S

    def made(self, at: float, rendition: int, size: int) -> None:
        """Learn what a rendition costs: this much of it was just made."""
        self._made[Rendition(rendition)].note(at, size)

    def waits(self, at: float, queued_ms: float) -> bool:
        """Step down if so much of what is live waits; say whether it did."""
        if self.now is Rendition.SOUND or not self._too_long(at, queued_ms):
            return False
        failed = at - self._raised < _FAILED_S
        self._patience = min(_MAX_PATIENCE_S, self._patience * 2) if failed else _PATIENCE_S
        self.now, self._stepped = _ORDER[_ORDER.index(self.now) + 1], at
        return True

    def _too_long(self, at: float, queued_ms: float) -> bool:
        if self.now is Rendition.FULL:
            raised = at - self._raised < _GRACE_S
            return queued_ms > (2 * DOWN_MS if raised else DOWN_MS)
        if queued_ms <= CUT_MS:
            return False
        before, self._cut = self._cut, at
        return at - before < _TWICE_S

    def consider(self, at: float, backlog: int) -> bool:
        """Step up if the link can carry more; backlog: fragments not yet received. Say whether."""
        if self.now is _ORDER[0]:
            return False
        wished = _ORDER[_ORDER.index(self.now) - 1]
        carried = self.delivered.bytes_a_second(at)
        needed = max(self._made[wished].bytes_a_second(at), _LEAST[wished]) * _SPARE[wished]
        caught_up = backlog <= _FEW
        if not caught_up and carried < needed:
            return False
        sure = caught_up or carried > 2 * needed
        patience = min(self._patience, _SURE_PATIENCE_S) if sure else self._patience
        if at - self._stepped < patience:
            return False
        self.now, self._stepped, self._raised = wished, at, at
        return True

    def again(self, at: float) -> None:
        """A new connection: what the link carries now is not known; a picture is tried."""
        self.delivered, self._cut = Rate(), float("-inf")
        if self.now is Rendition.SOUND:
            self.now, self._stepped = Rendition.SMALL, at


_LEAST = {Rendition.FULL: 60_000.0, Rendition.SMALL: 25_000.0}
"""Bytes a second that a rendition is thought to need while nothing of it was made."""
