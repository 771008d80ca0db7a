"""How a device speaks: what a key did, and a paper as it is read out before it is signed.

On a desktop espeak-ng speaks and ffmpeg sounds it; a telephone has a voice of its own behind the
same class. Papers are in Chinese, and so is the voice. What is read is given through a pipe: the
arguments of a process can be read by anybody.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Sequence

import structlog

from field_app.capture.camera import ffmpeg_program
from schemas.problems import Kind, MzError

log = structlog.get_logger()
MOST_LINES, LONGEST_LINE = 4_000, 4_000
_PROGRAM = "espeak-ng"
_WORDS_A_MINUTE = "160"
_LINE_SECONDS = 600


class Voice:
    """One thing is read at a time; another takes its place."""

    def __init__(self, output: Sequence[str] | None) -> None:
        """output: of ffmpeg, as `field_app.talk.sound` has it; None: nothing can be heard."""
        self._output = tuple(output or ())
        self.is_able = output is not None and shutil.which(_PROGRAM) is not None
        """Whether this device can speak at all."""
        self._lock = threading.Lock()
        self._turn = 0
        self._speaking: list[subprocess.Popen[bytes]] = []
        self.line: int | None = None
        """Which line is being read, from 0; None: none is."""

    def read(self, lines: Sequence[str]) -> None:
        """Read lines one after another, from a thread of its own. Errors: `voice.absent`,
        `voice.too_long`."""
        if not self.is_able:
            raise MzError("voice.absent", Kind.UNAVAILABLE)
        if len(lines) > MOST_LINES or any(len(one) > LONGEST_LINE for one in lines):
            raise MzError("voice.too_long", Kind.TOO_LARGE, f"{len(lines)} lines")
        turn = self._take_turn(0)
        threading.Thread(
            target=self._read, args=(tuple(lines), turn), name="voice", daemon=True
        ).start()

    def stop(self) -> None:
        """Be silent at once."""
        self._take_turn(None)

    def _take_turn(self, line: int | None) -> int:
        with self._lock:
            self._turn += 1
            self.line = line
            for process in self._speaking:
                process.kill()
            return self._turn

    def _read(self, lines: tuple[str, ...], turn: int) -> None:
        for at, line in enumerate(lines):
            with self._lock:
                if turn != self._turn:
                    return
                self.line = at
            try:
                self._speak(line, turn)
            except (OSError, subprocess.SubprocessError) as error:
                log.warning("voice.failed", reason=type(error).__name__)
                break
        with self._lock:
            if turn == self._turn:
                self.line = None

    def _speak(self, words: str, turn: int) -> None:
        """Speak a line to its end, or until another turn begins."""
        with self._lock:
            if turn != self._turn:
                return
            spoken = subprocess.Popen(
                [_PROGRAM, "-v", "cmn", "-s", _WORDS_A_MINUTE, "--stdin", "--stdout"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            sounded = subprocess.Popen(
                [ffmpeg_program(), "-nostdin", "-loglevel", "error", "-f", "wav", "-i", "pipe:0",
                 *self._output],
                stdin=spoken.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self._speaking = [spoken, sounded]
        try:
            if spoken.stdout is not None:
                spoken.stdout.close()
            spoken.communicate(words.encode(), _LINE_SECONDS)
            sounded.wait(_LINE_SECONDS)
        finally:
            for process in (spoken, sounded):
                process.kill()
                process.wait()
            with self._lock:
                if turn == self._turn:
                    self._speaking = []
