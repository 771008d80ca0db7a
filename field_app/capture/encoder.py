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
from field_app.capture.command import FULL, Profile, encoder_command
from field_app.capture.fmp4 import BoxReader, Init, Piece, malformed, read_init, read_piece
from field_app.capture.overlay import TIME_ZONE, Overlay
from field_app.capture.preview import Preview
from schemas.problems import Kind, MzError

log = structlog.get_logger()
_GRACE_SECONDS = 3.0
_STALL_SECONDS = 8.0
_READ_BYTES = 256 * 1024


class Encoder:
    """ffmpeg as a child, running from the start: `pieces` yields what it makes until it ends."""

    def __init__(
        self,
        camera: Camera,
        preview: Preview,
        profile: Profile = FULL,
        overlay: Overlay | None = None,
    ) -> None:
        """Start ffmpeg and the threads that feed it and drain its preview and words."""
        self._camera, self._preview = camera, preview
        self._stop = threading.Event()
        self._words: deque[str] = deque(maxlen=20)
        self._threads: list[threading.Thread] = []
        reader, writer = os.pipe()
        self._process = subprocess.Popen(
            encoder_command(camera, profile, writer, overlay), stdout=subprocess.PIPE, bufsize=0,
            stdin=subprocess.PIPE if camera.has_feed else subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True, env={**os.environ, "TZ": TIME_ZONE},
            pass_fds=[writer, overlay.descriptor] if overlay else [writer],
        )  # fmt: skip
        os.close(writer)
        self._pictures = _open_pipe(self._process.stdout)
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
        """Yield the init segment once, then each fragment as it is whole.

        Ends when ffmpeg ends; `fmp4.malformed` if it writes anything else.
        """
        reader, held = BoxReader(), b""
        init: Init | None = None
        expected = 0
        descriptor = self._pictures.fileno()
        while data := self._read(descriptor):
            for kind, box in reader.push(data):
                if kind in (b"ftyp", b"moof"):
                    held = box
                elif kind == b"moov":
                    init = read_init(held + box)
                    yield init
                elif kind == b"mdat":
                    if init is None or not held:
                        raise malformed("media before its description")
                    piece = read_piece(init, held, box, expected)
                    expected = piece.media_start + piece.media_duration
                    yield piece

    def _read(self, descriptor: int) -> bytes:
        """Return what ffmpeg wrote next; one that writes nothing for too long is ended."""
        ready, _, _ = select.select([descriptor], [], [], _STALL_SECONDS)
        if not ready:
            log.error("encoder.stalled", seconds=_STALL_SECONDS)
            self._process.kill()
        return os.read(descriptor, _READ_BYTES)

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
        self._pictures.close()
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
