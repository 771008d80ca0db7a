"""Footage of this device, read from its own spool and shown on it: from 5 s before a moment.

What was taken in a private interval is shown to nobody here: two persons at the desk open it.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from bisect import bisect_right
from collections.abc import Generator, Sequence
from typing import IO

from field_app.capture.camera import ffmpeg_program
from field_app.capture.preview import FRAME_BYTES, HEIGHT, RATE, WIDTH, Picture
from field_app.local_api.socket import ReplayArgs
from field_app.spool.footage import Footage, Key
from field_app.spool.outbox import Outbox
from schemas.media.fragment import HEADER_BYTES, Rendition, decode_header
from schemas.problems import Kind, MzError

BEFORE_MS = 5_000
SHOWN_MS = 30_000
"""Long enough to see how a thing was found and taken; the desk plays the whole."""
_INPUT = (
    "-hide_banner", "-nostats", "-loglevel", "error", "-re", "-f", "mp4", "-i", "pipe:0",
)  # fmt: skip
_SCALE = (
    f"fps={RATE},scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease,"
    f"pad={WIDTH}:{HEIGHT}:-1:-1"
)
_PICTURE = (
    "-map", "0:v:0", "-vf",
    _SCALE,
    "-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1",
)  # fmt: skip


class Replay:
    """Finds the footage of a moment and plays it once."""

    def __init__(self, footage: Footage, outbox: Outbox, sound: tuple[str, ...] | None) -> None:
        """sound: where ffmpeg sounds it, None: nowhere."""
        self._footage, self._outbox, self._sound = footage, outbox, sound

    def pictures(self, args: ReplayArgs) -> Generator[Picture, None, None]:
        """Yield the pictures as time passes, each with the wall time at which it was taken.

        Errors: `exhibit.unknown`, `recording.unknown`, `replay.gone`, `replay.private`. Closing the
        iterator ends it.
        """
        recording, keys, begin_ms = self._find(args)
        first = self._open(keys[0])
        if first is None:
            raise MzError("replay.private", Kind.REFUSED, recording)
        init = self._footage.init(recording, Rendition.FULL)
        return self._run(init, first[1], keys[1:], begin_ms)

    def _find(self, args: ReplayArgs) -> tuple[str, list[Key], int]:
        """Return the recording, its fragments from a key-frame on, and when the first was taken."""
        at_ms, recording = args.at_ms, args.recording
        if args.photo:
            if self._outbox.exhibit(args.photo).private:
                raise MzError("replay.private", Kind.REFUSED, args.photo[:16])
            at_ms = self._outbox.item(args.photo).made_ms
            recording = self._recording_at(at_ms)
        self._footage.recording(recording)
        numbers = self._footage.held(recording, Rendition.FULL)
        if not numbers:
            raise MzError("replay.gone", Kind.NOT_FOUND, recording)
        first = self._before(recording, numbers, at_ms - BEFORE_MS)
        begin = self._header_ms(recording, numbers[first])
        wanted = [Key(recording, Rendition.FULL, number) for number in numbers[first:]]
        if begin > at_ms + BEFORE_MS:
            raise MzError("replay.gone", Kind.NOT_FOUND, recording)
        return recording, wanted, begin

    def _recording_at(self, at_ms: int) -> str:
        """Return the recording that ran at a moment: the last that had begun; `replay.gone`."""
        for name in reversed(self._footage.names()):
            if self._footage.recording(name).opening.opened_wall_ms <= at_ms:
                return name
        raise MzError("replay.gone", Kind.NOT_FOUND, str(at_ms))

    def _before(self, recording: str, numbers: Sequence[int], at_ms: int) -> int:
        """Return the place of the last key-frame at or before a moment, else of the first."""
        place = bisect_right(numbers, at_ms, key=lambda number: self._header_ms(recording, number))
        place = max(0, place - 1)
        while place > 0 and not self._is_key_frame(recording, numbers[place]):
            place -= 1
        return place

    def _header_ms(self, recording: str, number: int) -> int:
        header = self._footage.header(Key(recording, Rendition.FULL, number))
        if header is None:
            raise MzError("replay.gone", Kind.NOT_FOUND, recording)
        return header.wall_ms

    def _is_key_frame(self, recording: str, number: int) -> bool:
        header = self._footage.header(Key(recording, Rendition.FULL, number))
        return header is not None and header.key_frame

    def _run(
        self, init: bytes, first: bytes, keys: list[Key], begin_ms: int
    ) -> Generator[Picture, None, None]:
        sound = ("-map", "0:a:0?", *self._sound) if self._sound else ()
        process = subprocess.Popen(
            [ffmpeg_program(), *_INPUT, *_PICTURE, *sound],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

        feed = threading.Thread(
            target=self._feed, args=(process.stdin, init + first, keys, begin_ms + SHOWN_MS),
            name="replay-feed", daemon=True,
        )  # fmt: skip
        feed.start()
        try:
            serial = 0
            while len(planes := _read(process.stdout)) == FRAME_BYTES:
                yield Picture(serial, begin_ms + serial * 1000 // RATE, planes)
                serial += 1
        finally:
            process.kill()
            process.wait()
            feed.join()
            if process.stdout is not None:
                process.stdout.close()

    def _feed(self, pipe: IO[bytes] | None, begin: bytes, keys: list[Key], until_ms: int) -> None:
        """Write what is to be shown; it ends early at what is private, and with the reader."""
        if pipe is None:
            return
        with contextlib.suppress(OSError), pipe:
            pipe.write(begin)
            for key in keys:
                found = self._open(key)
                if found is None or found[0] > until_ms:
                    return
                pipe.write(found[1])

    def _open(self, key: Key) -> tuple[int, bytes] | None:
        """Return when a fragment was taken and its media; None where it is private or gone."""
        frame = self._footage.frame(key)
        if frame is None:
            return None
        header = decode_header(frame[:HEADER_BYTES])
        return None if header.private else (header.wall_ms, frame[HEADER_BYTES:])


def _read(pipe: IO[bytes] | None) -> bytes:
    """Return one picture, or what is left of it at the end."""
    return pipe.read(FRAME_BYTES) if pipe is not None else b""
