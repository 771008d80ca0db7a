"""Stills: the newest picture of the running recording, in its full size, as a JPEG."""

from __future__ import annotations

import subprocess
import threading
from typing import NamedTuple

from field_app.capture.camera import ffmpeg_program
from schemas.media.fmp4 import Init, Piece
from schemas.problems import Kind, MzError

_TIMEOUT_SECONDS = 15
_MAX_PIECES = 25


class Still(NamedTuple):
    """A JPEG, and the private interval in which it was taken, or nothing."""

    data: bytes
    private: str


class Gop:
    """The fragments since the newest key-frame: enough to decode the newest picture."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._init = b""
        self._pieces: list[Piece] = []
        self._private = ""

    def begin(self, init: Init) -> None:
        """A new recording began; what was held belongs to the former."""
        with self._lock:
            self._init, self._pieces = init.data, []

    def end(self) -> None:
        """The recording ended: there is no newest picture any more."""
        with self._lock:
            self._pieces = []

    def add(self, piece: Piece, private: str = "") -> None:
        """Hold a fragment; a key-frame lets go of those before it. private: the interval in which
        it was taken."""
        with self._lock:
            self._private = private
            if piece.key_frame or len(self._pieces) >= _MAX_PIECES:
                self._pieces = []
            if self._pieces or piece.key_frame:
                self._pieces.append(piece)

    def still(self) -> Still:
        """Return the newest picture; `photo.no_picture`, `photo.failed`."""
        with self._lock:
            pieces, init, private = list(self._pieces), self._init, self._private
        frames = sum(piece.frames for piece in pieces)
        if not frames:
            raise MzError("photo.no_picture", Kind.CONFLICT, "no recording is running")
        command = [
            ffmpeg_program(), "-hide_banner", "-loglevel", "error", "-i", "pipe:0",
            "-vf", f"select=gte(n\\,{frames - 1})", "-frames:v", "1", "-q:v", "3",
            "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1",
        ]  # fmt: skip
        movie = init + b"".join(piece.data for piece in pieces)
        try:
            done = subprocess.run(
                command, input=movie, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise MzError("photo.failed", Kind.UNAVAILABLE, "no answer in time") from error
        if done.returncode != 0 or not done.stdout.startswith(b"\xff\xd8"):
            raise MzError("photo.failed", Kind.UNAVAILABLE, f"ffmpeg ended with {done.returncode}")
        return Still(done.stdout, private)
