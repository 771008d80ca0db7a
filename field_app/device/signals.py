"""How a device lets its officer feel and hear what his keys did.

On a desktop it sounds tones, and says in words what was done, by the way to hear that needs no
consent (the earpiece); nothing vibrates there. A telephone does all of it behind the same class.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from typing import Protocol

import structlog

from field_app.capture.camera import ffmpeg_program
from field_app.device.voice import Voice
from field_app.local_api.recording import KeyDone

log = structlog.get_logger()
_TONES: dict[KeyDone, Sequence[tuple[int, float]]] = {
    KeyDone.STARTED: ((660, 0.12), (990, 0.2)),
    KeyDone.MARKED: ((880, 0.12),),
    KeyDone.STOPPED: ((990, 0.12), (660, 0.12), (440, 0.2)),
    KeyDone.NOTHING: ((220, 0.4),),
}
"""Each a row of (Hz, seconds): rising, one, falling, low."""
_WORDS = {
    KeyDone.STARTED: "开始录制",
    KeyDone.MARKED: "已标记",
    KeyDone.STOPPED: "已停止录制",
    KeyDone.NOTHING: "没有执行",
}
_SECONDS = 5


class Signals(Protocol):
    """Tells what a key did; returns at once and never fails."""

    def tell(self, done: KeyDone) -> None: ...


class Tones:
    """Sounds what a key did and says it; without an output it is silent."""

    def __init__(self, output: tuple[str, ...] | None) -> None:
        """output: of ffmpeg, as `field_app.talk.sound` has it."""
        self._output, self._voice = output, Voice(output)

    def tell(self, done: KeyDone) -> None:
        """Sound the tones of it from a thread of their own."""
        if self._output is not None:
            threading.Thread(
                target=self._sound, args=(done, self._output), name="key-tone", daemon=True
            ).start()

    def _sound(self, done: KeyDone, output: tuple[str, ...]) -> None:
        _sound(done, output)
        if self._voice.is_able:
            self._voice.read([_WORDS[done]])


def _sound(done: KeyDone, output: tuple[str, ...]) -> None:
    inputs: list[str] = []
    for hertz, seconds in _TONES[done]:
        inputs += ["-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000:d={seconds}"]
    joined = f"concat=n={len(_TONES[done])}:v=0:a=1"
    command = [ffmpeg_program(), "-nostdin", "-loglevel", "error", *inputs]
    command += ["-filter_complex", joined, *output]
    try:
        subprocess.run(command, timeout=_SECONDS, check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("key.unheard", reason=type(error).__name__)
