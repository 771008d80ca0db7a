"""Work on hostile bytes in a process of its own, which ends by itself when it takes too much.

A file that is broken on purpose may keep a parser busy for minutes, and nothing stops a thread.
The process sets its own limits before it reads a byte, so it ends also when its parent is killed.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable

import msgspec

from schemas.problems import Kind, MzError

CPU_SECONDS, WALL_SECONDS = 5, 60
MEMORY_BYTES = 1024 * 1024 * 1024


class _Refusal(msgspec.Struct, frozen=True):
    code: str
    kind: Kind
    detail: str


class _Outcome(msgspec.Struct, frozen=True):
    """An answer without a refusal says that the work came to its end."""

    refusal: _Refusal | None = None


def run_confined(module: str, given: bytes) -> bool:
    """Give bytes to the module's process; return whether it came to an end within its limits.

    The module calls `confine` when it is run. Errors: those that its work raises.
    """
    source, answer = os.memfd_create("given"), os.memfd_create("answer")
    try:
        with os.fdopen(os.dup(source), "wb") as file:
            file.write(given)
        os.lseek(source, 0, os.SEEK_SET)
        # No Popen: gevent's watches children by the main thread's loop, and this is another one.
        process = os.posix_spawn(
            sys.executable, [sys.executable, "-P", "-m", module],
            {"PYTHONPATH": os.pathsep.join(sys.path)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, source, 0),
                (os.POSIX_SPAWN_DUP2, answer, 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )  # fmt: skip
        os.waitpid(process, 0)
        said = os.pread(answer, os.fstat(answer).st_size, 0)
    finally:
        os.close(source)
        os.close(answer)
    try:
        outcome = msgspec.json.decode(said, type=_Outcome)
    except msgspec.DecodeError:
        return False
    if outcome.refusal is not None:
        raise MzError(outcome.refusal.code, outcome.refusal.kind, outcome.refusal.detail)
    return True


def confine(work: Callable[[bytes], None]) -> None:
    """Be the process: set the limits, do the work on what was given, answer."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.alarm(WALL_SECONDS)
    outcome = _Outcome()
    try:
        work(sys.stdin.buffer.read())
    except MzError as error:
        outcome = _Outcome(_Refusal(error.code, error.kind, error.detail))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
