"""`archive`: how fast the relay makes footage durable and archives it, beside a bare append.

Sixteen devices send as fast as the relay acknowledges. The baseline writes the same frames to
one file on the same disk and core and syncs as often as the relay did, with nothing else done.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from door.bench.camera import FRAME_BYTES, Camera
from door.bench.cores import Cores, cpu_seconds
from door.bench.court import Court
from door.bench.lanes import Publisher
from door.bench.result import Baseline, Result
from door.bench.server import Server
from door.bench.tally import Tally
from door.refusal import FAILED, Refusal
from schemas import ranges
from schemas.stream import Lane

DEVICES = 16
DEFAULT_SECONDS = 8.0
_SUPPOSED_BYTES_A_S = 40_000_000
"""Sets how much is sent for the seconds asked for; the true rate is what is measured."""
_WINDOW = 64
"""Fragments that a device sends ahead of their acknowledgements."""
_MB, _MBIT_BYTES = 1_000_000, 125_000
_PATIENCE_S = 300.0
_ONE_LONG_PART = {"MZ_RELAY_PART_SECONDS": "3600"}
"""Parts are closed at the end, so that receiving and archiving can be told apart."""


@dataclass(frozen=True)
class Round:
    """One round: bytes, and until when; CPU of the relay's process up to each."""

    sent_bytes: int
    commits: int
    received_s: float
    received_cpu_s: float
    archived_s: float
    archived_cpu_s: float


def run(result: Result, court: Court, cores: Cores, seconds: float, rounds: int) -> None:
    """Measure rounds of relay and bare append in turn."""
    cores.take_load()
    each = max(20, round(seconds * _SUPPOSED_BYTES_A_S / DEVICES / FRAME_BYTES))
    done: list[Round] = []
    bare: list[float] = []
    for _ in range(rounds):
        cameras = [Camera(court, each) for _ in range(DEVICES)]
        with court.start_relay(cores, _ONE_LONG_PART) as relay:
            done.append(uvloop.run(_round(relay, court, cameras)))
        if not court.audit():
            raise relay.failure("the audit of the archive found differences")
        a_sync = done[-1].sent_bytes // max(1, done[-1].commits)
        cores.take_server()
        bare.append(_bare_append(court.site.data / "bare.log", cameras, a_sync))
        cores.take_load()
    _report(result, done, bare)


async def _round(relay: Server, court: Court, cameras: Sequence[Camera]) -> Round:
    tally = Tally()
    publishers = [Publisher(camera, tally) for camera in cameras]
    for publisher in publishers:
        await publisher.connect(court, Lane.ARCHIVE)
    begun, cpu = time.perf_counter(), cpu_seconds(relay.pid)
    async with asyncio.timeout(_PATIENCE_S):
        await asyncio.gather(*(_push(publisher) for publisher in publishers))
        received_s, received_cpu_s = time.perf_counter() - begun, cpu_seconds(relay.pid) - cpu
        while any(ranges.count(one.archived) < one.camera.fragments for one in publishers):
            await asyncio.sleep(0.01)
    archived_s, archived_cpu_s = time.perf_counter() - begun, cpu_seconds(relay.pid) - cpu
    for publisher in publishers:
        publisher.close()
    if tally.faults:
        raise Refusal(
            "bench.refused", f"中继拒收：{tally.faults[0]}", f"Refused: {tally.faults[0]}",
            status=FAILED,
        )  # fmt: skip
    sent = sum(camera.fragments for camera in cameras) * FRAME_BYTES
    return Round(sent, tally.commits, received_s, received_cpu_s, archived_s, archived_cpu_s)


async def _push(publisher: Publisher) -> None:
    """Send all of a recording, never more than a window ahead; return when it is durable."""
    for number in range(publisher.camera.fragments):
        while publisher.unacknowledged(number) >= _WINDOW:
            await asyncio.sleep(0.002)
        publisher.send(number)
        await asyncio.sleep(0)
    while publisher.unacknowledged(publisher.camera.fragments):
        await asyncio.sleep(0.002)


def _bare_append(path: Path, cameras: Sequence[Camera], a_sync: int) -> float:
    """Append the same frames in the same order and sync every `a_sync` bytes; return bytes/s."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    begun, waiting, written = time.perf_counter(), 0, 0
    try:
        for number in range(cameras[0].fragments):
            for camera in cameras:
                waiting += os.write(descriptor, camera.frame(number))
                if waiting >= a_sync:
                    os.fdatasync(descriptor)
                    written, waiting = written + waiting, 0
        os.fdatasync(descriptor)
        return (written + waiting) / (time.perf_counter() - begun)
    finally:
        os.close(descriptor)
        path.unlink()


def _report(result: Result, done: list[Round], bare: list[float]) -> None:
    received = [one.sent_bytes / one.received_s for one in done]
    archived = [one.sent_bytes / one.archived_s for one in done]
    against = [rate / alone for rate, alone in zip(received, bare, strict=True)]
    alone = sorted(bare)[len(bare) // 2] / _MB
    baseline = Baseline("append + fdatasync of the same bytes", round(alone, 1), "MB/s")
    result.add("archive.ratio_bare_append", against, "x", goal=">= 0.5", baseline=baseline)
    result.add("archive.received_rate", [r / _MB for r in received], "MB/s", baseline=baseline)
    result.add("archive.archived_rate", [r / _MB for r in archived], "MB/s", baseline=baseline)
    result.add(
        "archive.received_streams_a_core",
        [one.sent_bytes / one.received_cpu_s / _MBIT_BYTES for one in done], "streams",
    )  # fmt: skip
    result.add(
        "archive.archived_streams_a_core",
        [one.sent_bytes / one.archived_cpu_s / _MBIT_BYTES for one in done], "streams",
    )  # fmt: skip
    result.add("archive.bytes_a_sync", [r.sent_bytes / r.commits / _MB for r in done], "MB")
    closing = [
        (one.archived_cpu_s - one.received_cpu_s) * 1000 / (one.sent_bytes / _MB) for one in done
    ]
    result.add("archive.closing_cpu_per_mb", closing, "ms/MB")
