"""A tone as Opus packets, and which tone is heard in a sound."""

from __future__ import annotations

import functools
import io
import math
import subprocess
import tempfile
from array import array
from itertools import islice
from pathlib import Path

import av
import imageio_ffmpeg


@functools.cache
def tone(seconds: float = 1.0, hz: int = 1000) -> tuple[bytes, ...]:
    """Return the packets of a tone, 20 ms each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tone.ogg"
        subprocess.run(
            [
                imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i",
                f"sine=frequency={hz}:sample_rate=48000:duration={seconds}", "-ac", "1",
                "-c:a", "libopus", "-frame_duration", "20", str(path),
            ],
            check=True,
        )  # fmt: skip
        with av.open(str(path)) as container:
            packets = (bytes(packet) for packet in container.demux(audio=0) if packet.size)
            return tuple(islice(packets, round(seconds * 50)))  # the last one is the encoder's tail


def share_of(samples: list[float], rate: int, hz: int) -> float:
    """Return how much of a sound's energy is a tone of this frequency, 0 to 1."""
    turn = [2 * math.pi * hz * at / rate for at in range(len(samples))]
    real = sum(one * math.cos(angle) for one, angle in zip(samples, turn, strict=True))
    imaginary = sum(one * math.sin(angle) for one, angle in zip(samples, turn, strict=True))
    energy = sum(one * one for one in samples)
    return 2 * (real**2 + imaginary**2) / (len(samples) * energy) if energy else 0.0


def decoded(sound: bytes) -> tuple[list[float], int]:
    """Return the samples of a mono sound file, and their rate."""
    with av.open(io.BytesIO(sound)) as container:
        rate = container.streams.audio[0].rate
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
        found = array("f")
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                found.frombytes(bytes(part.planes[0])[: part.samples * 4])
    return list(found), rate
