"""What a camera is to the recorder: inputs for ffmpeg, perhaps a feed, perhaps a clock."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple, Protocol

import imageio_ffmpeg

from schemas.media.opening import Source

FRAMES_PER_SECOND = 25
MAX_WIDTH, MAX_HEIGHT = 1280, 720


class Inputs(NamedTuple):
    """Two ffmpeg-python streams: pictures of any size at the house's rate, and sound.

    A source that comes at another rate goes through ffmpeg's `fps`, which holds each picture
    back until it has seen the next one: 40 ms that a camera at the house's rate need not pay.
    """

    video: Any
    audio: Any


class Camera(Protocol):
    """A source of pictures and sound.

    `check` raises a coded error if the camera cannot record now; `inputs` says how ffmpeg reads
    it. A camera with `has_feed` writes raw frames to ffmpeg's standard input in `feed`, until
    `stop` is set or the pipe breaks. `drawn_ms` gives the wall clock at which the picture with
    an index of this run was made, where the camera knows it; `clock` the last [frame, wall ms]
    pairs.
    """

    source: Source
    has_feed: bool

    def check(self) -> None: ...
    def inputs(self) -> Inputs: ...
    def feed(self, pipe: int, stop: threading.Event) -> None: ...
    def drawn_ms(self, index: int) -> int | None: ...
    def clock(self) -> list[tuple[int, int]]: ...


def ffmpeg_program() -> str:
    """Return the path of the ffmpeg binary that encodes."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())
