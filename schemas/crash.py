"""Named crash points: the places where a test kills a program with SIGKILL.

`MZ_CRASH_AT=name` arms one point; `MZ_CRASH_AT=name:3` kills at its third passing.
Unset, a point costs one comparison.
"""

from __future__ import annotations

import os
import signal

_armed, _, _count = os.environ.get("MZ_CRASH_AT", "").partition(":")
_left = int(_count or 1)


def point(name: str) -> None:
    """Pass the crash point `name`; the process dies here if it is armed."""
    global _left
    if name != _armed:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
