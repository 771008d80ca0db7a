"""Become another program that dies with its parent: `python -m door.child PARENT -- COMMAND…`.

Linux sends the signal when the parent is gone, even by SIGKILL; the command line that stays
visible is the command's own.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(words: list[str]) -> None:
    """Ask for the signal, make sure that the parent still lives, become the command."""
    parent, command = int(words[0]), words[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        sys.exit(0)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
