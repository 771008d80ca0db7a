"""Unix sockets in the data folder, however long its path is."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MAX_PATH_BYTES = 100


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Yield a name of `path` that fits into a socket address (108 bytes on Linux)."""
    if len(os.fsencode(path)) <= _MAX_PATH_BYTES:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connect(path: Path) -> socket.socket:
    """Return a connected socket; OSError where nobody listens."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short(path) as name:
            link.connect(name)
    except OSError:
        link.close()
        raise
    return link


def listen(path: Path) -> socket.socket:
    """Return a listening socket, mode 0600; a dead one of the same name is replaced."""
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(path) as name:
        door.bind(name)
    path.chmod(0o600)
    door.listen(8)
    return door
