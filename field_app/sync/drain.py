"""How long until nothing waits: the backlog, by how much it shrank of late."""

from __future__ import annotations

import math
import threading
from collections import deque

_SPAN_S = 20.0
_LEAST_S = 4.0


class Drain:
    """Looks at the backlog over the last twenty seconds. Moments are monotonic seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()

    def seconds(self, at: float, waiting: int) -> int | None:
        """Learn how many bytes wait now; return how long they will, None while they do not get
        fewer."""
        with self._lock:
            self._seen.append((at, waiting))
            while self._seen[0][0] < at - _SPAN_S:
                self._seen.popleft()
            since, before = self._seen[0]
        if waiting == 0:
            return 0
        if at - since < _LEAST_S or waiting >= before:
            return None
        return math.ceil(waiting * (at - since) / (before - waiting))
