"""The microphone while somebody speaks: one ffmpeg that gives Opus packets of 20 ms."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable

import structlog

from field_app.capture.camera import ffmpeg_program
from field_app.talk.sound import Sound
from schemas.media.talk import OggPackets

log = structlog.get_logger()
_OPUS = (
    "-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "24000", "-application", "voip",
    "-frame_duration", "20", "-f", "ogg", "-page_duration", "20000", "-flush_packets", "1",
    "pipe:1",
)  # fmt: skip
_READ_BYTES = 64 * 1024


class Microphone:
    """Open from the start; nothing of it is kept here."""

    def __init__(
        self, sound: Sound, on_packet: Callable[[bytes], None], on_end: Callable[[], None]
    ) -> None:
        """on_packet: hears each packet in a thread of its own; on_end: the microphone ended."""
        self._on_packet, self._on_end = on_packet, on_end
        self._closed = threading.Event()
        self._process = subprocess.Popen(
            [ffmpeg_program(), "-hide_banner", "-nostats", "-loglevel", "error", "-nostdin",
             *sound.microphone, *_OPUS],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        threading.Thread(target=self._read, name="microphone", daemon=True).start()

    def close(self) -> None:
        """End it; no packet is told any more."""
        self._closed.set()
        self._process.kill()

    def _read(self) -> None:
        pipe, packets = self._process.stdout, OggPackets()
        if pipe is None:
            return
        with pipe:
            while not self._closed.is_set() and (data := pipe.read1(_READ_BYTES)):  # type: ignore[attr-defined]
                for packet in packets.add(data):
                    if not self._closed.is_set():
                        self._on_packet(packet)
        self._process.wait()
        if not self._closed.is_set():
            log.warning("talk.microphone_ended", code=self._process.returncode)
            self._on_end()
