"""`soak`: the shipped relay under an even load for long, with parts of the usual length.

Its memory is read each second. Growth is the median of the last fifth less that of the second
fifth: the first one, in which the first parts are filled and closed, is warming up. Everything
that was sent must be archived at the end, and the audit must find nothing, or the bench fails.
"""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass

import uvloop

from door.bench.camera import Camera
from door.bench.cores import Cores, resident_bytes
from door.bench.court import Court
from door.bench.fanout import Run, fragments_for, relay_run
from door.bench.result import Result, percentile
from door.bench.server import Server

DEFAULT_MINUTES = 45.0
DEFAULT_PUBLISHERS = 100
VIEWERS_EACH = 2
_SAMPLE_S = 1.0
_MB = 1_000_000


@dataclass(frozen=True)
class Soaked:
    """What one long run found: the run, and memory in bytes, second by second."""

    run: Run
    memory: list[int]

    def fifth(self, number: int) -> float:
        """Return the median of one fifth of the time, 1 to 5, in MB."""
        length = max(1, len(self.memory) // 5)
        part = self.memory[(number - 1) * length : number * length]
        return statistics.median(part or self.memory) / _MB


def run(result: Result, court: Court, cores: Cores, publishers: int, minutes: float) -> None:
    """Run once, long, and report."""
    cores.take_load()
    seconds = minutes * 60
    cameras = [Camera(court, fragments_for(seconds)) for _ in range(publishers)]
    with court.start_relay(cores, {}) as relay:
        done = uvloop.run(_soak(relay, court, cameras, seconds))
    if not court.audit():
        raise relay.failure("the audit of the archive found differences")
    _report(result, done)
    sent = sum(camera.fragments for camera in cameras)
    result.notes.append(
        f"{publishers} × {VIEWERS_EACH} × 1 Mbit/s, {minutes:g} min; {sent} fragments archived, "
        "audited, none missing"
    )


async def _soak(relay: Server, court: Court, cameras: list[Camera], seconds: float) -> Soaked:
    memory: list[int] = []
    sampling = asyncio.create_task(_sample(relay.pid, memory))
    try:
        done = await relay_run(relay, court, cameras, VIEWERS_EACH, seconds)
    finally:
        sampling.cancel()
    return Soaked(done, memory)


async def _sample(pid: int, memory: list[int]) -> None:
    while True:
        memory.append(resident_bytes(pid))
        await asyncio.sleep(_SAMPLE_S)


def _report(result: Result, done: Soaked) -> None:
    fifths = [done.fifth(number) for number in range(1, 6)]
    growth = fifths[4] - fifths[1]
    result.add("soak.memory_growth_percent", [100 * growth / fifths[1]], "%", goal="<= 5")
    result.add("soak.memory_mb", fifths, "MB")
    tally = done.run.tally
    result.add("soak.p95_ms", [done.run.p95_ms], "ms", goal="<= 20")
    result.add("soak.received_p95_ms", [percentile(tally.durable_ms, 95)], "ms", goal="<= 150")
    result.add("soak.skipped", [tally.skipped], "fragments", goal="<= 0")
    result.add("soak.cpu_share", [100 * done.run.cpu_s / done.run.seconds], "% core")
