"""How long to wait before the next try: doubling, with jitter, never longer than a cap."""

from __future__ import annotations

import random


class Backoff:
    """0.2 s, 0.4 s, … up to `cap_s`, each shortened by up to a half at random.

    The first `quick` waits do not grow: an outage of seconds ends without another wait.
    """

    def __init__(self, first_s: float = 0.2, cap_s: float = 5.0, quick: int = 0) -> None:
        self._first, self._cap, self._next = first_s, cap_s, first_s
        self._quick, self._tries = quick, 0

    def seconds(self) -> float:
        """Return the next wait and double the one after."""
        self._tries += 1
        wait = self._next
        if self._tries > self._quick:
            self._next = min(self._cap, self._next * 2)
        return wait * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing

    def reset(self) -> None:
        """The last try went well."""
        self._next, self._tries = self._first, 0
