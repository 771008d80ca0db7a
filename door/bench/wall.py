"""`wall`: sixteen live tiles in one browser. A real device encodes the small rendition; what the
relay showed of it is replayed by sixteen simulated devices, and Chromium shows them all.

The centre's programs run on the server's core; replay and browser share the other.
"""

from __future__ import annotations

import time
from pathlib import Path

from door.bench.cores import Cores
from door.bench.link import ages_of
from door.bench.replay import Replay, Taken, take
from door.bench.result import Result, percentile
from door.bench.scene import Scene, need_chromium
from door.demo import open_site
from door.story.stage import Options
from door.story.telling import Telling
from door.story.watching import Watching
from schemas.media.fragment import Rendition

DEFAULT_SECONDS = 40.0
TILES = 16
_SETTLE_S, _SPARE_S, _EVERY_S = 8.0, 14.0, 1.0
_SIZE = (1920, 1080)


def run(result: Result, folder: Path, cores: Cores, seconds: float) -> None:
    """Record for long enough, then replay and watch for `seconds`."""
    chromium = need_chromium()
    cores.take_load()
    with Scene(open_site(folder), Options(seconds, None), Telling()) as scene:
        scene.begin()
        scene.pin_servers(cores)
        taken = _recorded(scene, seconds + _SETTLE_S + _SPARE_S)
        devices = [
            Replay(
                scene.site.public_url, scene.desk.enrolment_code(scene.cast.officer),
                f"模拟 {number:02d}", taken,
            )
            for number in range(TILES)
        ]  # fmt: skip
        begin = time.monotonic() + 1.0
        for number, device in enumerate(devices):
            device.begin(begin + number / TILES)
        with Watching(chromium) as watching:
            _watch(result, scene, watching, devices, seconds)
        for device in devices:
            device.stop()
    result.notes.append("sixteen devices are simulated: they replay one recording, a sixteenth of "
                        "a second after one another")  # fmt: skip


def _recorded(scene: Scene, seconds: float) -> Taken:
    """Return the small rendition of the real device, which is stopped afterwards."""
    device = scene.device.status().device
    made = scene.desk.watch_ticket(device)
    taken = take(made, Rendition.SMALL, seconds, lambda: scene.device.status())
    scene.device.stop("执行完毕")
    scene.stop_device()
    return taken


def _watch(
    result: Result, scene: Scene, watching: Watching, devices: list[Replay], seconds: float
) -> None:
    duty = scene.cast.duty
    watching.open_wall(f"{scene.site.public_url}/desk", duty.number, duty.password, _SIZE)
    for device in devices:
        watching.wait_live(device.device)
    _collect(watching, _SETTLE_S)
    begun_ms, before = _now_ms(), watching.dropped()
    _collect(watching, seconds)
    ended_ms, after = _now_ms(), watching.dropped()
    drawn = scene.device.drawn
    shown = {
        device.device: sorted(
            (at, drawn[frame] + device.later_ms)
            for frame, at in watching.seen_of(device.device).items()
            if frame in drawn
        )
        for device in devices
    }
    report(result, list(shown.values()), begun_ms, ended_ms)
    dropped, total = (late - early for early, late in zip(before, after, strict=True))
    result.add("latency.wall16_dropped", [100 * dropped / total], "%", goal="<= 5")


def _collect(watching: Watching, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(_EVERY_S, left))
        watching.collect()


def report(result: Result, shown: list[list[tuple[int, int]]], since: int, until: int) -> None:
    """Add the ages of the pictures of each tile, (seen at, drawn at) in Unix ms, ascending.

    The age at a moment is that of the picture that is in sight then, so that one that stands
    still grows old.
    """
    every = [ages_of(one, since, until) for one in shown]
    if not all(every):
        raise ValueError("a tile whose frame number was never read")
    together = [age for one in every for age in one]
    worst = max(percentile(one, 95) for one in every)
    result.add("latency.wall16_age_p50_ms", [percentile(together, 50)], "ms")
    result.add("latency.wall16_age_p95_ms", [percentile(together, 95)], "ms", goal="<= 1000")
    result.add("latency.wall16_worst_tile_p95_ms", [worst], "ms")
    read = sum(since <= at < until for one in shown for at, _ in one)
    result.add("latency.wall16_frames_a_second", [1000 * read / (until - since) / len(shown)], "/s")


def _now_ms() -> int:
    return round(time.time() * 1000)
