"""Ports for what a test starts: no other test of this machine is given the same."""

from __future__ import annotations

import socket

from door.ports import lend

_RANGE = range(10_000, 17_000)
"""Below the ports that the kernel gives to connections that go out."""


def free_port() -> int:
    """Return a loopback port that is free, for TCP and UDP, and that nobody else is given."""
    return next(port for port in _RANGE if lend(port) and _free(port))


def _free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
