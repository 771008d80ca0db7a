"""`field`: the officer's device. How soon a tap is safe, what capture and the window cost, how long
a spool of weeks takes to list and in which order it drains, and what random kills lose.

The camera is the generated one and its drawing is counted with the capture service: what a real
camera's encoder costs is less.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from door.bench.cores import cpu_seconds, resident_bytes
from door.bench.field_kills import Kills
from door.bench.field_window import Window
from door.bench.result import Result, percentile
from door.bench.scene import Scene
from door.demo import open_site
from door.places import CHECKOUT
from door.story.device import OfficersDevice
from door.story.stage import Options
from door.story.telling import Telling
from field_app.local_api.recording import FootageBy

DEFAULT_SECONDS, DEFAULT_KILLS = 10.0, 200
_RECORDS, _GIGABYTES = 10_000, 100
_TOUCHES, _TAPS, _LISTINGS = 30, 5, 5
_WARM_S, _LOOK_S, _SAMPLE_S = 3.0, 0.005, 1.0
_FRAGMENTS_OF_8_H = 8 * 3600 * 5


def run(result: Result, folder: Path, seconds: float, kills: int, minutes: float | None) -> None:
    """Measure one device at a real centre; with `minutes` also its memory over so long."""
    with Scene(open_site(folder), Options(0, None, generated="generated:busy"), Telling()) as scene:
        scene.set_up()
        _taps(result, scene)
        _capture(result, scene, seconds)
        _window(result, scene, seconds)
        if minutes is not None:
            _long_recording(result, scene, minutes)
        scene.stop_device()
        done = Kills(scene.device, scene.cast.operation).run(kills)
        _weeks(result, scene, seconds)
    if minutes is not None:
        _full_speed(result, scene.device.data, minutes)
    result.add("field.lost", [len(done.lost)], "items", goal="<= 0")
    result.add("field.kills", [kills], "kills")
    result.add("field.kept", [done.kept], "items")
    result.notes += done.lost[:5]
    result.notes.append("generated camera, drawn by the service itself and counted with it")


def _taps(result: Result, scene: Scene) -> None:
    """From the call to record until the spool holds the first fragment, camera cold."""
    taken = []
    for _ in range(_TAPS):
        begun = time.perf_counter()
        scene.device.start_recording(scene.cast.operation)
        while (running := scene.device.status().recording) is None or not running.recorded:
            time.sleep(_LOOK_S)
        taken.append((time.perf_counter() - begun) * 1000)
        scene.device.stop("测量")
    result.add("field.first_fragment_ms", taken, "ms", goal="<= 700")


def _capture(result: Result, scene: Scene, seconds: float) -> None:
    """What the service and its encoder take while a window watches the preview."""
    process = scene.program("device").process
    assert process is not None  # noqa: S101 - the stage started it
    scene.device.record(scene.cast.operation)
    with _preview(scene.device):
        time.sleep(_WARM_S)
        before = _with_children(process.pid)
        time.sleep(seconds)
        spent = _with_children(process.pid) - before
    scene.device.stop("测量")
    result.add("field.capture_cpu_pct", [100 * spent / seconds], "% core", goal="<= 30")


def _with_children(pid: int) -> float:
    children = {
        int(word)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for word in (task / "children").read_text("utf-8").split()
    }
    return cpu_seconds(pid) + sum(map(cpu_seconds, children))


@contextlib.contextmanager
def _preview(device: OfficersDevice) -> Iterator[None]:
    link = device.preview()

    def drain() -> None:
        with contextlib.suppress(OSError):
            while link.recv(1 << 20):
                pass

    thread = threading.Thread(target=drain, daemon=True)
    thread.start()
    yield
    link.close()


def _window(result: Result, scene: Scene, seconds: float) -> None:
    """The real window offscreen: its first frame once warm, touches, and idleness."""
    service = scene.program("device").process
    assert service is not None  # noqa: S101 - the stage started it
    first = []
    for _ in range(3):
        with Window(scene.device.data, 0) as window:
            first.append(window.first_frame_ms())
    result.add("field.first_frame_ms", first[1:], "ms", goal="<= 1000")
    with Window(scene.device.data, _TOUCHES) as window:
        window.first_frame_ms()
        result.add("field.touch_p95_ms", [percentile(window.touches(), 95)], "ms", goal="<= 100")
        before = [cpu_seconds(pid) for pid in (window.pid, service.pid)]
        time.sleep(seconds)
        after = [cpu_seconds(pid) for pid in (window.pid, service.pid)]
    for name, was, now in zip(("window", "service"), before, after, strict=True):
        spent = 100 * (now - was) / seconds
        result.add(f"field.idle_{name}_cpu_pct", [spent], "% core", goal="<= 3")


def _long_recording(result: Result, scene: Scene, minutes: float) -> None:
    """Record in real time and look at the memory of the service."""
    process = scene.program("device").process
    assert process is not None  # noqa: S101 - the stage started it
    scene.device.record(scene.cast.operation)
    memory, until = [], time.monotonic() + minutes * 60
    while time.monotonic() < until:
        memory.append(resident_bytes(process.pid))
        time.sleep(_SAMPLE_S)
    scene.device.stop("测量")
    each = max(1, len(memory) // 5)
    fifths = [statistics.median(memory[n * each : (n + 1) * each] or memory) for n in range(5)]
    _add_growth(result, "field.recording", fifths)
    result.notes.append(f"recorded {minutes:g} min in real time")


def _full_speed(result: Result, data: Path, minutes: float) -> None:
    """Keep fragments of a simulated size at full speed: eight hours' worth for 45 minutes."""
    count = round(_FRAGMENTS_OF_8_H * minutes / 45)
    said = _simulate(data, "--fragments", str(max(5, count)))
    _add_growth(result, "field.full_speed", json.loads(said))
    result.notes.append(f"{count} fragments at full speed, sizes simulated")


def _add_growth(result: Result, name: str, fifths: list[float]) -> None:
    growth = 100 * (fifths[4] - fifths[1]) / fifths[1]
    result.add(f"{name}_memory_growth_percent", [growth], "%", goal="<= 5")
    result.add(f"{name}_memory_mb", [each / 1_000_000 for each in fifths], "MB")


def _weeks(result: Result, scene: Scene, seconds: float) -> None:
    """Queue records and simulated footage, list them, and see in which order records leave."""
    device = scene.device
    _simulate(device.data, "--records", str(_RECORDS), "--gigabytes", str(_GIGABYTES))
    with _serving(device) as ready_s:
        result.add("field.full_spool_ready_ms", [ready_s * 1000], "ms")
        listed = []
        for _ in range(_LISTINGS):
            begun = time.perf_counter()
            device.status()
            device.outbox()
            device.outbox_groups()
            listed.append((time.perf_counter() - begun) * 1000)
        result.add("field.list_ms", listed, "ms", goal="<= 200")
        before = _received(device.data)
        time.sleep(seconds)
        result.add("field.drain_records_s", [(_received(device.data) - before) / seconds], "1/s")
    result.add("field.out_of_order", [_overtaken(device.data)], "records", goal="<= 0")
    result.notes.append(
        f"{_RECORDS} records, {_GIGABYTES} GB of simulated footage (rows without bytes)"
    )


def _simulate(data: Path, *words: str) -> str:
    command = [str(CHECKOUT.python), "-m", "field_app.spool.simulated", "--data", str(data), *words]
    return subprocess.run(
        command, cwd=CHECKOUT.root, capture_output=True, check=True, text=True
    ).stdout


@contextlib.contextmanager
def _serving(device: OfficersDevice) -> Iterator[float]:
    """Run the service of a device; gives how long it took until it answered."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*device.command(), "--network", "simulated:mobile"],
        cwd=CHECKOUT.root, stdin=subprocess.DEVNULL, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=CHECKOUT.environment(),
    )  # fmt: skip
    try:
        device.connect()
        device.status()
        ready_s = time.perf_counter() - begun
        device.send_footage_by(FootageBy.UNMETERED)
        yield ready_s
    finally:
        device.close()
        process.terminate()
        process.wait(30)


def _received(data: Path) -> int:
    return int(_facts(data, "SELECT count(*) FROM outbox WHERE state = 'received'"))


def _overtaken(data: Path) -> int:
    """Return how many markers wait though a later one arrived."""
    return int(
        _facts(
            data,
            "SELECT count(*) FROM outbox WHERE state <> 'received' AND kind = 'marker' AND seq <"
            " (SELECT coalesce(max(seq), 0) FROM outbox WHERE state = 'received'"
            " AND kind = 'marker')",
        )
    )


def _facts(data: Path, query: str) -> int:
    with contextlib.closing(sqlite3.connect(data / "spool.db", timeout=10)) as database:
        return int(database.execute(query).fetchone()[0])
