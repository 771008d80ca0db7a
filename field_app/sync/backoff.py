"""How long to wait before the next try: doubling, with jitter, never longer than a cap."""

from __future__ import annotations

import random


class Backoff:
    """0.2 s, 0.4 s, … up to `cap_s`, each shortened by up to a half at random."""

    def __init__(self, first_s: float = 0.2, cap_s: float = 5.0) -> None:
        self._first, self._cap, self._next = first_s, cap_s, first_s

    def seconds(self) -> float:
        """Return the next wait and double the one after."""
        wait, self._next = self._next, min(self._cap, self._next * 2)
        return wait * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing

    def reset(self) -> None:
        """The last try went well."""
        self._next = self._first
