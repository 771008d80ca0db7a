"""S-01, R-11: a visit is planned at the desk, is on the crew's devices, changes, is called off."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.log import log_of_case
from command_center.devices.contact import device_principal
from command_center.ledger.service import sequence_entries
from command_center.measures.service import accept_field_record
from command_center.operations.models import Crew, Operation
from command_center.operations.planning import (
    NewOperation,
    call_off,
    change_plan,
    plan_operation,
)
from command_center.operations.register import (
    Group,
    OperationQuery,
    OperationsFound,
    operation_register,
)
from command_center.operations.service import briefs_for
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.records import Step
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

HOUR_MS = 3_600_000


def _plan(court: Court, **changed: Any) -> NewOperation:
    officer, clerk = court.staff(Role.ENF_OFFICER).id, court.staff(Role.CLERK).id
    message = NewOperation(
        court.seeded.cases[1].id, "腾退房屋", "南江市临江区龙津里3巷12号", court.clock() + HOUR_MS,
        (officer, clerk), officer, new_id(),
    )  # fmt: skip
    return replace(message, **changed)


def _planned(court: Court, **changed: Any) -> str:
    made: str = court.database.run(
        plan_operation, court.staff(Role.ENF_OFFICER), _plan(court, **changed)
    )
    return made


def _row(court: Court, operation: str) -> Operation:
    return court.database.read(lambda uow: uow.session.get_one(Operation, operation))  # type: ignore[no-any-return]


def _found(court: Court, **asked: Any) -> OperationsFound:
    query = OperationQuery(**asked)
    return court.database.read(operation_register, court.staff(Role.CLERK), query)  # type: ignore[no-any-return]


def _shown_on_device(court: Court) -> list[str]:
    briefs = court.database.read(briefs_for, court.staff(Role.ENF_OFFICER).id)
    return [brief.operation for brief in briefs]


def _reports(court: Court, operation: str, step: Step) -> None:
    """Let the officer's device report a step of this visit."""
    device, made = court.contacted()
    principal = court.database.read(device_principal, made.session)
    seeded = msgspec.structs.replace(
        court.seeded, operation=operation, cases=court.seeded.cases[1:]
    )
    envelope = device.step(seeded, step, court.clock())
    court.database.run(accept_field_record, principal, envelope)


def test_s_01_a_plan_reaches_the_crews_devices_once_and_the_log(court: Court) -> None:
    message = _plan(court)
    who = court.staff(Role.JUDGE)
    operation = court.database.run(plan_operation, who, message)
    assert court.database.run(plan_operation, who, message) == operation == message.operation
    assert operation in _shown_on_device(court)
    lines = court.database.read(log_of_case, who, message.case)
    (line,) = [one for one in lines if one.operation == operation]
    assert "腾退房屋" in line.text
    while court.database.run(sequence_entries):
        pass
    with pytest.raises(MzError, match=r"operation\.repeated"):
        _planned(court, operation=court.seeded.operation)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": " \n"}, "operation.no_title"),
        ({"address": ""}, "operation.no_address"),
        ({"planned_start_ms": 0}, "operation.bad_time"),
        ({"planned_start_ms": 9_999_999_999_999}, "operation.bad_time"),
        ({"crew": ("x", "y")}, "operation.crew_unknown"),
        ({"presiding": "x"}, "operation.nobody_presides"),
        ({"case": "x"}, "case.unknown"),
        ({"operation": "../x"}, "id.malformed"),
    ],
)
def test_a_wrong_plan_changes_nothing(
    sqlite_court: Court, changed: dict[str, Any], code: str
) -> None:
    before = sqlite_court.database.read(
        lambda uow: len(uow.session.scalars(select(Operation)).all())
    )
    with pytest.raises(MzError) as refused:
        _planned(sqlite_court, **changed)
    assert refused.value.code == code
    after = sqlite_court.database.read(
        lambda uow: len(uow.session.scalars(select(Operation)).all())
    )
    assert after == before


def test_r_11_nobody_goes_alone_and_only_who_may_go(sqlite_court: Court) -> None:
    officer = sqlite_court.staff(Role.ENF_OFFICER).id
    for crew in ((officer,), (officer, officer)):
        with pytest.raises(MzError, match=r"operation\.crew_too_small"):
            _planned(sqlite_court, crew=crew)
    finance = sqlite_court.staff(Role.FINANCE).id
    with pytest.raises(MzError, match=r"operation\.crew_unknown"):
        _planned(sqlite_court, crew=(officer, finance))
    with pytest.raises(MzError, match=r"access\.refused"):
        sqlite_court.database.run(
            plan_operation, sqlite_court.staff(Role.ARCHIVIST), _plan(sqlite_court)
        )


def test_a_plan_changes_until_they_depart(court: Court) -> None:
    who, operation = court.staff(Role.ENF_OFFICER), _planned(court)
    bailiff = court.staff(Role.BAILIFF).id
    changed = _plan(court, address="另一处", crew=(who.id, bailiff), presiding=bailiff)
    court.database.run(change_plan, who, operation, changed)
    assert _row(court, operation).address == "另一处"
    query = select(Crew.staff, Crew.presiding).where(Crew.operation == operation)
    crew = court.database.read(lambda uow: set(uow.session.execute(query).all()))
    assert crew == {(who.id, False), (bailiff, True)}
    _reports(court, operation, Step.DEPARTED)
    assert _row(court, operation).state == "DEPARTED"
    with pytest.raises(MzError, match=r"operation\.departed"):
        court.database.run(change_plan, who, operation, changed)
    with pytest.raises(MzError, match=r"operation\.departed"):
        court.database.run(call_off, who, operation, "下雨")
    assert _row(court, operation).state == "DEPARTED"


def test_what_is_called_off_leaves_the_devices_and_who_went_all_the_same_is_seen(
    court: Court,
) -> None:
    who, operation = court.staff(Role.ENF_OFFICER), _planned(court)
    with pytest.raises(MzError, match=r"operation\.no_reason"):
        court.database.run(call_off, who, operation, "  ")
    court.database.run(call_off, who, operation, "被执行人已履行")
    assert operation not in _shown_on_device(court)
    assert operation in {row.id for row in _found(court, group=Group.OVER).rows}
    _reports(court, operation, Step.ON_SCENE)
    assert _row(court, operation).state == "ON_SCENE"
    assert operation in {row.id for row in _found(court, group=Group.OUT).rows}


def test_the_register_finds_by_words_and_counts_its_tabs(court: Court) -> None:
    made = [_planned(court, operation=new_id(), title=f"第{n:02d}次 100%") for n in range(60)]
    found = _found(court)
    assert found.total == 61
    assert found.counts[Group.PLANNED] == 61
    assert len(found.rows) + len(_found(court, page=1).rows) == 61
    assert {row.id for row in _found(court, text="次 100%").rows} <= set(made)
    assert _found(court, text="次 1_0").total == 0
    assert _found(court, text="李东升").total == 60
    assert [row.title for row in _found(court, text="第07次").rows] == ["第07次 100%"]


def test_s_01_the_desk_plans_changes_and_calls_off_by_its_pages(sqlite_centre: Centre) -> None:
    officer, court = Reader(sqlite_centre, Role.ENF_OFFICER), sqlite_centre.court
    case = court.seeded.cases[0].id
    form = officer.page(f"cases/{case}/operations/new")
    operation = re.search(r'name="operation" value="([^"]+)"', form)
    assert operation is not None
    start = court_time(court.clock() + HOUR_MS).strftime("%Y-%m-%dT%H:%M")
    people = [court.staff(role).id for role in (Role.ENF_OFFICER, Role.CLERK)]
    fields: dict[str, Any] = {
        "operation": operation[1], "title": "<b>搜查</b>", "address": "龙津里3巷", "start": start,
        "crew": people[:1], "presiding": people[0],
    }  # fmt: skip
    alone = officer.post(f"cases/{case}/operations", **fields)
    assert (alone.status_code, "operation.crew_too_small" in alone.text) == (400, True)
    assert "&lt;b&gt;搜查" in alone.text
    made = officer.post(f"cases/{case}/operations", **{**fields, "crew": people})
    assert made.url.endswith(f"/operations/{operation[1]}")
    assert "变更或取消" in made.text
    moved = {**fields, "crew": people, "address": "龙津里4巷"}
    assert "龙津里4巷" in officer.post(f"operations/{operation[1]}/plan", **moved).text
    gone = officer.post(f"operations/{operation[1]}/call-off", reason="已和解")
    assert "已取消" in gone.text
    assert "取消行动" in officer.page(f"cases/{case}")
    reader = Reader(sqlite_centre, Role.ARCHIVIST)
    assert (
        reader.http.get(f"{reader.url}/operations/{operation[1]}/plan", timeout=20).status_code
        == 403
    )
