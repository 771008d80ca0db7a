"""Runs the programs as processes of their own: starts, watches, restarts, stops them in order.

All processes are made by one thread, which lives as long as the supervisor: Linux ties the
"parent died" signal to the thread that made the child, not to its process.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from door.listening import listens
from door.places import CHECKOUT
from door.refusal import FAILED, Refusal

_POLL_S = 0.1
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _STEADY_S = 0.5, 15.0, 30.0
_GRACE_S = 10.0
_TAIL_LINES = 15
Say = Callable[[str, str], None]


@dataclass
class Program:
    """One program: its command line, its log; it is ready when it listens on its ports and the
    address answers."""

    name: str
    command: list[str]
    log: Path
    health: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = 0
    pause_s: float = _FIRST_PAUSE_S
    due_at: float = 0.0
    wanted: bool = True
    ready: bool = False
    failed: bool = False

    def tail(self) -> str:
        """Return the last lines of the log."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_TAIL_LINES:])


class Supervisor:
    """Keeps programs running until it is closed. `say(zh, en)` tells a person what happens."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._programs: list[Program] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._watch.start()

    def start(self, program: Program, ready_s: float = 90.0) -> None:
        """Start a program and wait until it is ready; `program.not_ready` with its last lines."""
        program.log.parent.mkdir(parents=True, exist_ok=True)
        program.log.touch(mode=0o600)
        with self._lock:
            self._programs.append(program)
        until = time.monotonic() + ready_s
        while time.monotonic() < until:
            if program.failed:
                break
            if self._healthy(program):
                program.ready = True
                return
            time.sleep(_POLL_S / 2)
        program.wanted = False
        raise Refusal(
            "program.not_ready",
            f"{program.name} 没有启动成功。完整记录：{program.log}",
            f"{program.name} did not come up. Full log: {program.log}",
            status=FAILED,
            tail=program.tail(),
        )

    def stop(self, program: Program) -> None:
        """Stop one program: SIGTERM, after a grace time SIGKILL."""
        with self._lock:
            program.wanted = False
            process = program.process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._say(f"{program.name} 未按时停止，强行结束", f"{program.name} was killed")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        """Stop everything, last started first; safe to call twice."""
        for program in reversed(self._programs):
            self.stop(program)
        self._ended.set()
        if threading.current_thread() is not self._watch:
            self._watch.join()

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs that were started, first to last."""
        return tuple(self._programs)

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while not self._ended.wait(_POLL_S):
            with self._lock:
                for program in self._programs:
                    self._see_to(program)

    def _see_to(self, program: Program) -> None:
        now = time.monotonic()
        if not program.wanted:
            return
        if program.process is None:
            if now >= program.due_at:
                self._spawn(program)
            return
        status = program.process.poll()
        if status is None:
            if now - program.started_at > _STEADY_S:
                program.pause_s = _FIRST_PAUSE_S
            return
        if not program.ready:
            program.wanted, program.failed = False, True
            return
        program.restarts += 1
        program.due_at = now + program.pause_s
        self._say(
            f"{program.name} 已退出({_ended(status)}),{program.pause_s:g} 秒后重新启动",
            f"{program.name} ended ({_ended(status)}); starting it again in {program.pause_s:g} s",
        )
        program.pause_s = min(program.pause_s * 2, _LONGEST_PAUSE_S)
        program.process = None

    def _spawn(self, program: Program) -> None:
        launcher = [sys.executable, "-P", "-m", "door.child", str(os.getpid()), "--"]
        with _appended(program.log) as log:
            program.process = subprocess.Popen(
                [*launcher, *program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**CHECKOUT.environment(), **program.environment},
                # A Ctrl-C on the terminal reaches the supervisor alone, which stops in order.
                start_new_session=True,
            )
        program.started_at = time.monotonic()

    def _healthy(self, program: Program) -> bool:
        process = program.process
        if process is None or process.poll() is not None:
            return False
        if not all(listens(process.pid, port) for port in program.ports):
            return False
        return not program.health or answers(program.health)


def answers(url: str) -> bool:
    """Return whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own programs
            return bool(answer.status == 200)
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False


def _appended(path: Path) -> BinaryIO:
    return path.open("ab", buffering=0)


def _ended(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit {status}"
