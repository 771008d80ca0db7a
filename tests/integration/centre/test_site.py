"""S-04: an operation's place has coordinates: typed at the desk, carried to the devices, and each
arrival is told with how near it was and who says so."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from command_center.access.permissions import Role
from command_center.cases.log import log_of_case
from command_center.devices.contact import device_principal
from command_center.measures.service import accept_field_record
from command_center.operations.planning import NewOperation, change_plan, plan_operation
from command_center.operations.service import briefs_for, read_operation
from command_center.operations.views import OperationView
from schemas.field_api import OperationBrief, Site
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.records import OperationStep, Step, Where
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

HOUR_MS = 3_600_000
HALL, TYPED = Site(23.129111, 113.264389, 150), "23.129111，113.264389"
NEAR, FAR = Where(23.129511, 113.264389, 6.0), Where(23.229111, 113.264389, 6.0)


def _message(court: Court, operation: str, site: str, radius_m: int = 150) -> NewOperation:
    officer, clerk = court.staff(Role.ENF_OFFICER).id, court.staff(Role.CLERK).id
    return NewOperation(
        court.seeded.cases[0].id, "腾退房屋", "龙津里3巷12号", court.clock() + HOUR_MS,
        (officer, clerk), officer, operation, site, radius_m,
    )  # fmt: skip


def _plan(court: Court, site: str = TYPED, radius_m: int = 150) -> str:
    message = _message(court, new_id(), site, radius_m)
    made: str = court.database.run(plan_operation, court.staff(Role.ENF_OFFICER), message)
    return made


def _brief(court: Court, operation: str) -> OperationBrief:
    briefs = court.database.read(briefs_for, court.staff(Role.ENF_OFFICER).id)
    return next(brief for brief in briefs if brief.operation == operation)


def _view(court: Court, operation: str) -> OperationView:
    who = court.staff(Role.DUTY_OFFICER)
    return court.database.read(read_operation, who, operation)  # type: ignore[no-any-return]


class Officer:
    """An officer of the crew with his device."""

    def __init__(self, court: Court, operation: str) -> None:
        self._court = court
        self._device, made = court.contacted()
        self._principal = court.database.read(device_principal, made.session)
        self._seeded = msgspec.structs.replace(court.seeded, operation=operation)

    def reports(
        self, step: Step, at_ms: int, place: Where | None, *, by_position: bool = False
    ) -> None:
        body = OperationStep(step, at_ms, by_position=by_position)
        envelope = self._device.record(self._seeded, body, at_ms, place=place)
        self._court.database.run(accept_field_record, self._principal, envelope)


def test_the_devices_of_the_crew_are_told_where_it_is_and_what_changed(court: Court) -> None:
    operation, who = _plan(court), court.staff(Role.ENF_OFFICER)
    assert _brief(court, operation).site == HALL
    moved = _message(court, operation, "22.5, 114.05 ", 300)
    court.database.run(change_plan, who, operation, moved)
    assert _brief(court, operation).site == Site(22.5, 114.05, 300)
    lines = court.database.read(log_of_case, who, moved.case)
    assert any("22.500000, 114.050000，300米内" in one.text for one in lines)
    court.database.run(change_plan, who, operation, _message(court, operation, ""))
    assert _brief(court, operation).site is None
    assert _brief(court, court.seeded.operation).site is None


@pytest.mark.parametrize(
    ("site", "radius_m"),
    [
        ("113.264389, 23.129111", 150),
        ("40.7, -74.0", 150),
        ("0, 0", 150),
        ("23.1", 150),
        ("龙津里", 150),
        ("23.1, 113.2, 5", 150),
        ("9" * 400, 150),
        ("23.1, 113.2", 7),
        ("23.1, 113.2", 999_999),
    ],
)
def test_coordinates_that_are_none_change_nothing(
    sqlite_court: Court, site: str, radius_m: int
) -> None:
    operation, who = _plan(sqlite_court), sqlite_court.staff(Role.ENF_OFFICER)
    wrong = _message(sqlite_court, operation, site, radius_m)
    with pytest.raises(MzError) as refused:
        sqlite_court.database.run(change_plan, who, operation, wrong)
    assert refused.value.code == "operation.bad_site"
    assert _brief(sqlite_court, operation).site == HALL


def test_an_arrival_by_position_counts_and_says_so_everywhere(court: Court) -> None:
    operation, at_ms = _plan(court), court.clock()
    officer = Officer(court, operation)
    officer.reports(Step.DEPARTED, at_ms, FAR)
    officer.reports(Step.ON_SCENE, at_ms + 1, NEAR, by_position=True)
    view = _view(court, operation)
    assert (view.row.state, view.arrived_ms) == ("ON_SCENE", at_ms + 1)
    assert view.arrived_by_position
    departed, arrived = view.steps
    assert departed.text_zh == "执行人员已出发，距地点 11.1 公里"
    assert arrived.text_zh == "执行人员已到达现场（按定位），距地点 44 米"
    assert arrived.text_en == "The crew arrived at the scene (by position), 44 m from the place"
    lines = court.database.read(
        log_of_case, court.staff(Role.ENF_OFFICER), court.seeded.cases[0].id
    )
    assert any(one.text == "执行人员已到达现场（按定位）" for one in lines)


def test_an_officers_word_counts_wherever_he_is_and_the_distance_stands_beside_it(
    court: Court,
) -> None:
    operation, at_ms = _plan(court), court.clock()
    officer = Officer(court, operation)
    officer.reports(Step.ON_SCENE, at_ms, FAR)
    officer.reports(Step.ON_SCENE, at_ms + 60_000, NEAR, by_position=True)
    view = _view(court, operation)
    assert view.arrived_ms == at_ms
    assert not view.arrived_by_position
    assert "距地点 11.1 公里" in view.steps[0].text_zh


@pytest.mark.parametrize("place", [None, Where(400.0, 10.0, 1.0), Where(23.0, -1e300, 1.0)])
def test_a_step_with_a_place_that_is_none_is_taken_all_the_same(
    sqlite_court: Court, place: Where | None
) -> None:
    operation = _plan(sqlite_court)
    Officer(sqlite_court, operation).reports(Step.ON_SCENE, sqlite_court.clock(), place)
    assert _view(sqlite_court, operation).steps[0].text_zh == "执行人员已到达现场"


def test_s_04_the_desk_types_the_place_and_sees_who_says_they_arrived(
    sqlite_centre: Centre,
) -> None:
    officer, court = Reader(sqlite_centre, Role.ENF_OFFICER), sqlite_centre.court
    case = court.seeded.cases[0].id
    found = re.search(
        r'name="operation" value="([^"]+)"', officer.page(f"cases/{case}/operations/new")
    )
    assert found is not None
    start = court_time(court.clock() + HOUR_MS).strftime("%Y-%m-%dT%H:%M")
    people = [court.staff(role).id for role in (Role.ENF_OFFICER, Role.CLERK)]
    fields: dict[str, Any] = {
        "operation": found[1], "title": "搜查", "address": "龙津里3巷", "start": start,
        "crew": people, "presiding": people[0], "site": "113.264389, 23.129111",
        "site_radius_m": "300",
    }  # fmt: skip
    wrong = officer.post(f"cases/{case}/operations", **fields)
    assert (wrong.status_code, "operation.bad_site" in wrong.text) == (400, True)
    assert "先纬度后经度" in wrong.text
    assert 'value="113.264389, 23.129111"' in wrong.text
    assert '<option value="300" selected>' in wrong.text
    made = officer.post(f"cases/{case}/operations", **{**fields, "site": TYPED})
    assert 'data-site="23.129111 113.264389 300"' in made.text
    again = officer.page(f"operations/{found[1]}/plan")
    assert 'value="23.129111, 113.264389"' in again
    assert '<option value="300" selected>' in again
    Officer(court, found[1]).reports(Step.ON_SCENE, court.clock(), NEAR, by_position=True)
    room = Reader(sqlite_centre, Role.DUTY_OFFICER).page(f"operations/{found[1]}")
    assert "已到场（按定位）" in room
    assert "距地点 44 米" in room
