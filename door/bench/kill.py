"""`kill`: kill -9 at random over relay, web, worker and the capture service, cuts of the link,
and a store that goes away and comes back across them.

After each tenth the shipped audits look at everything; at the end every fragment that was ever
kept must be in exactly one part, in both failure domains.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from door.audit import Audit, audit, audit_device
from door.bench.result import Result
from door.bench.scene import Scene
from door.bench.store import SimulatedDisk
from door.demo import open_site
from door.listening import listens
from door.proxy import Proxy
from door.refusal import FAILED, Refusal
from door.site import Site
from door.story.stage import Options
from door.story.telling import Telling
from door.supervisor import answers
from schemas.media.fragment import decode_header
from schemas.media.part import Entry, read_part
from schemas.problems import MzError

DEFAULT_COUNT = 70
_KILLS_A_CUT = 6
_BREAKS_A_STORE_CHANGE = 4
_TENTHS = 10
_PAUSE_S = 0.2
_BACK_S, _DRAIN_S = 60.0, 180.0
_PROGRAMS = ("relay", "web", "worker", "device")
_CUT = "cut"
_PART_SECONDS = 5
_NOT_YET = ": not archived"
"""What the centre's audit says of a recording that ended just now: looked at again."""
_SEED = 20_261_121


def run(result: Result, folder: Path, count: int) -> None:
    """Break things `count` times, one in seven a cut; audit; wait until all is archived."""
    site = open_site(folder)
    luck = random.Random(_SEED)  # noqa: S311 - which program next, repeatable
    store = SimulatedDisk(site.data / "store")
    with Proxy(site.stream_port) as proxy:
        through(site, proxy)
        _with_store(site, store)
        with Scene(site, Options(0, None), Telling()) as scene:
            scene.begin()
            breaker = _Breaker(scene, proxy, store, luck)
            findings: list[str] = []
            for number, what in enumerate(deck(count, luck), 1):
                breaker.once(what)
                if number % max(1, count // _TENTHS) == 0:
                    findings += breaker.look()["findings"]
            breaker.settle()
            found = audit(site.settings, [scene.device.data])
    findings += [*found["findings"], *(f"store: stray {name}" for name in store.strays)]
    _report(
        result, breaker, findings, found["parts"], [site.data / "relay" / "vault", store.folder]
    )


def deck(count: int, luck: random.Random) -> list[str]:
    """Return what to break, in order: one in seven a cut, else each program equally often."""
    cuts = count // (_KILLS_A_CUT + 1)
    kills = [_PROGRAMS[number % len(_PROGRAMS)] for number in range(count - cuts)]
    deck = [*kills, *([_CUT] * cuts)]
    luck.shuffle(deck)
    return deck


def _with_store(site: Site, store: SimulatedDisk) -> None:
    """Ask for a second failure domain before anything is archived, and for short parts."""
    text = site.settings.read_text("utf-8")
    for before, after in (
        ("part_seconds = 60\n", f"part_seconds = {_PART_SECONDS}\n"),
        (
            "required_domains = 1\n",
            f'required_domains = 2\ndomains = ["{site.data}/relay/vault", "{store.folder}"]\n',
        ),
    ):
        if before not in text:
            raise _changed(before.strip())
        text = text.replace(before, after)
    site.settings.write_text(text, "utf-8")


def _changed(what: str) -> Refusal:
    return Refusal(
        "bench.settings", f"设置文件已改动:{what}", f"the settings file was changed: {what}",
        status=FAILED,
    )  # fmt: skip


def through(site: Site, proxy: Proxy) -> None:
    """Send everybody's streams through a proxy: the address that the centre gives out is its."""
    text = site.settings.read_text("utf-8")
    before = f'stream_url = "ws://127.0.0.1:{site.stream_port}"'
    if before not in text:
        raise _changed("stream_url")
    after = f'stream_url = "ws://127.0.0.1:{proxy.port}"'
    site.settings.write_text(text.replace(before, after), "utf-8")


class _Breaker:
    """Breaks one thing at a time and waits until it is whole again."""

    def __init__(
        self, scene: Scene, proxy: Proxy, store: SimulatedDisk, luck: random.Random
    ) -> None:
        self._scene, self._proxy, self._store, self._luck = scene, proxy, store, luck
        self.done: Counter[str] = Counter()
        self.back_s: list[float] = []

    def once(self, what: str) -> None:
        """Break something after a moment of work; now and then the store goes or comes back."""
        time.sleep(self._luck.uniform(0.1, 1.2))
        if self._luck.randrange(_BREAKS_A_STORE_CHANGE) == 0:
            self._change_store()
        self.done[what] += 1
        if what == _CUT:
            self._proxy.cut(self._luck.uniform(0.2, 2.0))
            return
        program = self._scene.program(what)
        program.pause_s = _PAUSE_S
        self._wait(lambda: program.process is not None, f"{what} is not there")
        process = program.process
        assert process is not None  # noqa: S101 - waited for just now
        begun = time.monotonic()
        os.kill(process.pid, signal.SIGKILL)
        self._wait(lambda: self._is_back(what, process.pid), f"{what} did not come back")
        self.back_s.append(time.monotonic() - begun)
        if what == "device":
            self._record_again()

    def _change_store(self) -> None:
        if self._store.is_away:
            self._store.bring_back()
        elif self._store.folder.exists():
            self._store.take_away()
            self.done["store"] += 1

    def look(self) -> Audit:
        """Bring the store back and audit; what only waits for the archive is looked at again."""
        self._store.bring_back()
        until = time.monotonic() + _BACK_S
        while True:
            found = audit(self._scene.site.settings, [self._scene.device.data])
            moving = [finding for finding in found["findings"] if _NOT_YET in finding]
            if len(moving) < len(found["findings"]) or not moving or time.monotonic() > until:
                return found
            time.sleep(1.0)

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
        self._store.bring_back()
        self._scene.device.stop("执行完毕")
        self._wait(self._drained, "not everything was archived", _DRAIN_S, pause_s=0.5)

    def _drained(self) -> bool:
        status = self._scene.device.status()
        return status.recording is None and status.backlog_fragments == 0 and self._all_archived()

    def _all_archived(self) -> bool:
        counts = audit_device(self._scene.device.data)["counts"]
        return bool(counts.get("fragments", 0) == counts.get("archived", -1))

    @staticmethod
    def _wait(
        true: Callable[[], bool], what: str, seconds: float = _BACK_S, pause_s: float = 0.05
    ) -> None:
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                raise Refusal("bench.stuck", f"没有恢复:{what}", what, status=FAILED)
            time.sleep(pause_s)


def device_counts(parts: dict[str, Audit]) -> dict[str, int]:
    """Return what the audit of the device counted, from the merged audit's parts."""
    return next(dict(part["counts"]) for name, part in parts.items() if name.startswith("device"))


def _report(
    result: Result, breaker: _Breaker, findings: list[str],
    parts: dict[str, Audit], domains: list[Path],
) -> None:  # fmt: skip
    device, done = device_counts(parts), breaker.done
    held = [_held(folder / "parts") for folder in domains]
    lost = max(device["fragments"] - len(of) for of in held)
    lost += sum("fragment.lost" in finding for finding in findings)
    result.add("kill.lost", [lost], "fragments", goal="<= 0")
    doubled = sum(times - 1 for of in held for times in of.values())
    result.add("kill.doubled", [doubled], "fragments", goal="<= 0")
    result.add("kill.findings", [len(findings)], "findings", goal="<= 0")
    result.add("kill.fragments", [device["fragments"]], "fragments")
    result.add("kill.in_parts", [min(len(of) for of in held)], "fragments")
    result.add("kill.deleted_on_device", [device.get("deleted", 0)], "fragments")
    result.add("kill.kills", [sum(done[name] for name in _PROGRAMS)], "kills")
    result.add("kill.cuts", [done[_CUT]], "cuts")
    result.add("kill.store_away", [done["store"]], "times")
    result.add("kill.back_s", breaker.back_s, "s")
    result.notes += [*findings[:10], f"{dict(done)}, seed {_SEED}"]


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
