"""Ports of this machine: which are free, and whose they are until a program listens there.

Between "this port is free" and a program that listens there lies time enough for somebody else to
be told the same. So a port is lent, to one process at a time: by a lock on one byte of a file that
all processes of a user share. The kernel takes it back when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from functools import cache
from pathlib import Path

from door.refusal import USAGE, Refusal

FIRST_PORT = 8420
_STEP, _TRIES = 10, 200
_lent: set[int] = set()


def free(host: str, port: int) -> bool:
    """Return whether a program could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def lend(port: int) -> bool:
    """Take a port for this process, for good; False where it, or another process, has taken it."""
    if port in _lent:
        return False
    try:
        fcntl.lockf(_ledger(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _lent.add(port)
    return True


@cache
def _ledger() -> int:
    """Open the file of the locks; it stays open, for closing it would give every port back."""
    path = Path(tempfile.gettempdir(), f"mz-ports-{os.getuid()}")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def free_triple(first: int = FIRST_PORT) -> int:
    """Return the first of three neighbouring free ports that no other process is given while this
    one lives; `port.taken` if there are none."""
    for base in range(first, first + _STEP * _TRIES, _STEP):
        if all(lend(port) and free("127.0.0.1", port) for port in range(base, base + 3)):
            return base
    raise Refusal(
        "port.taken",
        f"{first} 以上找不到三个相邻的空闲端口。",
        f"No three neighbouring free ports from {first} on.",
        status=USAGE,
    )
