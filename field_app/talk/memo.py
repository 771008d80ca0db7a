"""A voice memo: what the officer says about a thing, as one file of Opus in Ogg."""

from __future__ import annotations

import subprocess
import threading

from field_app.capture.camera import ffmpeg_program
from field_app.talk.sound import Sound
from schemas.problems import Kind, MzError

MOST_SECONDS = 120
_OPUS = ("-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "24000", "-f", "ogg", "pipe:1")
_PATIENCE_SECONDS = 5


class Memo:
    """One at a time; it ends by itself after two minutes and is kept all the same."""

    def __init__(self, sound: Sound) -> None:
        self._sound, self._lock = sound, threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._heard: list[bytes] = []
        self._reader: threading.Thread | None = None

    def begin(self) -> None:
        """Listen; `memo.no_microphone`, `memo.already_running`."""
        if not self._sound.microphone:
            raise MzError("memo.no_microphone", Kind.REFUSED)
        with self._lock:
            if self._process is not None:
                raise MzError("memo.already_running", Kind.CONFLICT)
            self._heard = []
            self._process = subprocess.Popen(
                [ffmpeg_program(), "-hide_banner", "-nostats", "-loglevel", "error", "-nostdin",
                 *self._sound.microphone, "-t", str(MOST_SECONDS), *_OPUS],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self._reader = threading.Thread(
                target=self._read, args=(self._process, self._heard), name="memo", daemon=True
            )
            self._reader.start()

    def end(self) -> bytes:
        """Return what was heard; `memo.not_running`, `memo.failed` where nothing was."""
        with self._lock:
            process, reader = self._process, self._reader
            self._process = self._reader = None
        if process is None or reader is None:
            raise MzError("memo.not_running", Kind.CONFLICT)
        process.terminate()  # ffmpeg writes its last page and ends
        reader.join(_PATIENCE_SECONDS)
        process.kill()
        process.wait()
        heard = b"".join(self._heard)
        if not heard:
            raise MzError("memo.failed", Kind.UNAVAILABLE)
        return heard

    @staticmethod
    def _read(process: subprocess.Popen[bytes], heard: list[bytes]) -> None:
        while process.stdout is not None and (data := process.stdout.read1(65_536)):  # type: ignore[attr-defined]
            heard.append(data)
