"""`relay`: live fan-out with all checks and the archive on, beside nginx-rtmp that does neither.

Rounds of relay and baseline follow each other, so that both meet the same machine. CPU a
delivered MB is counted up to `received`; closing parts comes after the window and is told apart.
The baseline gets the same bytes as RTMP has them, a message a frame; the same as one message a
fragment, which no camera sends, is measured too.
Fan-out alone is one publisher with a thousand viewers, where receiving costs next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import uvloop

from door.bench.camera import Camera
from door.bench.cores import Cores
from door.bench.court import Court
from door.bench.fanout import Run, fragments_for, nginx_run, relay_run
from door.bench.nginx import start_nginx
from door.bench.result import Baseline, Result, percentile
from door.bench.rtmp import FRAGMENTS, FRAMES, Cut

DEFAULT_SECONDS = 10.0
VIEWERS_EACH = 2
_CROWD = 1000
_STALL_PUBLISHERS, _STALLED = 20, 10
_MB = 1_000_000
_ONE_LONG_PART = {"MZ_RELAY_PART_SECONDS": "3600"}


@dataclass(frozen=True)
class Size:
    """How large and how long: publishers, seconds of a window, rounds."""

    publishers: int
    seconds: float
    rounds: int


@dataclass
class _Rounds:
    """The runs of each kind."""

    relay: list[Run] = field(default_factory=list)
    nginx: list[Run] = field(default_factory=list)
    nginx_cheapest: list[Run] = field(default_factory=list)
    crowd: list[Run] = field(default_factory=list)
    nginx_crowd: list[Run] = field(default_factory=list)
    calm: list[Run] = field(default_factory=list)
    stalled: list[Run] = field(default_factory=list)


class Stage:
    """Where the runs of this bench take place."""

    def __init__(self, court: Court, cores: Cores, seconds: float) -> None:
        self._court, self._cores, self._seconds = court, cores, seconds

    def relay(self, publishers: int, viewers_each: int, stalled: int = 0) -> Run:
        """Run once against a fresh relay; its folder is audited at the end."""
        cameras = [Camera(self._court, fragments_for(self._seconds)) for _ in range(publishers)]
        with self._court.start_relay(self._cores, _ONE_LONG_PART) as relay:
            run = uvloop.run(
                relay_run(relay, self._court, cameras, viewers_each, self._seconds, stalled)
            )
            if not self._court.audit():
                raise relay.failure("the audit of the archive found differences")
        return run

    def nginx(self, publishers: int, viewers_each: int, cut: Cut = FRAMES) -> Run:
        """Run once against a fresh nginx-rtmp."""
        port = self._court.free_port()
        with start_nginx(self._cores, self._court.site.data, port, cut) as nginx:
            return uvloop.run(nginx_run(nginx, port, publishers, viewers_each, self._seconds, cut))


def run(result: Result, court: Court, cores: Cores, size: Size) -> None:
    """Measure all rounds and report."""
    cores.take_load()
    stage, done = Stage(court, cores, size.seconds), _Rounds()
    for _ in range(size.rounds):
        done.relay.append(stage.relay(size.publishers, VIEWERS_EACH))
        done.nginx.append(stage.nginx(size.publishers, VIEWERS_EACH))
        done.nginx_cheapest.append(stage.nginx(size.publishers, VIEWERS_EACH, FRAGMENTS))
        crowd = max(1, _CROWD * size.publishers // 300)
        done.crowd.append(stage.relay(1, crowd))
        done.nginx_crowd.append(stage.nginx(1, crowd))
        done.calm.append(stage.relay(_STALL_PUBLISHERS, VIEWERS_EACH))
        done.stalled.append(stage.relay(_STALL_PUBLISHERS, VIEWERS_EACH, _STALLED))
    _report_cost(result, done)
    _report_time(result, done)
    _report_stalled(result, done)
    result.notes.append(
        f"{size.publishers} × {VIEWERS_EACH} × 1 Mbit/s, {size.seconds:g} s a round; "
        f"one to {_CROWD * size.publishers // 300}"
    )


def _report_cost(result: Result, done: _Rounds) -> None:
    relay = [one.cpu_ms_per_mb for one in done.relay]
    nginx = [one.cpu_ms_per_mb for one in done.nginx]
    ratios = [mine / theirs for mine, theirs in zip(relay, nginx, strict=True)]
    beside = Baseline("nginx-rtmp", round(sorted(nginx)[len(nginx) // 2], 3), "ms/MB")
    result.add("relay.cpu_ratio_nginx", ratios, "x", goal="<= 1.0", baseline=beside)
    result.add("relay.cpu_per_mb", relay, "ms/MB", baseline=beside)
    cheapest = [one.cpu_ms_per_mb for one in done.nginx_cheapest]
    ratios = [mine / theirs for mine, theirs in zip(relay, cheapest, strict=True)]
    named = "nginx-rtmp, a message a fragment"
    least = Baseline(named, round(sorted(cheapest)[len(cheapest) // 2], 3), "ms/MB")
    result.add("relay.cpu_ratio_nginx_cheapest", ratios, "x", baseline=least)
    result.add("relay.cpu_share", [100 * one.cpu_s / one.seconds for one in done.relay], "% core")
    fanout = [one.cpu_ms_per_mb for one in done.crowd]
    theirs = [one.cpu_ms_per_mb for one in done.nginx_crowd]
    ratios = [mine / other for mine, other in zip(fanout, theirs, strict=True)]
    beside = Baseline("nginx-rtmp", round(sorted(theirs)[len(theirs) // 2], 3), "ms/MB")
    result.add("relay.fanout_cpu_ratio_nginx", ratios, "x", goal="<= 0.5", baseline=beside)
    result.add("relay.fanout_cpu_per_mb", fanout, "ms/MB", baseline=beside)
    closing = [one.closing_cpu_s * 1000 / (one.sent_bytes / _MB) for one in done.relay]
    result.add("relay.closing_cpu_per_mb", closing, "ms/MB")


def _report_time(result: Result, done: _Rounds) -> None:
    theirs = sorted(one.p95_ms for one in done.nginx)[len(done.nginx) // 2]
    beside = Baseline("nginx-rtmp p95", round(theirs, 2), "ms")
    result.add(
        "relay.p95_ms", [one.p95_ms for one in done.relay], "ms", goal="<= 20", baseline=beside
    )
    durable = [percentile(one.tally.durable_ms, 95) for one in done.relay]
    result.add("relay.received_p95_ms", durable, "ms", goal="<= 150")
    theirs = sorted(one.p95_ms for one in done.nginx_crowd)[len(done.nginx_crowd) // 2]
    crowd = Baseline("nginx-rtmp p95", round(theirs, 2), "ms")
    result.add("relay.one_to_1000_p95_ms", [one.p95_ms for one in done.crowd], "ms", baseline=crowd)
    late = [percentile(one.tally.late_ms, 95) for one in done.relay]
    result.add("relay.load_late_p95_ms", late, "ms")


def _report_stalled(result: Result, done: _Rounds) -> None:
    calm = sorted(one.p95_ms for one in done.calm)[len(done.calm) // 2]
    others = [one.p95_ms for one in done.stalled]
    beside = Baseline("without a stalled viewer", round(calm, 2), "ms")
    goal = f"<= {max(calm * 1.2, calm + 2):.3g}"
    result.add("relay.stalled_others_p95_ms", others, "ms", goal=goal, baseline=beside)
    grown = [
        max(0, stalled.resident_growth - plain.resident_growth) / _STALLED / _MB
        for stalled, plain in zip(done.stalled, done.calm, strict=True)
    ]
    result.add("relay.stalled_memory_mb", grown, "MB", goal="<= 2")
