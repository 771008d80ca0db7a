"""What a relay must have for itself: its two ports and its folder."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path

from schemas.problems import Kind, MzError


def bind(host: str, port: int) -> socket.socket:
    """Return a bound socket that does not listen yet; `relay.port_taken` names the port.

    Nobody connects before the relay has recovered, yet a taken port is found before anything
    is touched.
    """
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise MzError("relay.port_taken", Kind.UNAVAILABLE, f"port {port} is taken") from error
        detail = f"{host} port {port}: {error.strerror}"
        raise MzError("relay.port_refused", Kind.UNAVAILABLE, detail) from error
    found.setblocking(False)
    return found


def take_folder(folder: Path) -> int:
    """Take a data folder for this process; `relay.data_in_use` if another one has it.

    The kernel gives it back when the process ends, however it ends.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise MzError("relay.data_in_use", Kind.UNAVAILABLE, str(folder)) from error
    return descriptor
