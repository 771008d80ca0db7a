"""Kept footage from the service's socket, once, read on a thread of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from field_app import local_socket
from field_app.local_api.socket import REPLAY_NAME, Answer, ReplayArgs
from field_app.window.frames import READ_PATIENCE_SECONDS, Frame, exactly, read_frames
from schemas.problems import Kind, MzError
from schemas.sign import decode

_LONGEST_ANSWER = 8 * 1024


class ReplayReader:
    """Holds the newest frame; `on_change` is called on the reader's thread for each, and when it
    ended. `problem`: why nothing is shown."""

    def __init__(self, data: Path, asked: ReplayArgs, on_change: Callable[[], object]) -> None:
        self._path, self._asked, self._on_change = data / REPLAY_NAME, asked, on_change
        self.newest: Frame | None = None
        self.ended, self.problem = False, ""
        self._closing = threading.Event()
        threading.Thread(target=self._run, name="window-replay", daemon=True).start()

    def close(self) -> None:
        """Stop reading; returns at once."""
        self._closing.set()

    def _run(self) -> None:
        try:
            with local_socket.connect(self._path) as stream:
                stream.settimeout(READ_PATIENCE_SECONDS)
                stream.sendall(msgspec.json.encode(self._asked) + b"\n")
                answer = decode(self._line(stream), Answer)
                if answer.problem is not None:
                    self.problem = answer.problem.code
                else:
                    read_frames(stream, self._closing, self._take)
        except (OSError, MzError):
            self.problem = "service.unreachable"
        self.ended = True
        if not self._closing.is_set():
            self._on_change()

    def _line(self, stream: socket.socket) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            byte = exactly(stream, self._closing, 1)
            if byte is None or len(line) > _LONGEST_ANSWER:
                raise MzError("service.unreachable", Kind.UNAVAILABLE, "no answer")
            line += byte
        return line

    def _take(self, frame: Frame) -> None:
        self.newest = frame
        self._on_change()
