"""A scene for benches of the whole road: the centre's side up, a device enrolled and recording."""

from __future__ import annotations

import time

from door.bench.cores import Cores
from door.refusal import LACKING, Refusal
from door.story.stage import Stage
from door.story.watching import Watching, find_chromium
from door.supervisor import Program
from schemas.records import Step

SERVERS = ("relay", "web", "worker")


def need_chromium() -> str:
    """Return the path of the Chromium that a bench looks with; `bench.no_chromium`."""
    chromium = find_chromium()
    if chromium is None:
        raise Refusal(
            "bench.no_chromium", "没有 Chromium,无法读取画面。",
            "There is no Chromium to read the picture in.", status=LACKING,
        )  # fmt: skip
    return chromium


class Scene(Stage):
    """The stage of the demo, with its programs at hand."""

    def begin(self) -> None:
        """Set the stage; the officer arrives and records."""
        self.set_up()
        with self.telling.step("到场并开始录制", "on scene, recording"):
            self.device.report_step(self.cast.operation, Step.DEPARTED)
            arrival = self.device.report_step(self.cast.operation, Step.ON_SCENE)
            self.device.wait_sent(arrival.item)
            self.device.record(self.cast.operation)

    def program(self, name: str) -> Program:
        """Return a running program by name: relay, web, worker, device."""
        return next(one for one in self._supervisor.programs if one.name == name)

    def pin_servers(self, cores: Cores) -> None:
        """Put the centre's programs on the server's core; all else stays where it is."""
        for name in SERVERS:
            process = self.program(name).process
            if process is not None:
                cores.move_to_server(process.pid)

    def watch(self, watching: Watching, seconds: float, *, every_s: float) -> None:
        """Read again and again, for so long, which frames are drawn and which are shown."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(every_s, left))
            self.device.status()
            watching.collect()

    def stop_device(self) -> None:
        """End the device's service: its core is free for others."""
        self.device.close()
        self._supervisor.stop(self.program(self.device.data.name))
