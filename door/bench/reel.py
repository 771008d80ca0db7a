"""A long film with sound for benches of the archive: real H.264 and AAC, cut as a recorder cuts.

A minute or so is encoded once and repeated without encoding; times go on, so that every fragment
differs. It lies on the disk and is mapped, not held.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg

FRAME_RATE, SAMPLE_RATE = 25, 48_000
_AAC_SAMPLES = 1024
WIDTH, HEIGHT = 640, 360
_LOOP_S = 64
"""Both 25 frames and 46.875 sound packets a second come out even."""
_FFMPEG = ("-v", "error", "-y")


class Reel:
    """Init segment and fragments of `fragment_ms`; a key-frame begins each second."""

    codecs, timescale = "avc1.42C01E,mp4a.40.2", 12_800

    def __init__(self, path: Path, seconds: int, fragment_ms: int) -> None:
        pictures, sound = path.with_name("loop.mp4"), path.with_name("loop.aac")
        _encode(pictures, sound)
        _repeat(pictures, sound, path, seconds, fragment_ms)
        pictures.unlink()
        sound.unlink()
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.path, self.size = path, len(self._bytes)
        self._cuts = list(_cuts(self._bytes))
        self.init = self._bytes[: self._cuts[0][0]]
        if len(self) != seconds * 1000 // fragment_ms:
            raise ValueError(f"{len(self)} fragments of {seconds} s")

    def __len__(self) -> int:
        return len(self._cuts)

    def payload(self, number: int) -> bytes:
        """Return the bytes of a fragment: moof and mdat."""
        begin, end = self._cuts[number]
        return self._bytes[begin:end]

    def digest(self, number: int) -> bytes:
        """Return the SHA-256 of those bytes."""
        return hashlib.sha256(self.payload(number)).digest()


def _encode(pictures: Path, sound: Path) -> None:
    """Encode the loop; sound bare, since a container would add the encoder's delay to it."""
    _run(
        "-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate={FRAME_RATE},noise=alls=12",
        "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={SAMPLE_RATE}",
        "-map", "0", "-t", str(_LOOP_S), "-c:v", "libx264", "-preset", "ultrafast",
        "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-profile:v", "baseline",
        "-b:v", "900k", "-maxrate", "900k", "-bufsize", "900k", "-g", str(FRAME_RATE),
        "-keyint_min", str(FRAME_RATE), "-sc_threshold", "0", str(pictures),
        "-map", "1", "-frames:a", str(_LOOP_S * SAMPLE_RATE // _AAC_SAMPLES), "-c:a", "aac",
        "-b:a", "64k", str(sound),
    )  # fmt: skip


def _repeat(pictures: Path, sound: Path, path: Path, seconds: int, fragment_ms: int) -> None:
    _run(
        "-stream_loop", "-1", "-i", str(pictures), "-stream_loop", "-1", "-i", str(sound),
        "-t", str(seconds), "-map", "0:v", "-map", "1:a", "-c", "copy", "-bsf:a", "aac_adtstoasc",
        "-video_track_timescale", str(Reel.timescale),
        "-movflags", "+empty_moov+default_base_moof+delay_moov",
        "-frag_duration", str(fragment_ms * 1000), "-f", "mp4", str(path),
    )  # fmt: skip


def _run(*words: str) -> None:
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *_FFMPEG, *words], check=True)


def _cuts(data: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Yield where each fragment begins and ends."""
    at, begin = 0, 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"moof":
            begin = at
        at += size
        if kind == b"mdat":
            yield begin, at
