"""A court for tests: real keys, a migrated database, two parties, a crew with a device."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import msgspec

from command_center.access.permissions import permissions_of
from command_center.access.staff import NewStaff, add_staff
from command_center.cases.service import NewCase, NewParty, add_party, assign_officer, open_case
from command_center.devices.models import Device
from command_center.operations.planning import NewOperation, plan_operation
from command_center.platform.database import Database
from command_center.platform.keys import init_keys, load_keys
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.settings import Settings, load
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.records import (
    FIELD_RECORD,
    Attendee,
    FieldRecord,
    SeizedItem,
    SeizeMovables,
    SignedHow,
)
from schemas.sign import Ed25519Signer, Envelope, sign_envelope
from schemas.time import now_ms
from tests.migrated import lay_sqlite


class MovedClock:
    """The wall clock, moved forward by what a test asks for."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return now_ms() + self.ahead_ms


@dataclasses.dataclass
class Court:
    """What the tests of telling need. `applicant` and `debtor` are party ids."""

    database: Database
    settings_file: Path
    clock: MovedClock
    signer: Ed25519Signer
    device: str
    officer: str
    second_officer: str
    clerk: Principal
    case: str
    operation: str
    applicant: str
    debtor: str

    @property
    def device_principal(self) -> Principal:
        return Principal(
            self.device, "记录仪", "DEVICE", permissions_of("DEVICE"), officer=self.officer
        )

    def record(self, **changes: Any) -> FieldRecord:
        """A whole record of 扣押; `changes` replace fields of record or body."""
        body = SeizeMovables(
            started_ms=1_773_297_000_000,
            finished_ms=1_773_297_360_000,
            place_text="临江区龙津里3巷12号",
            items=[SeizedItem(1, "工业缝纫机", 2, "台"), SeizedItem(2, "布料", 10, "匹")],
            custodian="南江物流有限公司",
            storage_place="三号仓",
            attendees=[
                Attendee("DEBTOR", "贺建平", True, SignedHow.SIGNED),
                Attendee("GRASSROOTS_REP", "李主任", True, SignedHow.SIGNED),
                Attendee("CUSTODIAN", "周保管", True, SignedHow.SIGNED),
            ],
            not_exempt=True,
            control_from="2026-03-12",
            control_to="2028-03-11",
        )
        known = {field.name for field in msgspec.structs.fields(SeizeMovables)}
        body = msgspec.structs.replace(
            body, **{name: value for name, value in changes.items() if name in known}
        )
        whole = FieldRecord(
            record=new_id(),
            device=self.device,
            officer=self.officer,
            operation=self.operation,
            case=self.case,
            recorded_wall_ms=body.finished_ms,
            recorded_mono_ms=1,
            boot="boot",
            app="test",
            body=body,
            second_officer=self.second_officer,
        )
        rest = {name: value for name, value in changes.items() if name not in known}
        return msgspec.structs.replace(whole, **rest)

    def sign(self, record: FieldRecord) -> Envelope:
        return sign_envelope(self.signer, FIELD_RECORD, record)


def settings_text(data: Path, database: str, sections: dict[str, dict[str, Any]]) -> str:
    """Return a settings file's text."""
    lines = [
        "[court]",
        'name = "南江市临江区人民法院"',
        'code = "粤0199"',
        "[centre]",
        f'data = "{data / "centre"}"',
        f'database = "{database}"',
        "[relay]",
        'http_url = "http://127.0.0.1:9"',  # no relay here, and none of a neighbour either
        f'data = "{data / "relay"}"',
    ]
    for name, values in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {msgspec.json.encode(one).decode()}" for key, one in values.items()]
    return "\n".join(lines) + "\n"


def open_court(
    folder: Path,
    database_url: str,
    *,
    debtor_phone: str = "13800000202",
    applicant_phone: str = "13800000101",
    debtor_confirmed: bool = True,
    sms: dict[str, Any] | None = None,
    more: dict[str, dict[str, Any]] | None = None,
) -> Court:
    """Make keys and facts in `folder`.

    `database_url`: a PostgreSQL database that is migrated already; else a SQLite file is laid.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "settings.toml"
    sections = {"sms": sms or {"provider": "simulated"}, **(more or {})}
    file.write_text(settings_text(folder, database_url, sections), "utf-8")
    os.chmod(file, 0o600)
    settings: Settings = load(file, {})
    init_keys(settings, now_ms())
    if not database_url:
        lay_sqlite(settings.data)
    clock = MovedClock()
    database = Database(settings, load_keys(settings), clock)
    signer = Ed25519Signer.generate()
    facts = database.run(_seed, signer, debtor_phone, applicant_phone, debtor_confirmed)
    return Court(database, file, clock, signer, **facts)


def _seed(
    uow: UnitOfWork,
    signer: Ed25519Signer,
    debtor_phone: str,
    applicant_phone: str,
    debtor_confirmed: bool,
) -> dict[str, Any]:
    staff = {
        number: add_staff(uow, CENTRE, NewStaff(number, name, role, "x", phone=phone))
        for number, name, role, phone in (
            ("E1", "秦朗", "ENF_OFFICER", "020-55501200"),
            ("E2", "方仲礼", "ENF_OFFICER", ""),
            ("C1", "温雨桐", "CLERK", "020-55501234"),
        )
    }
    uow.session.flush()
    case = open_case(
        uow,
        CENTRE,
        NewCase("（2026）粤0199执2187号", "买卖合同纠纷", "（2025）粤0199民初6021号民事判决书",
                50_821_450, 1_770_600_000_000),
    )  # fmt: skip
    applicant = add_party(
        uow, CENTRE,
        NewParty(case, "APPLICANT", "穗禾贸易有限公司", False, phone=applicant_phone,
                 phone_confirmed=True),
    )  # fmt: skip
    debtor = add_party(
        uow, CENTRE,
        NewParty(case, "DEBTOR", "贺建平", True, id_number="440103199001011234",
                 phone=debtor_phone, phone_confirmed=debtor_confirmed),
    )  # fmt: skip
    for number, role in (("E1", "ENF_OFFICER"), ("C1", "CLERK")):
        assign_officer(uow, CENTRE, case, staff[number].id, role)
    operation = plan_operation(
        uow, Principal("planner", "planner", "", frozenset({"operation:plan"})),
        NewOperation(case, "扣押设备", "龙津里3巷12号", uow.now_ms,
                     (staff["E1"].id, staff["E2"].id), staff["E1"].id),
    )  # fmt: skip
    device = new_id()
    uow.session.add(
        Device(
            id=device, name="记录仪1", key=signer.key, alg="ed25519", public=signer.public,
            protection="file", app="test", officer=staff["E1"].id,
            holder=staff["E1"].id, certificate=b"{}",
            enrolled_ms=uow.now_ms,
        )
    )  # fmt: skip
    clerk = staff["C1"]
    return {
        "device": device,
        "officer": staff["E1"].id,
        "second_officer": staff["E2"].id,
        "clerk": Principal(clerk.id, clerk.name, "CLERK", permissions_of("CLERK")),
        "case": case,
        "operation": operation,
        "applicant": applicant,
        "debtor": debtor,
    }
