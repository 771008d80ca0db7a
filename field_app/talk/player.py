"""What is heard of one burst: packets into an ffmpeg that sounds them, never more than a moment
behind. Who adds a packet never waits."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Callable

from field_app.capture.camera import ffmpeg_program
from schemas.media.talk import OggOpus

MAX_WAITING = 100
"""Packets, two seconds: what a stalled output has not taken by then is passed over."""
_INPUT = (
    "-hide_banner", "-nostats", "-loglevel", "error", "-progress", "pipe:1", "-stats_period", "0.2",
    "-fflags", "nobuffer", "-probesize", "32", "-analyzeduration", "0", "-f", "ogg", "-i", "pipe:0",
)  # fmt: skip
_PROGRESS = b"out_time_us="


class Player:
    """Sounds from the first packet on."""

    def __init__(
        self,
        output: tuple[str, ...],
        on_played: Callable[[int], None],
        on_end: Callable[[bool], None],
    ) -> None:
        """on_played: so many milliseconds were sounded; on_end: all was, or it failed."""
        self._on_played, self._on_end = on_played, on_end
        self._ogg, self._stopped = OggOpus(), threading.Event()
        self._pages: queue.Queue[bytes | None] = queue.Queue(MAX_WAITING)
        self._pages.put(self._ogg.begin())
        self._process = subprocess.Popen(
            [ffmpeg_program(), *_INPUT, *output],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        )  # fmt: skip
        for work in (self._write, self._read):
            threading.Thread(target=work, name="talk-player", daemon=True).start()

    def add(self, packet: bytes) -> None:
        """Sound a packet after those before it; `talk.malformed`."""
        page = self._ogg.add(packet)
        try:
            self._pages.put_nowait(page)
        except queue.Full:
            return  # it would be heard too late to be of use

    def finish(self) -> None:
        """Sound what waits, then end."""
        try:
            self._pages.put_nowait(None)
        except queue.Full:
            self.stop()

    def stop(self) -> None:
        """Be silent at once."""
        self._stopped.set()
        self._process.kill()

    def _write(self) -> None:
        pipe = self._process.stdin
        if pipe is None:
            return
        try:
            with pipe:
                while (page := self._pages.get()) is not None:
                    pipe.write(page)
        except OSError:
            return  # the reader below tells that it ended

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:
            return
        with pipe:
            for line in pipe:
                value = line.removeprefix(_PROGRESS).strip()
                if line.startswith(_PROGRESS) and value.isdigit():
                    self._on_played(int(value) // 1000)
        self._on_end(self._process.wait() == 0 or self._stopped.is_set())
