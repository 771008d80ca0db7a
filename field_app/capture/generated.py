"""The generated camera: a drawn scene in real time, which knows when each frame was drawn.

It is simulated and says so (`Source.GENERATED`, the word in the picture). How a program reads the
frame number from the picture is written in `field_app.capture.scene`.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque

import ffmpeg

from field_app.capture.camera import FRAMES_PER_SECOND, Inputs
from field_app.capture.scene import HEIGHT, WIDTH, Scene
from schemas.media.opening import Source
from schemas.time import now_ms

CLOCK_PAIRS = 250
_PIPE_BYTES = 1024 * 1024


class GeneratedCamera:
    """25 frames a second of the scene, and a tone of 440 Hz. Frame numbers never start again.

    A busy one takes about 1 Mbit/s in the full rendition, as a street does.
    """

    source = Source.GENERATED
    has_feed = True

    def __init__(self, *, busy: bool = False) -> None:
        self._scene = Scene(busy=busy)
        self._next = 0
        self._run_first = 0
        self._drawn: deque[tuple[int, int]] = deque(maxlen=CLOCK_PAIRS)
        self._lock = threading.Lock()

    def check(self) -> None:
        """Always ready."""

    def inputs(self) -> Inputs:
        """Return raw pictures from standard input and a tone."""
        video = ffmpeg.input(
            "pipe:0", f="rawvideo", pix_fmt="yuv420p", s=f"{WIDTH}x{HEIGHT}", r=FRAMES_PER_SECOND
        )
        audio = ffmpeg.input("sine=frequency=440:sample_rate=48000", f="lavfi", re=None)
        return Inputs(video.video, audio.audio)

    def feed(self, pipe: int, stop: threading.Event) -> None:
        """Draw and write frames at their time until stopped or the reader is gone.

        A late frame is followed at once by the next: the picture never falls behind the sound.
        """
        _widen(pipe)
        self._run_first = self._next
        began = time.monotonic()
        try:
            while not stop.is_set():
                due = began + (self._next - self._run_first) / FRAMES_PER_SECOND
                wait = due - time.monotonic()
                if wait > 0 and stop.wait(wait):
                    return
                self._write_frame(pipe)
        except BrokenPipeError:
            return

    def _write_frame(self, pipe: int) -> None:
        number, wall_ms = self._next, now_ms()
        rest = memoryview(self._scene.draw(number, wall_ms))
        with self._lock:
            self._drawn.append((number, wall_ms))
        self._next = number + 1
        while rest:
            rest = rest[os.write(pipe, rest) :]

    def drawn_ms(self, index: int) -> int | None:
        """Return when the frame `index` of this run was drawn, if it is among the last 250."""
        number = self._run_first + index
        with self._lock:
            if not self._drawn or not self._drawn[0][0] <= number <= self._drawn[-1][0]:
                return None
            return self._drawn[number - self._drawn[0][0]][1]

    def clock(self) -> list[tuple[int, int]]:
        """Return [frame, wall ms] of the last frames drawn, oldest first."""
        with self._lock:
            return list(self._drawn)


def _widen(pipe: int) -> None:
    """Make the pipe hold a whole picture, where the system allows: fewer switches a frame."""
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:
        return
