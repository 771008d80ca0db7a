"""Progress on the terminal: which step, n of N, seconds gone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from door.refusal import FAILED, LACKING, Refusal

_UPDATE_S = 0.5
_PLAIN_UPDATE_S = 10.0
_ERROR_LINES = 8
_END_LINES = 12
_OFFLINE = (
    "temporary failure in name resolution",
    "temporary failure resolving",
    "failed to establish a new connection",
    "newconnectionerror",
    "network is unreachable",
    "connection refused",
    "could not resolve",
    "could not connect",
    "enotfound",
    "eai_again",
    "econnrefused",
    "etimedout",
    "enetunreach",
    "connecttimeouterror",
    "read timed out",
)


class Progress:
    """Tells a person what is being made; one instance for one run of the door."""

    def __init__(self, total: int, out: TextIO | None = None) -> None:
        self._total, self._n, self._out = total, 0, out or sys.stderr
        self._label, self._begun, self._shown = "", 0.0, 0.0
        self._live = self._out.isatty()

    def begin(self, label: str) -> None:
        """Announce the next step."""
        self._n += 1
        self._label, self._begun = label, time.monotonic()
        self._shown = self._begun
        self._write("…", end="" if self._live else "\n")

    def tell(self, detail: str) -> None:
        """Show how far the step is: often on a terminal, seldom in a file."""
        now = time.monotonic()
        if now - self._shown >= (_UPDATE_S if self._live else _PLAIN_UPDATE_S):
            self._shown = now
            self._write(f"… {detail}" if detail else "…", end="" if self._live else "\n")

    def done(self, detail: str = "") -> None:
        """Close the step."""
        self._write(f"✓ {detail}".rstrip(), end="\n")

    def note(self, zh: str, en: str) -> None:
        """Say something beside the steps."""
        clear = "\r\033[K" if self._live else ""
        print(f"{clear}  · {zh} · {en}", file=self._out, flush=True)

    def break_line(self) -> None:
        """Leave a line that was being rewritten, before other text follows."""
        if self._live:
            print(file=self._out, flush=True)

    def _write(self, state: str, end: str) -> None:
        clear = "\r\033[K" if self._live else ""
        gone = time.monotonic() - self._begun
        line = f"{clear}[{self._n}/{self._total}] {self._label} {state} {gone:.1f} s"
        print(line, file=self._out, end=end, flush=True)


def run_logged(
    command: Sequence[str],
    log: Path,
    progress: Progress,
    *,
    what: str,
    cwd: Path,
    env: dict[str, str] | None = None,
    measure: Callable[[str], str] | None = None,
) -> None:
    """Run a command with its output in a log file and progress on the terminal.

    `measure` turns the log so far into a word such as `43/113`. Raises `Refusal` with the
    log's tail when the command fails: `network.unreachable` where the log shows that, else
    `setup.step_failed`.
    """
    with log.open("wb") as sink:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
        )
        try:
            while (status := _wait(child)) is None:
                progress.tell(measure(_text(log)) if measure else "")
        except BaseException:
            child.terminate()
            child.wait()
            raise
    if status != 0:
        progress.break_line()
        raise failure(what, _text(log), log)


def failure(what: str, text: str, log: Path) -> Refusal:
    """Return the refusal for a failed step, told from what its log says."""
    tail = "\n".join(telling_lines(text))
    if any(sign in text.lower() for sign in _OFFLINE):
        return Refusal(
            "network.unreachable",
            f"缺少：{what}。连不上软件源；接上网络(或配置镜像)后再运行同一命令。",
            f"Missing: {what}. The package source cannot be reached; connect (or configure a "
            "mirror) and run the same command again.",
            status=LACKING,
            tail=tail,
        )
    return Refusal(
        "setup.step_failed",
        f"这一步失败：{what}。完整记录：{log}",
        f"This step failed: {what}. Full log: {log}",
        status=FAILED,
        tail=tail,
    )


def telling_lines(text: str) -> list[str]:
    """Return what of a log tells the cause: its first lines with an error, and its end."""
    lines = text.splitlines()
    end = lines[-_END_LINES:]
    errors = [line for line in lines[:-_END_LINES] if "error" in line.lower()][:_ERROR_LINES]
    return [*errors, *(["…"] if errors else []), *end]


def _wait(child: subprocess.Popen[bytes]) -> int | None:
    try:
        return child.wait(timeout=_UPDATE_S)
    except subprocess.TimeoutExpired:
        return None


def _text(log: Path) -> str:
    return log.read_text("utf-8", errors="replace")
