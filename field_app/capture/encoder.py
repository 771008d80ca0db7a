"""One run of the encoder: starts ffmpeg, feeds and drains it, yields what it makes."""

from __future__ import annotations

import os
import select
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO

import structlog

from field_app.capture.camera import Camera
from field_app.capture.command import PROFILES, encoder_command
from field_app.capture.overlay import TIME_ZONE, Overlay
from field_app.capture.preview import Preview
from schemas.media.fmp4 import FragmentStream, Init, Piece
from schemas.media.fragment import Rendition
from schemas.problems import Kind, MzError

log = structlog.get_logger()
_GRACE_SECONDS = 3.0
_STALL_SECONDS = 8.0
_READ_BYTES = 256 * 1024


Beside = Callable[[Rendition, Init | Piece], None]
"""Who takes what is made beside the full rendition."""


def _nobody(rendition: Rendition, item: Init | Piece) -> None:
    """Take nothing."""


class Encoder:
    """ffmpeg as a child, running from the start: `pieces` yields what it makes until it ends."""

    def __init__(
        self,
        camera: Camera,
        preview: Preview,
        overlay: Overlay | None = None,
        beside: Beside = _nobody,
    ) -> None:
        """Start ffmpeg and the threads that feed it and drain its preview and words.

        beside: called by whoever iterates `pieces`, with all that is not of the full rendition.
        """
        self._camera, self._preview, self._beside = camera, preview, beside
        self._stop = threading.Event()
        self._words: deque[str] = deque(maxlen=20)
        self._threads: list[threading.Thread] = []
        reader, writer = os.pipe()
        pipes = {rendition: os.pipe() for rendition in PROFILES}
        self._renditions = {near: rendition for rendition, (near, _) in pipes.items()}
        far = {rendition: end for rendition, (_, end) in pipes.items()}
        passed = [writer, *far.values(), *([overlay.descriptor] if overlay else [])]
        try:
            self._process = subprocess.Popen(
                encoder_command(camera, far, writer, overlay), stdout=subprocess.DEVNULL,
                stdin=subprocess.PIPE if camera.has_feed else subprocess.DEVNULL, bufsize=0,
                stderr=subprocess.PIPE, start_new_session=True,
                env={**os.environ, "TZ": TIME_ZONE}, pass_fds=passed,
            )  # fmt: skip
        except OSError:
            for each in (reader, *self._renditions):
                os.close(each)
            raise
        finally:
            for each in (writer, *far.values()):
                os.close(each)
        self._run("preview", lambda: preview.drain(reader))
        self._run("words", self._keep_words)
        if camera.has_feed:
            self._run("feed", self._feed)

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"encoder-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _feed(self) -> None:
        with _open_pipe(self._process.stdin) as pipe:
            self._camera.feed(pipe.fileno(), self._stop)

    def _keep_words(self) -> None:
        with _open_pipe(self._process.stderr) as words:
            for line in words:
                self._words.append(line.decode(errors="replace").strip())

    def pieces(self) -> Iterator[Init | Piece]:
        """Yield the full rendition: its init segment once, when the others' were handed on, then
        each fragment as it is whole.

        Ends when ffmpeg ends; `fmp4.malformed` if it writes anything else.
        """
        streams = {near: FragmentStream() for near in self._renditions}
        early: list[Init | Piece] | None = []
        reading = list(streams)
        while reading:
            for near in self._ready(reading):
                data = os.read(near, _READ_BYTES)
                if not data:
                    reading.remove(near)
                rendition = self._renditions[near]
                for item in streams[near].push(data):
                    if rendition is not Rendition.FULL:
                        self._beside(rendition, item)
                    elif early is not None:
                        early.append(item)
                    else:
                        yield item
            if early is not None and all(stream.init for stream in streams.values()):
                yield from early
                early = None

    def _ready(self, reading: list[int]) -> list[int]:
        """Return what ffmpeg wrote to; one that writes nothing for too long is ended."""
        ready, _, _ = select.select(reading, [], [], _STALL_SECONDS)
        if not ready:
            log.error("encoder.stalled", seconds=_STALL_SECONDS)
            self._process.kill()
            return reading
        return ready

    def stop(self) -> None:
        """Ask ffmpeg to finish the fragment at hand; `pieces` then yields it and ends."""
        if self._process.poll() is None:
            self._process.terminate()
        self._stop.set()
        threading.Thread(target=self._reap, name="encoder-reap", daemon=True).start()

    def _reap(self) -> None:
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def close(self) -> int:
        """Make sure that ffmpeg is gone; return its exit code."""
        self._stop.set()
        if self._process.poll() is None:
            self._process.kill()
        code = self._process.wait()
        for near in self._renditions:
            os.close(near)
        for thread in self._threads:
            thread.join(_GRACE_SECONDS)
        if code not in (0, 255, -15):
            log.warning("encoder.ended", code=code, words=list(self._words)[-3:])
        return code


def _open_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe that was asked for when ffmpeg was started."""
    if pipe is None:
        raise MzError("camera.failed", Kind.UNAVAILABLE, "no pipe to the encoder")
    return pipe
