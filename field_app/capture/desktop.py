"""The desktop's camera and microphone: v4l2 and PulseAudio, on Windows DirectShow."""

from __future__ import annotations

import stat
import sys
import threading
from pathlib import Path
from typing import Any

import ffmpeg

from field_app.capture.camera import FRAMES_PER_SECOND, MAX_HEIGHT, MAX_WIDTH, Inputs
from schemas.media.opening import Source
from schemas.problems import Kind, MzError

DEFAULT_SOUND = "default"
DEFAULT_FORMAT = "mjpeg"
"""USB cameras give 720p at 25 pictures a second as MJPEG only; `yuyv422` for one that has none."""
_QUEUE_PACKETS = 256
_SOUND_FRAGMENT_BYTES = 48_000 // 50 * 2


class DesktopCamera:
    """A camera by its device (`/dev/video0`; on Windows its name) and a microphone by its name.

    Both stamp what they take with the system's clock; `isync` keeps the difference between their
    first stamps, so that pictures and sound stay together though one is opened after the other.
    """

    source = Source.CAMERA
    has_feed = False

    def __init__(
        self, video: str, sound: str = DEFAULT_SOUND, picture_format: str = DEFAULT_FORMAT
    ) -> None:
        """Name the devices; they are opened when a run begins."""
        self._video, self._sound, self._format = video, sound, picture_format
        self._windows = sys.platform == "win32"

    def check(self) -> None:
        """Raise `camera.not_found` where there is no such device.

        It is not opened: the preview may hold it, and a camera opens once.
        """
        if self._windows:
            return
        try:
            found = stat.S_ISCHR(Path(self._video).stat().st_mode)
        except OSError:
            found = False
        if not found:
            raise MzError("camera.not_found", Kind.NOT_FOUND, Path(self._video).name)

    def inputs(self) -> Inputs:
        """Return pictures at the house's rate, whatever rate the camera really has, and sound."""
        pictures, sound = self._dshow() if self._windows else self._v4l2()
        return Inputs(pictures.video.filter("fps", FRAMES_PER_SECOND), sound.audio)

    def _v4l2(self) -> tuple[Any, Any]:
        pictures = ffmpeg.input(
            self._video, f="v4l2", input_format=self._format, framerate=FRAMES_PER_SECOND,
            video_size=f"{MAX_WIDTH}x{MAX_HEIGHT}", ts="abs", thread_queue_size=_QUEUE_PACKETS,
        )  # fmt: skip
        return pictures, pulse(self._sound)

    def _dshow(self) -> tuple[Any, Any]:
        common = {"f": "dshow", "thread_queue_size": _QUEUE_PACKETS}
        pictures = ffmpeg.input(
            f"video={self._video}", framerate=FRAMES_PER_SECOND,
            video_size=f"{MAX_WIDTH}x{MAX_HEIGHT}", vcodec=self._format, **common,
        )  # fmt: skip
        return pictures, ffmpeg.input(f"audio={self._sound}", isync=0, **common)

    def feed(self, pipe: int, stop: threading.Event) -> None:
        """Feed nothing: ffmpeg reads the devices itself."""

    def drawn_ms(self, index: int) -> int | None:
        """Return None: a camera's pictures carry no number."""
        return None

    def clock(self) -> list[tuple[int, int]]:
        """Return nothing: a camera's pictures carry no number."""
        return []


def pulse(source: str) -> Any:
    """Return what a source of PulseAudio (PipeWire) hears, 20 ms at a time, in step with the
    first input."""
    return ffmpeg.input(
        source, f="pulse", channels=1, sample_rate=48_000, fragment_size=_SOUND_FRAGMENT_BYTES,
        isync=0, thread_queue_size=_QUEUE_PACKETS,
    )  # fmt: skip
