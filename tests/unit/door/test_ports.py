"""Ports are lent to one process at a time, so that courts may be started side by side."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys

from door.ports import free_triple
from tests.patience import eventually

FIRST = 31_000
_ASK = "import sys; from door.ports import free_triple; print(free_triple(int(sys.argv[1])))"


def asked(first: int, *, lives: bool = False) -> subprocess.Popen[str]:
    """Start a process that asks for three ports, and keeps them until its input ends."""
    code = f"{_ASK}; sys.stdout.flush(); {'sys.stdin.read()' if lives else ''}"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(first)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def given(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_two_processes_side_by_side_are_given_different_ports() -> None:
    with asked(FIRST, lives=True) as one, asked(FIRST, lives=True) as other:
        first, second = given(one), given(other)
        assert abs(first - second) >= 3
        assert free_triple(FIRST) not in (first, second)
        one.communicate()
        other.communicate()


def test_whose_process_was_killed_gives_his_ports_back() -> None:
    with asked(FIRST, lives=True) as one:
        port = given(one)
        one.kill()

    def had() -> bool:
        with asked(port) as other:
            return given(other) == port

    eventually(had, f"port {port}")


def test_ports_where_somebody_else_listens_are_passed_over() -> None:
    base = free_triple(FIRST) + 10
    with socket.socket() as taken:
        with contextlib.suppress(OSError):  # or somebody has it already
            taken.bind(("127.0.0.1", base + 2))
            taken.listen()
        assert free_triple(base) > base
