"""The stage: the centre's side up, the day's cases seeded, the officer's device enrolled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from door import centre
from door.refusal import Refusal
from door.site import Site, elsewhere
from door.story.cast import Cast, seed
from door.story.clerk import Clerk
from door.story.desk import Desk
from door.story.device import PLACE, OfficersDevice
from door.story.links import Links
from door.story.report import Report
from door.story.telling import Telling
from door.supervisor import Supervisor

_PORT_TRIES = 3
S = TypeVar("S", bound="Stage")


@dataclass
class Options:
    """What the command line asks for."""

    seconds: float
    video: Path | None

    cut: bool = False
    """Whether the devices are on links that the story can cut."""

    generated: str = "generated"
    """The service's word for the camera where there is no video."""

    place: str = PLACE
    """The service's word for where the officer's device is."""

    @property
    def camera(self) -> str:
        """The service's word for the camera."""
        return self.generated if self.video is None else f"file:{self.video.absolute()}"


class Stage:
    """Everything that a story needs before it begins; closing it stops every process."""

    def __init__(self, site: Site, options: Options, telling: Telling) -> None:
        self.site, self.options, self.telling = site, options, telling
        self.report = Report(data=str(site.data))
        self.device = OfficersDevice(site.data / "device", options.camera, options.place)
        self.desk = Desk(site.public_url, "值班员 duty officer")
        self.links: Links | None = None
        self._supervisor = Supervisor(telling.say)
        self._seeded: Cast | None = None
        self._desks: dict[str, Clerk] = {}
        self._stack = ExitStack()

    def __enter__(self: S) -> S:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        self.device.close()
        self._supervisor.close()
        self._close_links()

    @property
    def cast(self) -> Cast:
        """Who was seeded; there is nobody before `set_up`."""
        if self._seeded is None:
            raise RuntimeError("the stage is not set")
        return self._seeded

    def set_up(self) -> None:
        """Start the centre's side and the device, seed, sign in, enrol."""
        with self.telling.step("密钥与数据库", "keys and database"):
            centre.prepare(self.site)
        # Passwords are slow to hash on purpose; meanwhile the programs come up.
        with ThreadPoolExecutor(1) as pool:
            seeding = pool.submit(seed, self.site)
            self._start_somewhere()
            with self.telling.step("两件案件、四方当事人、各角色人员", "cases, parties, staff"):
                self._seeded = seeding.result()
                self.report.root = self.cast.root
                self.desk.sign_in(self.cast.duty.number, self.cast.duty.password)
        self._enrol()

    def _start_somewhere(self) -> None:
        """Start the programs; on other ports if one was taken between the look and the start."""
        for left in reversed(range(_PORT_TRIES)):
            try:
                self._start_programs()
                return
            except Refusal as refusal:
                if "port_taken" not in refusal.tail or not left:
                    raise
                self._supervisor.close()
                self._close_links()
                self.site = elsewhere(self.site)
                self._supervisor = Supervisor(self.telling.say)
                self.desk = Desk(self.site.public_url, self.desk.who)

    def _start_programs(self) -> None:
        if self.options.cut:
            self.links = Links(self.site)
        for program in centre.programs(self.site):
            if self.links is not None and program.name == "web":
                self.links.stand_before(program)
            with self.telling.step(f"启动 {program.name}", f"start {program.name}"):
                self._supervisor.start(program)
        with self.telling.step("启动执法记录仪", "start the officer's device"):
            self.device.start(self._supervisor, self.site.logs / "device.log")

    def _close_links(self) -> None:
        if self.links is not None:
            self.links.close()
            self.links = None

    def desk_of(self, role: str) -> Clerk:
        """Return the desk of the person of a role, who signs in once."""
        if role not in self._desks:
            desk, who = Clerk(self.site.public_url, role.lower()), self.cast.staff[role]
            desk.sign_in(who.number, who.password)
            self._desks[role] = desk
        return self._desks[role]

    def _enrol(self) -> None:
        with self.telling.step("一次性登记码登记设备", "enrol by one-time code") as words:
            words.append(self.enrol(self.device, self.cast.officer, "演示记录仪 1 号"))

    def enrol(self, device: OfficersDevice, officer: str, name: str) -> str:
        """Enrol an officer's device unless it is; return its id."""
        status = device.status()
        if not status.enrolled:
            status = device.enrol(self.site.public_url, self.desk.enrolment_code(officer), name)
        return status.device
