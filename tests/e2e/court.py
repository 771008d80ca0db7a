"""A whole court for browser stories: centre, relay and worker as processes, a headless device."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

from door import centre, commands
from door.ports import free_triple
from door.site import load_site, write_settings
from door.story.desk import Desk
from door.story.device import OfficersDevice
from door.story.links import Links
from door.story.seizure import seizure
from door.supervisor import Supervisor
from schemas.records import Step

FIRST_PORT = 18_420


class Court:
    """Seeded with the demonstration's staff and cases; the device is enrolled by the story."""

    def __init__(self, data: Path, policy: str = "") -> None:
        """policy: further lines of the settings' part `court`."""
        settings = write_settings(
            data, free_triple(FIRST_PORT), ("camera", "bridge", "generated", "file")
        )
        text = settings.read_text("utf-8")
        settings.write_text(text.replace("[court]\n", f"[court]\n{policy}", 1), "utf-8")
        self.site = load_site(settings)
        centre.prepare(self.site)
        self.seeded: dict[str, Any] = json.loads(
            commands.run(commands.centre(settings, "seed", "--demo"), "seed")
        )
        self.device = OfficersDevice(data / "device", "generated")
        self.recording = ""
        self._programs = {program.name: program for program in centre.programs(self.site)}
        self._supervisor = Supervisor(lambda _zh, _en: None)

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return self.site.public_url

    @property
    def operation(self) -> str:
        """The visit of today."""
        return str(self.seeded["operation"])

    @property
    def case(self) -> dict[str, Any]:
        """The case of that visit: id, number, parties."""
        found: dict[str, Any] = self.seeded["cases"][0]
        return found

    def person(self, role: str) -> tuple[str, str]:
        """Return number and password of the member of staff in a role."""
        one = next(each for each in self.seeded["staff"] if each["role"] == role)
        return one["number"], one["password"]

    def stand_behind(self, links: Links) -> None:
        """Let every road from devices lead over links that can be cut; call before the start."""
        links.stand_before(self._programs["web"])

    def start_centre(self) -> None:
        """Start every program of the centre's side."""
        for program in self._programs.values():
            self._supervisor.start(program)

    def start(self) -> None:
        """Start every program of the centre's side and the device's capture service."""
        self.start_centre()
        self.device.start(self._supervisor, self.site.logs / "device.log")

    def arrive_and_record(self, code: str) -> str:
        """Enrol, arrive at the scene and record; return the recording's id."""
        self.device.enrol(self.url, code, "LJ-03")
        self.device.report_step(self.operation, Step.ON_SCENE)
        self.recording = self.device.record(self.operation)
        return self.recording

    def seize(self) -> None:
        """Write the seizure down at the scene and wait until the centre has it."""
        photo = self.device.photo()
        clerk = next(each["id"] for each in self.seeded["staff"] if each["role"] == "CLERK")
        item = self.device.save_measure(self.operation, seizure(photo.sha256, None), clerk)
        self.device.wait_sent(item.item)

    def make_visit(self) -> None:
        """Have a visit with a seizure behind this court, made once whoever asks first."""
        if self.recording:
            return
        commander = Desk(self.url, "COMMANDER")
        commander.sign_in(*self.person("COMMANDER"))
        self.arrive_and_record(commander.enrolment_code(str(self.seeded["officer"])))
        self.seize()

    def freeze(self, name: str) -> None:
        """Let a program of the centre's side stand still, as a hung machine does."""
        process = self._programs[name].process
        assert process is not None
        os.killpg(process.pid, signal.SIGSTOP)

    def kill(self, name: str) -> None:
        """Kill a program of the centre's side with -9; its supervisor starts it again."""
        process = self._programs[name].process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Stop every program."""
        self.device.close()
        self._supervisor.close()
