"""The file camera: any file that ffmpeg reads, paced in real time, looped for ever."""

from __future__ import annotations

import re
import subprocess
import threading
from pathlib import Path

import ffmpeg

from field_app.capture.camera import FRAMES_PER_SECOND, Inputs, ffmpeg_program
from schemas.media.opening import Source
from schemas.problems import Kind, MzError

_PROBE_SECONDS = 20
# ffmpeg shows any text file as pictures of letters, and a single image as a film of one frame.
_NOT_FOOTAGE = re.compile(r"Input #0, (tty|bin|xbin|idf|adf|image2|\w+_pipe)\b")


class FileCamera:
    """Footage from a file, with its own sound or with silence."""

    source = Source.FILE
    has_feed = False

    def __init__(self, path: Path) -> None:
        """Take the file at `path`; it is looked at by `check`."""
        self._path = path
        self._has_sound: bool | None = None

    def check(self) -> None:
        """Raise `camera.not_found` or `camera.no_video`; learn whether there is sound."""
        if not self._path.is_file():
            raise MzError("camera.not_found", Kind.NOT_FOUND, self._path.name)
        picture, log = self._decode_one("0:V:0", "-frames:v", "1", "-f", "rawvideo")
        if not picture or _NOT_FOOTAGE.search(log):
            raise MzError("camera.no_video", Kind.INVALID, self._path.name)
        sound, _ = self._decode_one("0:a:0", "-frames:a", "1", "-f", "s16le")
        self._has_sound = bool(sound)

    def _decode_one(self, stream: str, *output: str) -> tuple[bool, str]:
        """Decode the first frame of a stream; return whether there was one, and ffmpeg's words."""
        command = [
            ffmpeg_program(), "-hide_banner", "-nostdin", "-protocol_whitelist", "file,pipe",
            "-i", f"file:{self._path}", "-map", stream, *output, "pipe:1",
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return False, ""
        return done.returncode == 0 and bool(done.stdout), done.stderr.decode(errors="replace")

    def inputs(self) -> Inputs:
        """Return the file's first picture and sound streams; silence where it has none."""
        if self._has_sound is None:
            self.check()
        source = ffmpeg.input(
            f"file:{self._path}", re=None, stream_loop=-1, protocol_whitelist="file,pipe"
        )
        pictures = source["V:0"].filter("fps", FRAMES_PER_SECOND)
        if self._has_sound:
            return Inputs(pictures, source["a:0"])
        silence = ffmpeg.input("anullsrc=r=48000:cl=mono", f="lavfi", re=None)
        return Inputs(pictures, silence.audio)

    def feed(self, pipe: int, stop: threading.Event) -> None:
        """Feed nothing: ffmpeg reads the file itself."""

    def drawn_ms(self, index: int) -> int | None:
        """Return None: a file does not know when it is seen."""
        return None

    def clock(self) -> list[tuple[int, int]]:
        """Return nothing: the pictures carry no number."""
        return []
