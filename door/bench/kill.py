"""`kill`: kill -9 at random over relay, web and the capture service, and cuts of the link.

After each tenth the shipped audits look at everything; at the end every fragment that was ever
acknowledged must be in exactly one part.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from door.audit import audit
from door.bench.proxy import Proxy
from door.bench.result import Result
from door.bench.scene import Scene
from door.demo import open_site
from door.listening import listens
from door.refusal import FAILED, Refusal
from door.site import Site
from door.story.stage import Options
from door.story.telling import Telling
from door.supervisor import answers
from schemas.media.fragment import decode_header
from schemas.media.part import Entry, read_part
from schemas.problems import MzError

DEFAULT_COUNT = 70
_CUTS_IN_SEVEN = 1
_TENTHS = 10
_PAUSE_S = 0.2
_BACK_S, _DRAIN_S = 60.0, 180.0
_PROGRAMS = ("relay", "web", "device")
_SEED = 20_261_121


def run(result: Result, folder: Path, count: int) -> None:
    """Break things `count` times, one in seven a cut; audit; wait until all is archived."""
    site = open_site(folder)
    luck = random.Random(_SEED)  # noqa: S311 - which program next, repeatable
    with Proxy(site.stream_port) as proxy:
        through(site, proxy)
        with Scene(site, Options(0, None), Telling()) as scene:
            scene.begin()
            breaker = _Breaker(scene, proxy, luck)
            findings: list[str] = []
            for number in range(1, count + 1):
                breaker.once()
                if number % max(1, count // _TENTHS) == 0:
                    findings += audit(site.settings, [scene.device.data])["findings"]
            breaker.settle()
            found = audit(site.settings, [scene.device.data])
    _report(result, breaker, findings + found["findings"], found["parts"], site.data)


def through(site: Site, proxy: Proxy) -> None:
    """Send everybody's streams through a proxy: the address that the centre gives out is its."""
    text = site.settings.read_text("utf-8")
    before = f'stream_url = "ws://127.0.0.1:{site.stream_port}"'
    if before not in text:
        raise Refusal(
            "bench.settings", "设置文件的 stream_url 已改动",
            "stream_url was changed in the settings file", status=FAILED,
        )  # fmt: skip
    after = f'stream_url = "ws://127.0.0.1:{proxy.port}"'
    site.settings.write_text(text.replace(before, after), "utf-8")


class _Breaker:
    """Breaks one thing at a time and waits until it is whole again."""

    def __init__(self, scene: Scene, proxy: Proxy, luck: random.Random) -> None:
        self._scene, self._proxy, self._luck = scene, proxy, luck
        self.done: Counter[str] = Counter()
        self.back_s: list[float] = []

    def once(self) -> None:
        """Break something after a moment of work."""
        time.sleep(self._luck.uniform(0.1, 1.2))
        if self._luck.randrange(7) < _CUTS_IN_SEVEN:
            self._proxy.cut(self._luck.uniform(0.2, 2.0))
            self.done["cut"] += 1
            return
        name = self._luck.choice(_PROGRAMS)
        program = self._scene.program(name)
        process = program.process
        if process is None:
            return
        program.pause_s = _PAUSE_S
        begun = time.monotonic()
        os.kill(process.pid, signal.SIGKILL)
        self.done[name] += 1
        self._wait(lambda: self._is_back(name, process.pid), f"{name} did not come back")
        self.back_s.append(time.monotonic() - begun)
        if name == "device":
            self._record_again()

    def _is_back(self, name: str, before: int) -> bool:
        program = self._scene.program(name)
        process = program.process
        if process is None or process.pid == before or process.poll() is not None:
            return False
        if not all(listens(process.pid, port) for port in program.ports):
            return False
        return not program.health or answers(program.health)

    def _record_again(self) -> None:
        """A killed capture service gets no camera back by itself: the officer taps again."""
        device = self._scene.device
        self._wait(self._connected, "the capture service does not answer")
        if device.status().recording is None:
            device.record(self._scene.cast.operation)

    def _connected(self) -> bool:
        try:
            self._scene.device.connect()
        except (MzError, OSError):
            return False
        return True

    def settle(self) -> None:
        """Stop recording and wait until the device knows all of it as archived."""
        self._scene.device.stop("执行完毕")
        self._wait(self._drained, "not everything was archived", _DRAIN_S)

    def _drained(self) -> bool:
        status = self._scene.device.status()
        return status.recording is None and status.backlog_fragments == 0 and self._all_archived()

    def _all_archived(self) -> bool:
        counts = audit(self._scene.site.settings, [self._scene.device.data])["parts"]
        device = device_counts(counts)
        return device.get("fragments", 0) == device.get("archived", -1)

    @staticmethod
    def _wait(true: Callable[[], bool], what: str, seconds: float = _BACK_S) -> None:
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                raise Refusal("bench.stuck", f"没有恢复:{what}", what, status=FAILED)
            time.sleep(0.05)


def device_counts(parts: dict[str, dict[str, dict[str, int]]]) -> dict[str, int]:
    """Return what the audit of the device counted, from the merged audit's parts."""
    return next(part["counts"] for name, part in parts.items() if name.startswith("device"))


def _report(
    result: Result, breaker: _Breaker, findings: list[str],
    parts: dict[str, dict[str, dict[str, int]]], data: Path,
) -> None:  # fmt: skip
    device = device_counts(parts)
    held = _held(data / "relay" / "vault" / "parts")
    lost = device["received"] - device["archived"] + sum("fragment.lost" in f for f in findings)
    result.add("kill.lost", [lost], "fragments", goal="<= 0")
    doubled = sum(times - 1 for times in held.values())
    result.add("kill.doubled", [doubled], "fragments", goal="<= 0")
    result.add("kill.findings", [len(findings)], "findings", goal="<= 0")
    result.add("kill.fragments", [device["fragments"]], "fragments")
    result.add("kill.in_parts", [len(held)], "fragments")
    result.add("kill.kills", [sum(breaker.done.values()) - breaker.done["cut"]], "kills")
    result.add("kill.cuts", [breaker.done["cut"]], "cuts")
    result.add("kill.back_s", breaker.back_s, "s")
    result.notes += [*findings[:10], f"{dict(breaker.done)}, seed {_SEED}"]


def _held(folder: Path) -> Counter[tuple[str, int, int]]:
    """Count each fragment in the parts on the disk: recording, rendition, number."""
    held: Counter[tuple[str, int, int]] = Counter()
    for path in folder.rglob("*.mzp"):
        with path.open("rb") as file:
            for kind, _, data in read_part(file):
                if kind is Entry.FRAGMENT:
                    header = decode_header(data)
                    held[header.recording, int(header.rendition), header.number] += 1
    return held
