"""Preview frames from the service's socket, newest only, read on a thread of their own."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from field_app import local_socket
from field_app.local_api.socket import PREVIEW_NAME

_HEADER = struct.Struct(">IIQ")
_LARGEST_SIDE = 4096
_RETRY_SECONDS = 0.3
READ_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class Frame:
    """One I420 picture: `width`×`height` luminance, then the two quarter planes."""

    width: int
    height: int
    wall_ms: int
    planes: bytes

    def plane(self, index: int) -> memoryview:
        """Return plane 0 (Y), 1 (U) or 2 (V)."""
        luminance, quarter = self.width * self.height, self.width * self.height // 4
        start = 0 if index == 0 else luminance + (index - 1) * quarter
        return memoryview(self.planes)[start : start + (luminance if index == 0 else quarter)]


class FrameReader:
    """Holds the newest frame; `on_frame` is called on the reader's thread for each.

    It reads only while frames are wanted: the service runs the camera as long as somebody reads.
    """

    def __init__(self, data: Path, on_frame: Callable[[], object]) -> None:
        self._path, self._on_frame = data / PREVIEW_NAME, on_frame
        self.newest: Frame | None = None
        self._closing = threading.Event()
        self._wanted, self._unwanted = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="window-preview", daemon=True)

    def open(self) -> None:
        """Begin; returns at once. A missing socket is waited for."""
        self._thread.start()

    def want(self, wanted: bool) -> None:
        """Say whether anybody looks; the last frame goes with the wish, or with the service."""
        if wanted:
            self._unwanted.clear()
            self._wanted.set()
        elif self._wanted.is_set():
            self._wanted.clear()
            self._unwanted.set()

    def close(self) -> None:
        """Stop reading."""
        self._closing.set()
        self._unwanted.set()
        self._wanted.set()
        self._thread.join(READ_PATIENCE_SECONDS + 1)

    def _run(self) -> None:
        while self._wanted.wait() and not self._closing.is_set():
            try:
                with local_socket.connect(self._path) as stream:
                    stream.settimeout(READ_PATIENCE_SECONDS)
                    read_frames(stream, self._unwanted, self._take)
            except OSError:
                pass
            self.newest = None
            self._on_frame()
            self._closing.wait(_RETRY_SECONDS)

    def _take(self, frame: Frame) -> None:
        if self._wanted.is_set():
            self.newest = frame
            self._on_frame()


def read_frames(
    stream: socket.socket, closing: threading.Event, take: Callable[[Frame], None]
) -> None:
    """Hand on each frame until the stream or the window ends."""
    while (header := exactly(stream, closing, _HEADER.size)) is not None:
        width, height, wall_ms = _HEADER.unpack(header)
        if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
            return
        planes = exactly(stream, closing, width * height * 3 // 2)
        if planes is None:
            return
        take(Frame(width, height, wall_ms, planes))


def exactly(stream: socket.socket, closing: threading.Event, count: int) -> bytes | None:
    """Return `count` bytes, or None when the stream or the window ended."""
    got = bytearray()
    while len(got) < count:
        if closing.is_set():
            return None
        try:
            piece = stream.recv(count - len(got))
        except TimeoutError:
            continue
        if not piece:
            return None
        got += piece
    return bytes(got)
