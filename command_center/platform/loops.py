"""Loops of the worker: each in its own thread, a crashed round never stops the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from schemas.problems import MzError

log = structlog.get_logger()
_LONGEST_PAUSE_S = 4.0
_LONGEST_WAY_S = 1.0


@dataclass(frozen=True)
class Loop:
    """`round_` does one round and returns whether to go on at once; else `pause_s` passes.

    goes_first: while it has work, loops that `give_way` do a round a second at most.
    """

    name: str
    round_: Callable[[threading.Event], bool]
    pause_s: float
    goes_first: bool = False
    gives_way: bool = False


def run_loops(loops: list[Loop], stop: threading.Event) -> list[threading.Thread]:
    """Start a thread for each loop; they end when `stop` is set."""
    idle = threading.Event()
    idle.set()
    threads = [
        threading.Thread(target=_run, args=(loop, stop, idle), name=loop.name, daemon=True)
        for loop in loops
    ]
    for thread in threads:
        thread.start()
    return threads


def _name(error: Exception) -> str:
    """Return what may be logged of an error: never a foreign error's text."""
    return str(error)[:200] if isinstance(error, MzError) else type(error).__name__


def _run(loop: Loop, stop: threading.Event, idle: threading.Event) -> None:
    """`idle` is set while no loop that goes first has work."""
    failures = 0
    while not stop.is_set():
        if loop.gives_way:
            idle.wait(_LONGEST_WAY_S)
        try:
            again = loop.round_(stop)
            failures = 0
            if loop.goes_first:
                idle.clear() if again else idle.set()
        except Exception as error:  # the loop must outlive any one round
            failures += 1
            if loop.goes_first:
                idle.set()
            if failures & (failures - 1) == 0:  # the 1st, 2nd, 4th, 8th …: not a flood
                log.warning("loop.failed", loop=loop.name, error=_name(error), failures=failures)
            stop.wait(min(loop.pause_s * 2 ** min(failures, 8), _LONGEST_PAUSE_S))
            continue
        if not again:
            stop.wait(loop.pause_s)
