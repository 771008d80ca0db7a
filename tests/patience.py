"""How long tests wait for what must come: one number, so that a slow machine only takes longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 120.0


def eventually(read: Callable[[], T], what: object = "") -> T:
    """Return what `read` gives once it is true; an assertion with `what`, or with what that gives
    then, if it never is."""
    until = time.monotonic() + PATIENCE_S
    while not (found := read()):
        assert time.monotonic() < until, f"waited in vain: {what() if callable(what) else what}"
        time.sleep(0.05)
    return found
