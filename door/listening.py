"""Whether a process itself listens on a port: another's answer must not pass for its own."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_LISTEN = "0A"
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def listens(pid: int, port: int) -> bool:
    """Return whether the process holds a listening TCP socket on the port (Linux's /proc)."""
    return not _sockets_on(port).isdisjoint(_sockets_of(pid))


def _sockets_on(port: int) -> set[str]:
    """Return the inodes of sockets that listen on a port."""
    found = set()
    for table in _TABLES:
        with contextlib.suppress(FileNotFoundError):
            for row in table.read_text("ascii").splitlines()[1:]:
                words = row.split()
                if words[3] == _LISTEN and int(words[1].rsplit(":", 1)[1], 16) == port:
                    found.add(words[9])
    return found


def _sockets_of(pid: int) -> set[str]:
    """Return the inodes of a process's sockets; none for one that is gone."""
    found = set()
    with contextlib.suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                kind, _, rest = os.readlink(entry.path).partition(":")
                if kind == "socket":
                    found.add(rest.strip("[]"))
    return found
