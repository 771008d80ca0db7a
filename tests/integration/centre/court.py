"""A court for tests: settings, keys, a migrated and seeded database, and a device that signs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import update

from command_center.access.permissions import COURT_STAFF, Role, permissions_of
from command_center.access.staff import fresh_password
from command_center.cases.models import Case
from command_center.cli.seed import Passwords, Seeded, seed_demo
from command_center.devices.contact import Contacted, contact
from command_center.devices.enrolment import enrol, make_code
from command_center.platform.database import Database
from command_center.platform.keys import init_keys, load_keys
from command_center.platform.principal import Principal
from command_center.platform.settings import load
from schemas.field_api import DEVICE_CONTACT, DeviceContact, Enrol, Enrolled
from schemas.ids import new_id
from schemas.records import (
    FIELD_RECORD,
    Body,
    ExhibitRef,
    FieldRecord,
    OperationStep,
    Step,
    Where,
)
from schemas.sign import Ed25519Signer, Envelope, sign_envelope
from schemas.time import now_ms
from tests.migrated import lay_sqlite


class MovedClock:
    """The wall clock, moved by what a test asks for."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return now_ms() + self.ahead_ms


class TestDevice:
    """A device's side of the wire: its key, and what it signs."""

    __test__ = False

    def __init__(self) -> None:
        self.id, self.signer = new_id(), Ed25519Signer.generate()

    def enrolment(self, code: str) -> Enrol:
        return Enrol(code, self.id, "单兵 01", "ed25519", self.signer.public, "file", "test")

    def hello(self, at_ms: int | None = None, nonce: str | None = None) -> Envelope:
        message = DeviceContact(
            self.id, nonce or new_id(), now_ms() if at_ms is None else at_ms, 0, "test"
        )
        return sign_envelope(self.signer, DEVICE_CONTACT, message)

    def step(self, seeded: Seeded, step: Step, at_ms: int, record: str | None = None) -> Envelope:
        return self.record(seeded, OperationStep(step, at_ms), at_ms, record)

    def record(
        self, seeded: Seeded, body: Body, at_ms: int, record: str | None = None,
        exhibits: Sequence[ExhibitRef] = (), place: Where | None = None,
    ) -> Envelope:  # fmt: skip
        message = FieldRecord(
            record=record or new_id(), device=self.id, officer=seeded.officer,
            operation=seeded.operation, case=seeded.cases[0].id, recorded_wall_ms=at_ms,
            recorded_mono_ms=1, boot="boot", app="test", body=body,
            exhibits=list(exhibits), place=place,
        )  # fmt: skip
        return sign_envelope(self.signer, FIELD_RECORD, message)


@dataclasses.dataclass
class Court:
    """A seeded court on one database."""

    database: Database
    settings_file: Path
    clock: MovedClock
    seeded: Seeded

    def staff(self, role: Role) -> Principal:
        found = next(one for one in self.seeded.staff if one.role == role)
        return Principal(found.id, found.name, found.role, permissions_of(found.role))

    def filed_before(self, ms: int) -> None:
        """Let the seeded cases be filed by then, for tests that go back in time."""
        cases = [one.id for one in self.seeded.cases]
        self.database.run(
            lambda uow: uow.session.execute(
                update(Case).where(Case.id.in_(cases), Case.filed_ms > ms).values(filed_ms=ms)
            )
        )

    def password(self, role: Role) -> tuple[str, str]:
        found = next(one for one in self.seeded.staff if one.role == role)
        return found.number, found.password

    def new_code(self) -> str:
        code: str = self.database.run(make_code, self.staff(Role.DUTY_OFFICER), self.seeded.officer)
        return code

    def enrolled(self) -> tuple[TestDevice, Enrolled]:
        device = TestDevice()
        return device, self.database.run(enrol, device.enrolment(self.new_code()))

    def contacted(self) -> tuple[TestDevice, Contacted]:
        device, _ = self.enrolled()
        return device, self.database.run(contact, device.hello())


def write_settings(
    folder: Path, url: str = "", port: int = 8420, relay_port: int = 8422, stream_port: int = 8421
) -> Path:
    """Write a settings file whose data lies in `folder`."""
    path = folder / "settings.toml"
    path.write_text(
        f"""
[court]
name = "南江市临江区人民法院"
code = "粤0199"
[centre]
data = "{folder}/centre"
database = "{url}"
port = {port}
public_url = "http://127.0.0.1:{port}"
allow_sources = ["camera", "bridge", "file", "generated"]
[relay]
data = "{folder}/relay"
http_port = {relay_port}
stream_port = {stream_port}
stream_url = "ws://127.0.0.1:{stream_port}"
http_url = "http://127.0.0.1:{relay_port}"
""",
        "utf-8",
    )
    return path


def open_court(
    folder: Path, url: str = "", port: int = 8420, relay_port: int = 8422, stream_port: int = 8421
) -> Court:
    """Make keys, seed, and open the database with a clock that tests can move.

    `url`: a PostgreSQL database that is migrated already; else a SQLite file is laid.
    """
    path = write_settings(folder, url, port, relay_port, stream_port)
    settings = load(path)
    init_keys(settings, now_ms())
    if not url:
        lay_sqlite(settings.data)
    clock = MovedClock()
    database = Database(settings, load_keys(settings), clock)
    return Court(database, path, clock, seed_demo(database, _passwords()))


@cache
def _passwords() -> Passwords:
    """One password for all, hashed once in this test session."""
    one = fresh_password()
    return dict.fromkeys(COURT_STAFF, one)
