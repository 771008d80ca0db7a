"""The pictures that a window gets from the service, read one after the other."""

from __future__ import annotations

import socket

WIDTH, HEIGHT = 640, 360
_HEADER_BYTES, _PLANES_BYTES = 16, WIDTH * HEIGHT * 3 // 2


def picture_time(preview: socket.socket) -> int:
    """Read one picture; return when it was made, wall ms."""
    head = _read(preview, _HEADER_BYTES)
    size = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    assert size == (WIDTH, HEIGHT)
    _read(preview, _PLANES_BYTES)
    return int.from_bytes(head[8:], "big")


def _read(link: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = link.recv(count - len(data))
        assert more, "the preview ended"
        data += more
    return data
