"""Demonstration data: two cases with two parties each, staff in every role, one visit today.

Names and numbers are made up. Running it again adds nothing twice; it issues the sign-ins anew,
since passwords are kept as hashes only, and plans a fresh visit when today's is over.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from command_center.access.permissions import COURT_STAFF, ROLE_NAMES, Role, permissions_of
from command_center.access.staff import (
    NewStaff,
    add_staff,
    find_by_number,
    fresh_password,
    set_password,
)
from command_center.cases import service as cases
from command_center.cases.models import Party
from command_center.operations.models import Operation
from command_center.operations.planning import NewOperation, plan_operation
from command_center.platform.database import Database
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS

STAFF_NAMES = {
    Role.ENF_OFFICER: "陈志远", Role.JUDGE: "林清和", Role.ASSISTANT: "周雨桐",
    Role.CLERK: "苏婉宁", Role.BAILIFF: "赵铁成", Role.BUREAU_HEAD: "郑国栋",
    Role.PRESIDENT: "何秉正", Role.VICE_PRESIDENT: "罗思远", Role.PANEL: "方若谷",
    Role.COMMANDER: "梁建业", Role.DUTY_OFFICER: "许明岚", Role.TECHNICIAN: "谢一鸣",
    Role.FINANCE: "叶舒文", Role.ARCHIVIST: "温如玉", Role.AUDITOR: "严守中",
    Role.ADMIN: "邓立新",
}  # fmt: skip


@dataclass(frozen=True)
class _Person:
    role: str
    name: str
    is_person: bool
    id_number: str
    phone: str


@dataclass(frozen=True)
class _DemoCase:
    number: str
    cause: str
    basis: str
    amount_fen: int
    parties: tuple[_Person, ...]


CASES = (
    _DemoCase(
        "（2026）粤0199执1024号", "民间借贷纠纷", "（2025）粤0199民初3301号民事判决书", 86_540_000,
        (
            _Person("APPLICANT", "王海棠", True, "440199198503072221", "13800010001"),
            _Person("DEBTOR", "南江市恒发五金制品有限公司", False, "91440199MA5DEMO01X",
                    "13800010002"),
        ),
    ),
    _DemoCase(
        "（2026）粤0199执1025号", "买卖合同纠纷", "（2025）粤0199民初4127号民事调解书", 12_380_000,
        (
            _Person("APPLICANT", "南江市远帆包装有限公司", False, "91440199MA5DEMO02Y",
                    "13800010003"),
            _Person("DEBTOR", "李东升", True, "440199197911204417", "13800010004"),
        ),
    ),
)  # fmt: skip


class SignInOut(msgspec.Struct, frozen=True):
    """A sign-in of the demonstration."""

    id: str
    number: str
    name: str
    role: str
    role_zh: str
    password: str


class CaseOut(msgspec.Struct, frozen=True):
    """A seeded case: parties as (id, role, name)."""

    id: str
    number: str
    parties: list[tuple[str, str, str]]


class Seeded(msgspec.Struct, frozen=True):
    """What `seed --demo` prints. `officer` is the staff id of the crew's presiding officer."""

    root: str
    desk: str
    portal: str
    staff: list[SignInOut]
    cases: list[CaseOut]
    operation: str
    officer: str


Passwords = dict[Role, tuple[str, str]]
"""A one-time password and its hash for every role."""


def seed_demo(database: Database, passwords: Passwords | None = None) -> Seeded:
    """Make what is missing of the demonstration, with fresh sign-ins unless they are given."""
    return database.run(_seed, passwords or fresh_passwords())


def fresh_passwords() -> Passwords:
    """Return random passwords; hashing them takes a second or two."""
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: fresh_password(), COURT_STAFF))
    return dict(zip(COURT_STAFF, made, strict=True))


def _seed(uow: UnitOfWork, passwords: Passwords) -> Seeded:
    staff: dict[Role, SignInOut] = {
        role: _member(uow, number, role, *passwords[role])
        for number, role in enumerate(COURT_STAFF, 1001)
    }
    uow.session.flush()
    found = [_case(uow, item, index, staff) for index, item in enumerate(CASES)]
    uow.session.flush()
    operation = _visit(uow, found[0], staff)
    base = uow.settings.centre.public_url
    return Seeded(
        uow.keys.root, f"{base}/desk", f"{base}/portal", list(staff.values()), found, operation,
        staff[Role.ENF_OFFICER].id,
    )  # fmt: skip


def _member(uow: UnitOfWork, number: int, role: Role, password: str, hash_: str) -> SignInOut:
    name, zh = STAFF_NAMES[role], ROLE_NAMES[role][0]
    row = find_by_number(uow, str(number))
    if row is not None:
        set_password(uow, CENTRE, row.id, hash_, must_change=False)
        return SignInOut(row.id, row.number, row.name, role, zh, password)
    phone = f"0769-8888{number}"
    made = add_staff(
        uow, CENTRE, NewStaff(str(number), name, role, hash_, phone, must_change=False)
    )
    return SignInOut(made.id, made.number, made.name, role, zh, password)


def _case(uow: UnitOfWork, demo: _DemoCase, index: int, staff: dict[Role, SignInOut]) -> CaseOut:
    case = cases.find_case(uow, demo.number)
    if case is None:
        filed_ms = uow.now_ms - (40 + index) * _DAY_MS
        message = cases.NewCase(demo.number, demo.cause, demo.basis, demo.amount_fen, filed_ms)
        case = cases.open_case(uow, CENTRE, message)
        uow.session.flush()
        for person in demo.parties:
            cases.add_party(
                uow, CENTRE,
                cases.NewParty(case, person.role, person.name, person.is_person,
                               person.id_number, person.phone, phone_confirmed=True),
            )  # fmt: skip
        for role in (Role.ENF_OFFICER, Role.JUDGE, Role.CLERK):
            cases.assign_officer(uow, CENTRE, case, staff[role].id, role)
        uow.session.flush()
    rows = uow.session.scalars(select(Party).where(Party.case == case).order_by(Party.position))
    return CaseOut(
        case, cases.case_view(uow, case).number, [(row.id, row.role, row.name) for row in rows]
    )


def _visit(uow: UnitOfWork, case: CaseOut, staff: dict[Role, SignInOut]) -> str:
    waiting = select(Operation.id).where(
        Operation.case == case.id,
        Operation.state == "PLANNED",
        Operation.planned_start_ms > uow.now_ms - 12 * _HOUR_MS,
    )
    known = uow.session.scalar(waiting.limit(1))
    if known is not None:
        return known
    crew = [staff[role] for role in (Role.ENF_OFFICER, Role.CLERK, Role.BAILIFF)]
    presides = crew[0]
    number = random.SystemRandom().randint(1, 60)
    return plan_operation(
        uow, Principal(presides.id, presides.name, presides.role, permissions_of(presides.role)),
        NewOperation(case.id, "恒发五金厂房机器设备扣押", f"南江市临江区沿河工业路{number}号",
                     uow.now_ms + _HOUR_MS // 2, tuple(one.id for one in crew), presides.id),
    )  # fmt: skip
