"""The time overlay: what is burnt into every picture at capture (V-03).

Two lines in the lower left corner: wall time in the court's zone and the fragment's number; then
officer number, device name and case number. ffmpeg draws them and reads the template from a file
in memory, so that nothing of it lies on the disk. What ffmpeg expands stands first and has a
fixed width: should it read while the template is rewritten, plain words may mix for one picture,
but the template stays well formed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

FONT = Path(__file__).parent.parent / "theme" / "fonts" / "NotoSansSC-Regular.ttf"
NO_FONT = "overlay.no_font"
TIME_ZONE = "CST-8"
"""TZ of the encoder: the court's zone in POSIX form, which needs no zone files."""

_TEMPLATE_BYTES, _NUMBER_DIGITS, _MAX_SHOWN = 512, 9, 24
_TIME = "%{localtime:%Y-%m-%d %H\\:%M\\:%S.%3N}"
_BUFFERING = "预录"


class Words(NamedTuple):
    """Who records: the officer's number and the device's name; an empty text is left out."""

    officer: str
    device: str


class Overlay:
    """The template of one encoder's run, in memory; `close` when the encoder is gone.

    Fragment numbers follow from the count of pictures, `frames_per_fragment` each. Before a
    recording begins they count the camera's run and stand behind the word 预录 (buffering).
    """

    def __init__(self, words: Words, frames_per_fragment: int) -> None:
        """Say that the camera runs and nothing is recorded yet."""
        self._words, self._frames = words, frames_per_fragment
        self.descriptor = os.memfd_create("overlay")
        self._write(_BUFFERING, 0, "")

    def recording(self, first: int, case: str) -> None:
        """The recording's fragment 0 is fragment `first` of this run; show its number and case."""
        self._write("", first, case)

    def close(self) -> None:
        """Let go of the memory."""
        os.close(self.descriptor)

    def _write(self, state: str, first: int, case: str) -> None:
        number = f"%{{eif:floor(n/{self._frames})-{first:0{_NUMBER_DIGITS}d}:d}}"
        words = (self._words.officer, self._words.device, case)
        who = " · ".join(_shown(word) for word in words if word.strip())
        template = f"{_TIME}  #{number}  {state}\n{who}".encode()
        os.pwrite(self.descriptor, template.ljust(_TEMPLATE_BYTES, b"\0"), 0)

    def draw(self, video: Any) -> Any:
        """Return an ffmpeg-python stream with the overlay burnt in, readable but small."""
        return video.filter(
            "drawtext", fontfile=str(FONT), textfile=f"/proc/self/fd/{self.descriptor}", reload=1,
            fontsize="min(h/30,w/40)", fontcolor="white", box=1, boxcolor="black@0.45",
            boxborderw=4, x=8, y="h-th-8", line_spacing=2,
        )  # fmt: skip


def has_font() -> bool:
    """Return whether the overlay's font is there: it is fetched, not kept in the repository."""
    return FONT.is_file()


def _shown(word: str) -> str:
    """Return a word cut to what fits, with what means something to the template taken out."""
    shown = "".join(" " if mark in "\\%{}\r\n" else mark for mark in word.strip())
    return shown[:_MAX_SHOWN]
