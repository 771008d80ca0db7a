"""Runs the demo as a person does: its command line, its report, its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from door.places import CHECKOUT

_PATIENCE_S = 240.0
"""A demo that starts from nothing takes a minute; on a machine that does much else, some."""


def launch(module: str, *words: str, log: Path) -> subprocess.Popen[bytes]:
    """Start `python -m door.…` with its words going to a file."""
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", module, *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=CHECKOUT.environment(),
            start_new_session=True,
        )


def run(module: str, *words: str, log: Path, seconds: float = 240) -> int:
    """Run to the end and return the exit status."""
    process = launch(module, *words, log=log)
    try:
        return process.wait(seconds)
    finally:
        interrupt(process)


def interrupt(process: subprocess.Popen[bytes]) -> int:
    """Press Ctrl-C and wait."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def wait_for_words(process: subprocess.Popen[bytes], log: Path, words: str) -> str:
    """Wait until a program has said something; return all that it said."""
    until = time.monotonic() + _PATIENCE_S
    while words not in (said := log.read_text("utf-8")):
        assert process.poll() is None, said
        assert time.monotonic() < until, said
        time.sleep(0.2)
    return said


def programs_of(folder: Path, chosen: Callable[[list[str]], bool]) -> set[tuple[str, ...]]:
    """Return the command lines of running processes that name a folder."""
    return {tuple(words) for _, words in _processes_of(folder) if chosen(words)}


def kill(folder: Path, module: str) -> None:
    """kill -9 the one process of a folder that runs a module."""
    [found] = [pid for pid, words in _processes_of(folder) if is_ours(words) and module in words]
    os.kill(found, signal.SIGKILL)


def _processes_of(folder: Path) -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            line = entry.joinpath("cmdline").read_bytes()
        except OSError:
            continue
        words = line.decode("utf-8", "replace").split("\0")[:-1]
        if any(str(folder) in word for word in words):
            yield int(entry.name), words


def is_ours(words: list[str]) -> bool:
    """Return whether a command line is one of the house's programs, started and running."""
    ours = ("command_center.", "media_relay.", "field_app.")
    return "-m" in words and "--" not in words and words[words.index("-m") + 1].startswith(ours)
