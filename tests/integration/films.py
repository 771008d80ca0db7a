"""Files as offline recorders write them: container, codec, sound and groups of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SECONDS = 6
RATE = 30
GOP = 45
"""A key-frame each 1.5 s: not the field app's own groups."""

_HEVC = f"log-level=error:keyint={GOP}:min-keyint={GOP}:bframes=0:pools=1"
_ENCODERS = {
    "h264": ["libx264", "-preset", "ultrafast", "-tune", "zerolatency"],
    "hevc": ["libx265", "-preset", "ultrafast", "-x265-params", _HEVC],
}
_SOUNDS = {
    "aac": ["aac"], "alaw": ["pcm_alaw", "-ar", "8000", "-ac", "1"],
    "mulaw": ["pcm_mulaw", "-ar", "8000", "-ac", "1"], "mp2": ["mp2"],
}  # fmt: skip


def recorder_file(path: Path, video: str = "h264", audio: str = "aac", tag: str = "") -> Path:
    """Write a moving test picture with a tone; the container follows from the name's ending. tag:
    what an AVI calls its codec, where that is not ffmpeg's own choice (of H.265: nothing)."""
    sound = [] if audio == "" else ["-f", "lavfi", "-i", f"sine=440:d={SECONDS}"]
    more = [] if audio == "" else ["-c:a", *_SOUNDS[audio]]
    form = {".ps": ["-f", "vob"], ".ts": ["-f", "mpegts"]}.get(path.suffix, [])
    form += ["-vtag", tag] if tag else []
    subprocess.run(
        [FFMPEG, "-v", "error", "-y", "-f", "lavfi", "-i",
         f"testsrc2=s=320x240:r={RATE}:d={SECONDS}", *sound, "-c:v", *_ENCODERS[video],
         "-g", str(GOP), "-keyint_min", str(GOP), "-sc_threshold", "0", "-pix_fmt", "yuv420p",
         *more, *form, str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return path


_ODD = {
    "uneven": ["-vf", "select='lt(mod(n\\,45)\\,4)'", "-fps_mode", "vfr"],
    "backwards": ["-bf", "3", "-preset", "medium", "-x264-params", "open-gop=1"],
    "mono": ["-c:a", "aac", "-ar", "44100", "-ac", "1"],
    "silent": ["-an"],
    "raw": ["-c:v", "rawvideo", "-pix_fmt", "bgr24", "-t", "1"],
    "motion-jpeg": ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"],
    "sound": ["-vn"],
}


def odd_file(path: Path, how: str) -> Path:
    """Write what telephones and old recorders write: pictures that stand for over a second, such as
    refer to later ones, sound of another rate or none, another codec, or no picture."""
    subprocess.run(
        [FFMPEG, "-v", "error", "-y", "-f", "lavfi", "-i",
         f"testsrc2=s=320x240:r={RATE}:d={SECONDS}", "-f", "lavfi", "-i", f"sine=440:d={SECONDS}",
         "-c:v", *_ENCODERS["h264"][:3], "-g", str(GOP), "-pix_fmt", "yuv420p", *_ODD[how],
         str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return path


def turned_file(path: Path) -> Path:
    """Write a film that a telephone took upright: its header says by how much it is turned."""
    flat = recorder_file(path.with_suffix(".flat.mp4"))
    subprocess.run(
        [FFMPEG, "-v", "error", "-y", "-display_rotation", "90", "-i", str(flat), "-c", "copy",
         str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return path


def dense_file(path: Path) -> Path:
    """Write two seconds of noise, over 100 Mbit/s: half a second of it fills no one fragment."""
    subprocess.run(
        [FFMPEG, "-v", "error", "-y", "-f", "lavfi", "-i",
         "nullsrc=s=960x540:r=25:d=2,geq=random(1)*255:128:128", "-f", "lavfi", "-i",
         "sine=440:d=2", "-c:a", "aac", "-c:v", *_ENCODERS["h264"],
         "-qp", "10", "-g", "25", "-pix_fmt", "yuv420p", str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return path
