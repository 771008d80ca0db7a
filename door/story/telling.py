"""Tells the story's steps on the terminal: what, whether it went well, how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from door.refusal import FAILED, Refusal

T = TypeVar("T")
_POLL_S = 0.1


class Telling:
    """One telling; `steps` holds what was done, with seconds."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._live = self._out.isatty()
        self.steps: list[tuple[str, float]] = []
        self.began = time.monotonic()

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[list[str]]:
        """Tell one step; words put into the yielded list are shown behind it."""
        words: list[str] = []
        begun = time.monotonic()
        if self._live:
            print(f"  … {zh} · {en}", end="", file=self._out, flush=True)
        try:
            yield words
        except BaseException:
            self._close("✗", zh, en, begun, [])
            raise
        self.steps.append((en, round(time.monotonic() - begun, 3)))
        self._close("✓", zh, en, begun, words)

    def _close(self, mark: str, zh: str, en: str, begun: float, words: list[str]) -> None:
        clear = "\r\033[K" if self._live else ""
        behind = f" — {'; '.join(words)}" if words else ""
        gone = time.monotonic() - begun
        print(f"{clear}  {mark} {gone:5.1f} s  {zh} · {en}{behind}", file=self._out, flush=True)

    def say(self, zh: str, en: str) -> None:
        """Say something beside the steps."""
        print(f"  ! {zh} · {en}", file=self._out, flush=True)


def failed(code: str, zh: str, en: str) -> Refusal:
    """Return the refusal that ends a story."""
    return Refusal(code, zh, en, status=FAILED)


def wait_for(
    read: Callable[[], T | None],
    seconds: float,
    code: str,
    zh: str,
    en: str,
    *,
    pause_s: float = _POLL_S,
    told: Callable[[], str] = str,
) -> T:
    """Return what `read` gives once it is true; `code` when it stays false for too long.

    pause_s: between two looks; 0 where `read` itself waits. told: what is known when it failed.
    """
    until = time.monotonic() + seconds
    while not (found := read()):
        if time.monotonic() > until:
            more = told()
            raise failed(
                code, f"{zh}({seconds:g} 秒内未等到){more}", f"{en} (not in {seconds:g} s) {more}"
            )
        time.sleep(pause_s)
    return found
