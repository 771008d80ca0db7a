"""Small real films of every awkward shape, made by the same ffmpeg that reads them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from field_app.capture.camera import ffmpeg_program
from tests.patience import PATIENCE_S


def make_movie(path: Path, *arguments: str) -> Path:
    """Run ffmpeg with these arguments and this output."""
    command = [ffmpeg_program(), "-v", "error", "-y", *arguments, str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
    return path


def moving_picture(size: str, rate: str, seconds: float) -> list[str]:
    """Return the input arguments of a moving test picture."""
    return ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]


def tone(seconds: float, rate: int = 44_100) -> list[str]:
    """Return the input arguments of a tone."""
    return ["-f", "lavfi", "-i", f"sine=sample_rate={rate}:duration={seconds}"]
