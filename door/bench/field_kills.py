"""kill -9 at random of the capture service and of the window; what was said to be kept stays."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import time
from dataclasses import dataclass, field

from door.audit import audit_device
from door.bench.field_window import Window
from door.places import CHECKOUT
from door.story.device import OfficersDevice
from schemas.problems import MzError

_SEED = 20_261_125
_KILLS_A_WINDOW = 4


@dataclass
class Outcome:
    """What was confirmed as kept, and what of it is gone."""

    kept: int = 0
    lost: list[str] = field(default_factory=list)


class Kills:
    """One officer who goes on working."""

    def __init__(self, device: OfficersDevice, operation: str) -> None:
        self._device, self._operation = device, operation
        self._luck = random.Random(_SEED)  # noqa: S311 - what and when, repeatable
        self._process: subprocess.Popen[bytes] | None = None
        self._items: set[str] = set()
        self._recorded: dict[str, int] = {}
        self._draft = ""

    def run(self, count: int) -> Outcome:
        """Kill so often; then look for everything that was confirmed."""
        for number in range(count):
            self._start()
            window = None
            if number % _KILLS_A_WINDOW == 0:
                window = Window(self._device.data, 0)
            self._work(self._luck.uniform(0.05, 0.9))
            if window is not None:
                window.kill()
                self._note()
                continue
            self._end(signal.SIGKILL)
        self._start()
        with contextlib.suppress(MzError):
            self._device.stop("测量")
        self._note()
        drafts = self._device.drafts()
        self._end(signal.SIGTERM)
        return self._look(drafts)

    def _start(self) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                self._device.command(), cwd=CHECKOUT.root, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                env=CHECKOUT.environment(),
            )  # fmt: skip
            self._device.connect()
        if self._device.status().recording is None:
            with contextlib.suppress(MzError):  # it may not have let go of the camera yet
                self._device.start_recording(self._operation)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            os.kill(process.pid, number)
            process.wait(30)

    def _work(self, seconds: float) -> None:
        """Mark, type and look until the time is up; what is confirmed is noted."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._items.add(self._device.mark(self._operation, "x").item)
            typed = f"{self._luck.random()}"
            self._device.keep_draft("bench", typed)
            self._draft = typed
            self._note()

    def _note(self) -> None:
        for one in self._device.recordings():
            self._recorded[one.recording] = max(one.recorded, self._recorded.get(one.recording, 0))

    def _look(self, drafts: dict[str, str]) -> Outcome:
        found = audit_device(self._device.data)
        path = self._device.data / "spool.db"
        with contextlib.closing(sqlite3.connect(path, timeout=10)) as database:
            items = {row[0] for row in database.execute("SELECT item FROM outbox")}
            counts = dict(
                database.execute("SELECT recording, count(*) FROM fragments GROUP BY recording")
            )
        lost = [f"record {item}" for item in self._items - items]
        lost += [
            f"recording {name}: {counts.get(name, 0)} of {count}"
            for name, count in self._recorded.items()
            if counts.get(name, 0) < count
        ]
        lost += ["draft"] if self._draft and drafts.get("bench") != self._draft else []
        lost += found["findings"]
        return Outcome(len(self._items) + sum(self._recorded.values()), lost)
