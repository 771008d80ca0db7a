"""`playback`: a long recording in the archive: how fast it opens and seeks in Chromium, whether
every frame and sound packet comes back, and how fast it leaves as MP4, beside `ffmpeg -c copy`.

The whole centre runs as in the demo, relay and web on the server's core; the browser has the other.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import msgspec
import requests
import uvloop
from playwright.sync_api import Page, sync_playwright

from door.bench.camera import FRAGMENT_MS, Camera
from door.bench.cores import Cores
from door.bench.enrolled import Enrolled
from door.bench.lanes import Publisher
from door.bench.reel import Reel
from door.bench.result import Baseline, Result, percentile
from door.bench.scene import Scene, need_chromium
from door.bench.tally import Tally
from door.demo import open_site
from door.refusal import FAILED, Refusal
from door.story.stage import Options
from door.story.telling import Telling, wait_for
from door.story.watching import FLAGS
from schemas import ranges
from schemas.exports import ExportOrder, ExportState, Film, Stage
from schemas.ids import new_id
from schemas.stream import Lane

DEFAULT_SECONDS = 7200.0
SEEKS = 40
OPENS = 5
_WINDOW = 64
_PATIENCE_S = 600.0
_SCRIPT = Path(__file__).with_name("picture_clock.js")
_SEED = 20261125


def run(result: Result, folder: Path, cores: Cores, seconds: float, rounds: int) -> None:
    """Plant a recording of so many seconds, then open, seek, read back and export it."""
    chromium = need_chromium()
    whole = max(60, round(seconds))
    folder.mkdir(parents=True, exist_ok=True)
    reel = Reel(folder / "reel.mp4", whole, FRAGMENT_MS)
    cores.take_load()
    with Scene(open_site(folder / "site"), Options(seconds, None), Telling()) as scene:
        scene.set_up()
        recording = _plant(scene, reel, whole)
        scene.pin_servers(cores)
        _watch(result, scene, chromium, recording, whole)
        _read_back(result, scene, recording, reel)
        _export(result, scene, cores, recording, reel, rounds)
    result.notes.append(f"{whole} s, {reel.size / 1e6:.0f} MB, {len(reel)} fragments")


def _plant(scene: Scene, reel: Reel, seconds: int) -> str:
    """Send the reel as one recording of the day's operation; return once the desk shows it."""
    gate = Enrolled(scene.site, scene.desk, scene.cast.officer)
    camera = Camera(
        gate, len(reel), reel, owner=(gate.device, gate.signer),
        operation=scene.cast.operation, ago_ms=seconds * 1000,
    )  # fmt: skip
    uvloop.run(_push(gate, camera))
    wait_for(
        lambda: scene.desk.can_play(camera.recording) or None, 60, "bench.not_indexed",
        "指挥中心没有录像", "The centre does not know the recording",
    )  # fmt: skip
    return camera.recording


async def _push(gate: Enrolled, camera: Camera) -> None:
    tally = Tally()
    publisher = Publisher(camera, tally)
    await publisher.connect(gate, Lane.ARCHIVE)
    async with asyncio.timeout(_PATIENCE_S):
        for number in range(camera.fragments):
            while publisher.unacknowledged(number) >= _WINDOW:
                await asyncio.sleep(0.002)
            publisher.send(number)
            await asyncio.sleep(0)
        while ranges.count(publisher.archived) < camera.fragments and not tally.faults:
            await asyncio.sleep(0.1)
    publisher.close()
    if tally.faults:
        raise Refusal(
            "bench.refused", f"中继拒收：{tally.faults[0]}", f"Refused: {tally.faults[0]}",
            status=FAILED,
        )  # fmt: skip


def _watch(result: Result, scene: Scene, chromium: str, recording: str, seconds: int) -> None:
    opens: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        context.add_init_script(path=str(_SCRIPT))
        page = context.new_page()
        desk, duty = f"{scene.site.public_url}/desk", scene.cast.duty
        page.goto(f"{desk}/sign-in")
        page.locator("input[name=number]").fill(duty.number)
        page.locator("input[name=password]").fill(duty.password)
        page.locator("main form button").first.click()
        for _ in range(OPENS):
            page.goto(f"{desk}/recordings")
            opens.append(_opened(page, recording))
        seeks = [_sought(page, at) for at in _places(seconds)]
        browser.close()
    result.add("playback.opens_ms", opens, "ms", goal="<= 1000")
    result.add("playback.seek_p50_ms", [percentile(seeks, 50)], "ms")
    result.add("playback.seek_p95_ms", [percentile(seeks, 95)], "ms", goal="<= 150")


def _opened(page: Page, recording: str) -> float:
    """Click the recording in the list; return after how long its first picture stood there."""
    begun_ms = page.locator("html").evaluate("() => performance.timeOrigin + performance.now()")
    page.locator(f'a.b[href$="{recording}"]').click()
    shown = page.locator("html[data-first-picture]")
    shown.wait_for(state="attached", timeout=60_000)
    return float(shown.get_attribute("data-first-picture") or 0) - float(begun_ms)


def _places(seconds: int) -> list[float]:
    """The seconds that are sought, the same ones each time."""
    chance = random.Random(_SEED)  # noqa: S311 - places in a film
    return [round(chance.uniform(1, seconds - 2), 2) for _ in range(SEEKS)]


def _sought(page: Page, at_s: float) -> float:
    """Seek as a click on the timeline does; return after how long that picture stood there."""
    found = page.locator("archive-player").evaluate("(one, at) => window.mzSeek(one, at)", at_s)
    return float(found)


def _read_back(result: Result, scene: Scene, recording: str, reel: Reel) -> None:
    """Fetch everything as the player does and compare every packet with the reel's."""
    made = scene.desk.play_ticket(recording)
    base = f"{made['http_url']}/v1/recordings/{recording}/1"
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {made['ticket']}"

    def get(name: str) -> bytes:
        answer = session.get(f"{base}/{name}", timeout=60)
        answer.raise_for_status()
        return answer.content

    entries = re.findall(r"^\d+-\d+\.m4s$", get("index.m3u8").decode(), re.M)
    copy = reel.path.with_name("played.mp4")
    with copy.open("wb") as out:
        for name in ("init.mp4", *entries):
            out.write(get(name))
    _compare(result, "playback.played", copy, reel.path)
    copy.unlink()


def _compare(result: Result, key: str, copy: Path, source: Path) -> None:
    ours, theirs = _packets(copy), _packets(source)
    for kind, word in (("video", "frames"), ("audio", "sound_packets")):
        wrong = len(set(theirs[kind]) - set(ours[kind])) + abs(len(theirs[kind]) - len(ours[kind]))
        result.add(f"{key}_{word}_wrong", [wrong], word.replace("_", " "), goal="<= 0")


def _packets(path: Path) -> dict[str, list[tuple[int, bytes]]]:
    """Return place and digest of every packet by kind of stream."""
    found: dict[str, list[tuple[int, bytes]]] = {"video": [], "audio": []}
    with av.open(str(path)) as film:
        for packet in film.demux():
            kept = found[packet.stream.type]
            if packet.size:
                kept.append((len(kept), hashlib.blake2b(bytes(packet), digest_size=12).digest()))
    return found


def _export(
    result: Result, scene: Scene, cores: Cores, recording: str, reel: Reel, rounds: int
) -> None:
    """Take the recording away and copy the same bytes with ffmpeg, in turn, on the same core."""
    hours = len(reel) * FRAGMENT_MS / 3_600_000
    cold = reel.path.with_name("cold.mp4")
    shutil.copyfile(reel.path, cold)
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        ours.append(_exported(scene, recording, reel.path.with_name("export.mp4")))
        bare.append(_copied(cores, cold))
    _compare(result, "playback.exported", reel.path.with_name("export.mp4"), reel.path)
    middle_s = sorted(bare)[len(bare) // 2]
    alone = Baseline("ffmpeg -c copy of the same bytes", round(middle_s / hours, 2), "s/h")
    result.add(
        "playback.export_s_per_hour", [one / hours for one in ours], "s/h", goal="<= 3",
        baseline=alone,
    )  # fmt: skip
    against = [alone_s / one for alone_s, one in zip(bare, ours, strict=True)]
    result.add("playback.export_ratio_copy", against, "x", goal=">= 0.9")


def _exported(scene: Scene, recording: str, target: Path) -> float:
    """Order a film, wait until it is made, fetch it; return how long the making took."""
    made: dict[str, Any] = scene.desk.clip_ticket({"recording": recording})
    headers = {"Authorization": f"Bearer {made['ticket']}"}
    at = f"{made['http_url']}/v1/exports"
    order = ExportOrder(new_id(), [Film("film.mp4", recording)])
    begun = time.perf_counter()
    answer = requests.post(at, data=msgspec.json.encode(order), headers=headers, timeout=60)
    state = msgspec.json.decode(answer.content, type=ExportState)
    while state.stage in (Stage.WAITING, Stage.WORKING):
        time.sleep(0.05)
        answer = requests.get(f"{at}/{order.export}", headers=headers, timeout=60)
        state = msgspec.json.decode(answer.content, type=ExportState)
    took = time.perf_counter() - begun
    if state.stage is not Stage.MADE:
        raise Refusal("bench.refused", "导出失败", f"Not exported: {state.problem}", status=FAILED)
    file = requests.get(f"{at}/{order.export}/file", headers=headers, stream=True, timeout=60)
    with file, target.open("wb") as out:
        for chunk in file.iter_content(1024 * 1024):
            out.write(chunk)
    requests.delete(f"{at}/{order.export}", headers=headers, timeout=60)
    return took


def _copied(cores: Cores, source: Path) -> float:
    """Copy a film that the cache does not hold, as parts are out of it, too."""
    with source.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    target = source.with_name("copied.mp4")
    command = cores.on_server(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(source), "-map", "0",
         "-c", "copy", "-movflags", "+faststart", str(target)]
    )  # fmt: skip
    begun = time.perf_counter()
    subprocess.run(command, check=True)
    took = time.perf_counter() - begun
    target.unlink()
    return took
