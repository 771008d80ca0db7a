"""What the officer chose for this window, kept in `window.json`."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from schemas import crash

FILE_NAME = "window.json"


class Choices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """language: a catalogue; appearance: `light` or `dark` (recording is always dark);
    large: larger text; lock_minutes: after how long without a touch the window locks."""

    language: str = "zh-CN"
    appearance: str = "light"
    large: bool = False
    lock_minutes: int = 3


def load_choices(data: Path) -> Choices:
    """Return the kept choices, or the defaults when there are none or they cannot be read."""
    try:
        return msgspec.json.decode((data / FILE_NAME).read_bytes(), type=Choices)
    except (FileNotFoundError, msgspec.DecodeError):
        return Choices()


def keep_choices(data: Path, choices: Choices) -> None:
    """Write the choices whole: a kill leaves the old ones or the new ones."""
    half = data / f"{FILE_NAME}.half"
    with open(half, "wb") as file:
        file.write(msgspec.json.encode(choices))
        file.flush()
        os.fsync(file.fileno())
    crash.point("window.before_choices_replaced")
    half.replace(data / FILE_NAME)
