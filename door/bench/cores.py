"""Which core does what, and what a process costs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from door.refusal import Refusal


class Cores:
    """The first core is the server's, the last one the load's; with one core both are the same."""

    def __init__(self) -> None:
        allowed = sorted(os.sched_getaffinity(0))
        self.all, self.server, self.load = frozenset(allowed), allowed[0], allowed[-1]

    def on_server(self, command: list[str]) -> list[str]:
        """Return a command line that runs on the server's core; `bench.no_taskset` without it."""
        taskset = shutil.which("taskset")
        if taskset is None:
            raise Refusal(
                "bench.no_taskset",
                "没有 taskset(util-linux)，无法固定 CPU 核。",
                "There is no taskset (util-linux) to pin programs to a core.",
            )
        return [taskset, "-c", str(self.server), *command]

    def move_to_server(self, pid: int) -> None:
        """Put every thread of a running process on the server's core."""
        for task in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(task), {self.server})

    def take_load(self) -> None:
        """Put the calling thread on the load's core."""
        os.sched_setaffinity(0, {self.load})

    def take_server(self) -> None:
        """Put the calling thread on the server's core, for a baseline without a server."""
        os.sched_setaffinity(0, {self.server})


def cpu_seconds(pid: int) -> float:
    """Return the time that the threads of a process ran so far, user and system, to the µs."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text("utf-8").split()[0])
        except FileNotFoundError:
            continue  # a thread that ended just now
    return total / 1e9


def resident_bytes(pid: int) -> int:
    """Return what a process holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * os.sysconf(
        "SC_PAGE_SIZE"
    )
