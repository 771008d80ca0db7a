"""`./mz test`: the whole suite, the longest files first: so the workers end together."""

from __future__ import annotations

import os
import sys
import tempfile

from door.places import CHECKOUT

ORDER = ("e2e", "integration", "house", "contract", "unit")
WORKERS = 2
"""Tests mostly wait for programs; more workers than this disturb what measures time."""


def command(arguments: list[str]) -> list[str]:
    """Return pytest's command line: the given arguments, or every test, a file to one worker."""
    pytest = [sys.executable, "-m", "pytest"]
    if arguments:
        return [*pytest, *arguments]
    tests = CHECKOUT.root / "tests"
    every = [f"tests/{kind}" for kind in ORDER if (tests / kind).is_dir()]
    spread = ["-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"]
    return [*pytest, *spread, *every]


def environment() -> dict[str, str]:
    """Return the environment of the suite: Kivy draws offscreen and keeps out of the home."""
    env = dict(os.environ)
    env.setdefault("SDL_VIDEODRIVER", "offscreen")
    env.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    env.setdefault("KIVY_HOME", os.path.join(tempfile.gettempdir(), f"mz-kivy-{os.getuid()}"))
    env["KIVY_NO_ARGS"] = "1"
    return env


def main(arguments: list[str]) -> None:
    """Become pytest, so that Ctrl-C and the exit status are its own."""
    os.chdir(CHECKOUT.root)
    line = command(arguments)
    os.execve(line[0], line, environment())


if __name__ == "__main__":
    main(sys.argv[1:])
