"""One run of fan-out: publishers paced evenly, viewers that take the time, one open window."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from door.bench.camera import FRAGMENT_MS, FRAGMENTS_A_HEAD, Camera
from door.bench.cores import cpu_seconds, resident_bytes
from door.bench.court import Court
from door.bench.lanes import Publisher, Viewer
from door.bench.nginx import APP
from door.bench.result import percentile
from door.bench.rtmp import Cut, RtmpPublisher, RtmpViewer
from door.bench.server import Server
from door.bench.tally import Tally
from door.refusal import FAILED, Refusal
from schemas import ranges
from schemas.stream import Lane

WARM_UP_S = 2.0
_MB = 1_000_000
_PATIENCE_S = 120.0
_AT_ONCE = 50


class Source(Protocol):
    """What sends fragment n when it is told to."""

    def send(self, number: int) -> None:
        """Send it."""


@dataclass(frozen=True)
class Run:
    """What one run found. CPU in seconds of the server's process while the window was open."""

    tally: Tally
    seconds: float
    cpu_s: float
    closing_cpu_s: float
    sent_bytes: int
    resident_growth: int

    @property
    def cpu_ms_per_mb(self) -> float:
        """CPU a delivered MB; a MB sent where nobody watches."""
        return self.cpu_s * 1000 / ((self.tally.delivered_bytes or self.tally.sent_bytes) / _MB)

    @property
    def p95_ms(self) -> float:
        """The 95th percentile from sent to seen."""
        return percentile(self.tally.seen_ms, 95)


def fragments_for(seconds: float) -> int:
    """Return how many fragments a publisher sends in warm-up, window and the rest."""
    a_second = 1000 // FRAGMENT_MS
    whole = round((WARM_UP_S + seconds + 1) * a_second)
    return -(-whole // FRAGMENTS_A_HEAD) * FRAGMENTS_A_HEAD


async def relay_run(
    server: Server, court: Court, cameras: Sequence[Camera], viewers_each: int, seconds: float,
    stalled: int = 0,
) -> Run:  # fmt: skip
    """Run against the relay; afterwards its parts are closed, which is counted apart."""
    tally = Tally()
    publishers = [Publisher(camera, tally) for camera in cameras]
    viewers = [Viewer(one, tally) for one in publishers for _ in range(viewers_each)]
    idle = [Viewer(publishers[i % len(publishers)], Tally()) for i in range(stalled)]
    for publisher in publishers:
        await publisher.connect(court, Lane.LIVE)
    for viewer in (*viewers, *idle):
        await viewer.connect(court)
    everyone = (*viewers, *idle)
    await _until(lambda: all(one.welcome for one in everyone), server, "a viewer was not let in")
    for viewer in idle:
        viewer.stall()
    cpu, took, growth = await _window(server, publishers, tally, seconds)
    await _until(
        lambda: all(not p.unacknowledged(p.camera.fragments) for p in publishers),
        server, "not everything was received",
    )  # fmt: skip
    before = cpu_seconds(server.pid)
    await _until(
        lambda: all(ranges.count(p.archived) == p.camera.fragments for p in publishers),
        server, "not everything was archived",
    )  # fmt: skip
    closing = cpu_seconds(server.pid) - before
    for publisher in publishers:
        publisher.close()
    for viewer in (*viewers, *idle):
        viewer.close()
    if tally.faults:
        raise server.failure(f"refused: {tally.faults[0]}")
    sent = sum(camera.fragments for camera in cameras) * len(cameras[0].frame(0))
    return Run(tally, took, cpu, closing, sent, growth)


async def nginx_run(
    server: Server, port: int, publishers: int, viewers_each: int, seconds: float, cut: Cut
) -> Run:
    """Run against nginx-rtmp, the fragments cut into messages as `cut` says."""
    tally, each = Tally(), fragments_for(seconds)
    sources = [RtmpPublisher(f"stream{n}", each, tally, cut) for n in range(publishers)]
    viewers = [RtmpViewer(one, tally) for one in sources for _ in range(viewers_each)]
    for some in (sources, viewers):
        # Many at once: each command waits for the answer, which the kernel may hold back 40 ms.
        for at in range(0, len(some), _AT_ONCE):
            await asyncio.gather(*(one.begin(port, APP) for one in some[at : at + _AT_ONCE]))
    cpu, took, growth = await _window(server, sources, tally, seconds, cut.messages)
    for one in (*viewers, *sources):
        one.close()
    return Run(tally, took, cpu, 0.0, each * publishers, growth)


async def _window(
    server: Server, sources: Sequence[Source], tally: Tally, seconds: float, pieces: int = 1
) -> tuple[float, float, int]:
    """Send at the pace of the recordings; return CPU seconds, seconds and memory growth."""
    pacing = asyncio.create_task(_pace(sources, fragments_for(seconds), tally, pieces))
    await asyncio.sleep(WARM_UP_S)
    cpu, begun, resident = cpu_seconds(server.pid), time.perf_counter(), resident_bytes(server.pid)
    tally.open = True
    await asyncio.sleep(seconds)
    tally.open = False
    cpu, took = cpu_seconds(server.pid) - cpu, time.perf_counter() - begun
    growth = resident_bytes(server.pid) - resident
    await pacing
    if not tally.sent_bytes:
        raise Refusal("bench.nothing_sent", "没有发出数据", "Nothing was sent", status=FAILED)
    return cpu, took, growth


async def _pace(sources: Sequence[Source], fragments: int, tally: Tally, pieces: int) -> None:
    """Spread the sources over the time of a fragment (or of each of its pieces); keep to the
    clock, however late."""
    step = FRAGMENT_MS / 1000 / pieces / len(sources)
    begun, sent = time.perf_counter(), 0
    for number in range(fragments * pieces):
        for source in sources:
            due = begun + sent * step
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if tally.open:
                tally.late_ms.append((time.perf_counter() - due) * 1000)
            source.send(number)
            sent += 1


async def _until(true: Callable[[], bool], server: Server, what: str) -> None:
    """Wait until something is true; `bench.server_failed` with the server's last lines."""
    until = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > until:
            raise server.failure(what)
        await asyncio.sleep(0.02)
