"""`latency`: glass to glass, from the frame number drawn in the picture to its being read in
Chromium on the desk's wall, with sound, through device, relay and MediaSource.

The centre's programs run on the server's core; camera, encoder and browser share the other.
"""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

from door.bench.cores import Cores
from door.bench.result import Result, percentile
from door.bench.scene import Scene, need_chromium
from door.demo import open_site
from door.story.stage import Options
from door.story.telling import Telling
from door.story.watching import Watching

DEFAULT_SECONDS = 120.0
STALL_MS = 500
"""A picture that stands still for longer is a stall; frames come every 40 ms."""
_SETTLE_S = 10.0
_EVERY_S = 2.0
_TEN_MINUTES_MS = 600_000


def run(result: Result, folder: Path, cores: Cores, seconds: float, rounds: int) -> None:
    """Watch for `seconds` in all; each round is an equal share of it."""
    chromium = need_chromium()
    cores.take_load()
    with Scene(open_site(folder), Options(seconds, None), Telling()) as scene:
        scene.begin()
        with Watching(chromium) as watching:
            duty = scene.cast.duty
            watching.open_wall(f"{scene.site.public_url}/desk", duty.number, duty.password)
            watching.wait_live(scene.device.status().device)
            scene.pin_servers(cores)
            scene.watch(watching, _SETTLE_S, every_s=_EVERY_S)
            begun_ms = round(time.time() * 1000)
            scene.watch(watching, seconds, every_s=_EVERY_S)
            report(result, watching.seen, scene.device.drawn, begun_ms, rounds)


def report(
    result: Result, seen: dict[int, int], drawn: dict[int, int], begun_ms: int, rounds: int
) -> None:
    """Add the figures of frames seen (number → wall ms) and drawn; `ValueError` of nothing."""
    shown = sorted((at, frame) for frame, at in seen.items() if at >= begun_ms and frame in drawn)
    if len(shown) < rounds + 1:
        raise ValueError("no frame number was read in the picture")
    share = -(-len(shown) // rounds)
    parts = [shown[at : at + share] for at in range(0, len(shown), share)]
    delays = [[float(at - drawn[frame]) for at, frame in part] for part in parts]
    result.add("latency.p50_ms", [percentile(one, 50) for one in delays], "ms", goal="<= 300")
    result.add("latency.p95_ms", [percentile(one, 95) for one in delays], "ms", goal="<= 400")
    times = [at for at, _ in shown]
    stalls = sum(after - before > STALL_MS for before, after in pairwise(times))
    whole_ms = times[-1] - times[0]
    result.add(
        "latency.stalls_per_10min", [stalls * _TEN_MINUTES_MS / whole_ms], "stalls", goal="<= 1"
    )
    numbers = [frame for _, frame in shown]
    share_shown = 100 * len(numbers) / (max(numbers) - min(numbers) + 1)
    result.add("latency.frames_read", [share_shown], "%")
    result.notes.append(f"{len(shown)} frames in {whole_ms / 1000:.0f} s")
