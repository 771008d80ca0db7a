"""`./mz staff …`: the centre's own command line, on the settings of the data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from door.places import CHECKOUT


def command(words: list[str]) -> list[str]:
    """Return the centre's words: `--data DIR`, or the default folder, names the settings."""
    words = list(words)
    data = CHECKOUT.root / "data"
    if "--data" in words[:-1]:
        at = words.index("--data")
        data = Path(words[at + 1])
        del words[at : at + 2]
    if "--settings" not in words and not any(word.startswith("--settings=") for word in words):
        words += ["--settings", str((data / "settings.toml").absolute())]
    return words


def main(words: list[str]) -> None:
    """Become the centre's command line."""
    full = [sys.executable, "-P", "-m", "command_center.cli", *command(words)]
    os.execve(sys.executable, full, CHECKOUT.environment())


if __name__ == "__main__":
    main(sys.argv[1:])
