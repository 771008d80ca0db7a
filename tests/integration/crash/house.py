"""The whole house for a test: the shipped relay, web, worker and device, as processes.

Any one of them can be armed with a crash point, waited for until it is dead, and started again.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from door import centre
from door.audit import Audit, audit
from door.places import CHECKOUT
from door.refusal import Refusal
from door.site import Site, free_triple, load_site, write_settings
from door.story import evidence
from door.story.cast import Cast, seed
from door.story.desk import Desk
from door.story.device import OfficersDevice
from door.story.report import NoticeState
from door.story.seizure import seizure
from door.supervisor import answers
from field_app.local_api.outbox import OutboxItem, OutboxState
from field_app.local_api.recording import RecordingStatus
from schemas import ranges
from schemas.records import FootageAt, Step
from tests.patience import PATIENCE_S, eventually

T = TypeVar("T")
SOURCES = ("camera", "bridge", "file", "generated")
PROGRAMS = ("relay", "web", "worker", "device")
_PART_SECONDS = 1
_DIES_WITH_US = (sys.executable, "-P", "-m", "door.child")
_DELIVERED = frozenset({"delivered", "read", "acked"})


@dataclass
class Running:
    """A program of the house: its command line and its process."""

    name: str
    command: list[str]
    log: Path
    health: str = ""
    process: subprocess.Popen[bytes] | None = None
    armed: bool = False

    def launch(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start the process; do not wait for it to be ready."""
        self.armed = bool(environment.get("MZ_CRASH_AT"))
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*_DIES_WITH_US, str(os.getpid()), "--", *self.command],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**CHECKOUT.environment(), "MZ_CRASH_AT": "", **environment},
                start_new_session=True,
            )  # fmt: skip
        return self.process

    def wait_ready(self) -> None:
        """Wait until it answers; fail with its last words."""
        process = self.process
        assert process is not None
        eventually(
            lambda: process.poll() is not None or not self.health or answers(self.health),
            f"{self.name} answers",
        )  # fmt: skip
        assert process.poll() is None, self.words()

    def wait_killed(self, seconds: float = PATIENCE_S) -> None:
        """Wait until it died, and see that SIGKILL was what it died of."""
        assert self.process is not None
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not reach its crash point") from None
        assert status == -signal.SIGKILL, f"{self.name} ended with {status}: {self.words()}"

    def children(self) -> set[int]:
        """Return the process ids of its children (the device's encoder)."""
        assert self.process is not None
        found: set[int] = set()
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            found |= {int(word) for word in (task / "children").read_text().split()}
        return found

    def stop(self) -> int:
        """Stop it by SIGTERM; return its exit status (-9 if it had to be killed)."""
        process = self.process
        if process is None:
            return 0
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    def words(self) -> str:
        """Return the end of the log."""
        return self.log.read_text("utf-8", errors="replace")[-2000:]


@dataclass
class House:
    """A court on free ports of this machine, with one officer's device."""

    site: Site
    cast: Cast
    desk: Desk
    device: OfficersDevice
    programs: dict[str, Running] = field(default_factory=dict)

    @classmethod
    def build(cls, data: Path, camera: str = "generated") -> House:
        """Make keys, database, sign-ins; start nothing."""
        base = free_triple(random.randrange(20_000, 30_000, 10))
        settings = write_settings(data, base, SOURCES)
        text = settings.read_text("utf-8")
        text = text.replace("part_seconds = 60", f"part_seconds = {_PART_SECONDS}")
        settings.write_text(text.replace("1073741824", "1"), "utf-8")
        site = load_site(settings, data)
        centre.prepare(site)
        device = OfficersDevice(data / "device", camera)
        desk = Desk(site.public_url, "duty officer")
        house = cls(site, seed(site), desk, device)
        for program in centre.programs(site):
            house.programs[program.name] = Running(
                program.name, program.command, program.log, program.health
            )
        log = site.logs / "device.log"
        house.programs["device"] = Running("device", device.command(), log)
        return house

    # programs

    def start(self, name: str, crash_at: str = "") -> None:
        """Start a program and wait until it is ready; an armed one is only launched."""
        program = self.programs[name]
        if name == "device":
            self.device.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        program.launch(MZ_CRASH_AT=crash_at)
        program.wait_ready()
        if name == "device":
            self.device.connect()

    def start_all(self) -> None:
        """Start everything, sign the duty officer in, enrol the device."""
        for name in PROGRAMS:
            self.start(name)
        self.desk.sign_in(self.cast.duty.number, self.cast.duty.password)
        if not self.device.status().enrolled:
            code = self.desk.enrolment_code(self.cast.officer)
            self.device.enrol(self.site.public_url, code, "记录仪")

    def rearm(self, name: str, crash_at: str) -> None:
        """Stop a program and start it again with a crash point armed."""
        self.programs[name].stop()
        self.start(name, crash_at)

    def revive(self, name: str, seconds: float = PATIENCE_S) -> None:
        """See that an armed program died of SIGKILL, and start it again unarmed."""
        self.programs[name].wait_killed(seconds)
        if name == "worker":
            self.end_leases()
        self.start(name)

    def mend(self) -> None:
        """See that every program runs, unarmed, and that nothing is being recorded."""
        for name in PROGRAMS:
            program = self.programs[name]
            if program.armed or program.process is None or program.process.poll() is not None:
                program.stop()
                self.start(name)
        if self.device.status().recording is not None:
            self.device.stop("测试结束")

    def end_leases(self) -> None:
        """Let the leases of a dead worker end now instead of in a minute."""
        path = self.site.data / "centre" / "centre.db"
        with contextlib.closing(sqlite3.connect(path, timeout=10)) as database:
            database.execute("UPDATE outbox SET leased_until_ms = 0 WHERE state = 'pending'")
            database.commit()

    def close(self) -> None:
        """Stop everything that still runs."""
        self.device.close()
        for name in reversed(PROGRAMS):
            self.programs[name].stop()

    # the story's parts

    def recordings(self) -> dict[str, RecordingStatus]:
        """Return what the device says of each recording."""
        return {each.recording: each for each in self.device.recordings()}

    def record(self, fragments: int) -> str:
        """Record so many fragments for the operation; return the recording's id."""
        recording = self.device.record(self.cast.operation)
        self.wait_recorded(recording, fragments)
        self.device.stop("现场结束")
        return recording

    def wait_recorded(self, recording: str, fragments: int) -> None:
        """Wait until so many fragments are in the spool."""
        eventually(lambda: self.recordings()[recording].recorded >= fragments, "fragments are kept")

    def wait_archived(self) -> None:
        """Wait until every recorded fragment is archived, as the device was told and signed."""

        def whole() -> bool:
            found = self.recordings().values()
            return all(each.ended and each.archived == each.recorded > 0 for each in found)

        eventually(whole, f"archived: {self.recordings()}")

    def held_by_relay(self, recording: str) -> set[int]:
        """Return the numbers that the relay says are in its parts."""
        play = self.desk.play_ticket(recording)
        return {
            number
            for held in evidence.holdings(play, recording)
            for first, last in ranges.union(held.archived)
            for number in range(first, last + 1)
        }

    def step(self, step: Step) -> OutboxItem:
        """Report a step of the operation."""
        return self.device.report_step(self.cast.operation, step)

    def seize(self, photo: str, footage: FootageAt | None = None) -> OutboxItem:
        """Save a seizure."""
        body = seizure(photo, footage)
        return self.device.save_measure(self.cast.operation, body, self.cast.second)

    def wait_sent(self) -> None:
        """Wait until the outbox holds nothing that is not received; a refusal fails."""

        def sent() -> bool:
            found = self.device.outbox()
            assert all(each.state is not OutboxState.FAILED for each in found), found
            return all(each.state is OutboxState.RECEIVED for each in found)

        eventually(sent, "the outbox is sent")

    def measures(self) -> int:
        """Return how many measures the desk's case page shows."""
        return len(self.desk.measures(self.cast.case))

    def wait_told(self, measures: int) -> list[NoticeState]:
        """Wait until each party's text message of each of so many measures is delivered."""
        wanted = measures * len(self.cast.parties)

        def told() -> list[NoticeState]:
            found = self.desk.notices(self.cast.case)
            sms = [one for one in found if one.channel.lower() == "sms"]
            whole = len(sms) >= wanted and all(one.state in _DELIVERED for one in sms)
            return sms if whole else []

        found = eventually(told, "both parties are told")
        assert len(found) == wanted, found
        return found

    def facts(self, query: str) -> list[tuple[int, ...]]:
        """Return rows of the centre's database."""
        path = self.site.data / "centre" / "centre.db"
        with contextlib.closing(sqlite3.connect(path, timeout=10)) as database:
            return list(database.execute(query))

    def audit(self) -> Audit:
        """Audit centre, relay and device."""
        try:
            return audit(self.site.settings, [self.device.data])
        except Refusal as refusal:
            raise AssertionError(refusal.text()) from refusal

    def settle(self) -> None:
        """Wait until nothing is under way, then see that the three audits find nothing.

        The centre's index follows the relay's feed by a moment: only what stays is a finding.
        """
        self.wait_sent()
        if self.recordings():
            self.wait_archived()
        until = time.monotonic() + 20
        while not (found := self.audit())["ok"]:
            assert time.monotonic() < until, found["findings"] or found
            time.sleep(0.5)

    def words(self) -> str:
        """Return the last words of every program, for a failure."""
        return "\n".join(f"--- {name}\n{one.words()}" for name, one in self.programs.items())


def signed_in(house: House, role: str) -> Desk:
    """Return the desk as another role sees it."""
    who = house.cast.staff[role]
    desk = Desk(house.site.public_url, role)
    desk.sign_in(who.number, who.password)
    return desk
