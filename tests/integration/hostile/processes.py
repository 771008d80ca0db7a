"""Process trees from /proc: who descends from whom, and who of them still lives."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """A process; with its start it is not mistaken for a later one of the same number."""

    pid: int
    started: str
    command: str


def _stat(pid: int) -> tuple[int, str, str] | None:
    """Return parent, state and start of a process, or None if there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), fields[0], fields[19]


def descendants(root: int) -> set[Process]:
    """Return the processes that a process started, and those that they started."""
    parents: dict[int, int] = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit() and (stat := _stat(int(each.name))):
            parents[int(each.name)] = stat[0]
    found: set[int] = set()
    grown = {root}
    while grown:
        grown = {pid for pid, parent in parents.items() if parent in grown} - found
        found |= grown
    return {process for pid in found if (process := _process(pid))}


def _process(pid: int) -> Process | None:
    stat = _stat(pid)
    if stat is None:
        return None
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return None
    return Process(pid, stat[2], command[:120])


def alive(processes: set[Process]) -> list[Process]:
    """Return those that still run; what only waits for its parent to look is dead."""
    return [
        each
        for each in processes
        if (stat := _stat(each.pid)) and stat[2] == each.started and stat[1] not in "ZX"
    ]
