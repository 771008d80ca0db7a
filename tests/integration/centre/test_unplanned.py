"""S-01: an officer opens an operation at the scene; it becomes one of the centre's, marked so."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from command_center.access.permissions import Role
from command_center.cases.models import LogEntry
from command_center.measures.case_correction import CorrectCase, correct_case
from command_center.measures.changes import release_measure
from command_center.measures.models import MeasureRow, RecordRow
from command_center.measures.placing import place_next
from command_center.measures.second import How
from command_center.notices.models import NoticeRow
from command_center.notices.templates import Purpose
from command_center.operations import unplanned
from command_center.operations.case_correction import corrections_of
from command_center.operations.models import Crew
from command_center.operations.register import OperationQuery, operation_register
from command_center.operations.service import briefs_for, read_operation
from command_center.operations.views import Unplanned
from command_center.platform.event_log import EventRow
from command_center.platform.uow import UnitOfWork
from schemas.field_api import RecordReceipt
from schemas.ids import new_id
from schemas.opened import OpenedKind, OperationOpened
from schemas.problems import MzError
from schemas.records import OperationStep, Step, StoodBeside, Where
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_field_acts import Scene, _codes
from tests.integration.centre.test_proof_pages import Reader

DAY_MS = 86_400_000
DELIVERED = {"paper": "甲", "handed_over": "钥匙", "receiver": "乙"}
PLACE = Where(23.1291, 113.2644, 8.5)


class Found:
    """The officer came upon something: an operation under an id of his own device."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.operation = scene, new_id()

    def body(self, **changed: Any) -> OperationOpened:
        made = OperationOpened(
            OpenedKind.PROPERTY, self.scene.court.clock(), "龙津里9巷口", "", [self.scene.second],
            "社区干部李某",
        )  # fmt: skip
        return msgspec.structs.replace(made, **changed)

    def open(self, case: str = "", record: str = "", **changed: Any) -> RecordReceipt:
        return self.send(self.body(**changed), record=record, case=case, place=PLACE)

    def send(self, body: Any, **changed: Any) -> RecordReceipt:
        return self.scene.send(body, **{"operation": self.operation, "case": "", **changed})

    def desk(self, verb: Any, *told: Any, role: Role = Role.DUTY_OFFICER) -> Any:
        return self.scene.court.database.run(verb, self.scene.court.staff(role), *told)

    def confirm(self, number: str = "") -> None:
        self.desk(unplanned.confirm, self.operation, number, role=Role.COMMANDER)

    def view(self) -> Unplanned:
        found: Unplanned = self.desk(read_operation, self.operation).row.unplanned
        return found

    def place_all(self) -> int:
        placed = 0
        while self.scene.court.database.run(place_next):
            placed += 1
        return placed

    def count(self, table: Any) -> int:
        query = select(func.count()).select_from(table).where(table.operation == self.operation)
        return int(self.scene.court.database.read(lambda uow: uow.session.scalar(query)))


@pytest.fixture
def found(court: Court) -> Found:
    return Found(Scene(court))


def _number(found: Found) -> str:
    return found.scene.court.seeded.cases[0].number


def _case(found: Found) -> str:
    return found.scene.court.seeded.cases[0].id


def test_s01_an_officer_opens_an_operation_that_the_desk_confirms(found: Found) -> None:
    court, record = found.scene.court, new_id()
    first = found.open(_case(found), record)
    assert _codes(first) == []
    found.send(OperationStep(Step.ON_SCENE, court.clock()), case=_case(found))
    seen = found.desk(read_operation, found.operation)
    assert (seen.row.state, seen.row.title) == ("ON_SCENE", "计划外：发现可供执行的财产")
    assert [(one.staff, one.presiding) for one in seen.row.crew] == [
        (court.seeded.officer, True), (found.scene.second, False)
    ]  # fmt: skip
    assert seen.row.site is not None
    assert (found.view().confirmed_ms, found.view().late) == (None, False)
    assert "李某" in found.view().with_him
    rows = found.desk(operation_register, OperationQuery()).rows
    assert [one.unplanned is not None for one in rows if one.id == found.operation] == [True]
    briefs = court.database.read(briefs_for, found.scene.second)
    assert found.operation in [one.operation for one in briefs], "his colleague's device has it too"
    found.confirm()
    found.confirm()
    assert found.view().confirmed_by == court.staff(Role.COMMANDER).name
    query = select(LogEntry.text).where(
        LogEntry.operation == found.operation, LogEntry.act == "UNPLANNED"
    )
    lines = court.database.read(lambda uow: uow.session.scalars(query).all())
    assert len(lines) == 2, "opened and confirmed, each once"


def test_s01_a_typed_number_finds_the_case_and_the_whole_act_is_done_in_it(found: Found) -> None:
    assert _codes(found.open(case_number=_number(found))) == []
    body = found.scene.body("deliver", facts=DELIVERED)
    receipt = found.send(body)
    assert receipt.measure, "records that name no case belong to the operation's"
    detail = found.scene.read(receipt.measure)
    assert (detail.measure.case, detail.measure.operation) == (_case(found), found.operation)
    assert found.place_all() == 0


def test_s01_while_nobody_knows_the_case_all_is_kept_and_follows_once_it_is_named(
    found: Found,
) -> None:
    court = found.scene.court
    assert _codes(found.open()) == []
    body = found.scene.body("deliver", facts=DELIVERED)
    act = found.send(body)
    step = found.send(OperationStep(Step.ON_SCENE, court.clock()))
    at_ms = court.clock()
    found.send(StoodBeside(at_ms - 3_600_000, at_ms), device=found.scene.other.id,
               officer=found.scene.second)  # fmt: skip
    assert _codes(act) == _codes(step) == ["record.case_awaited"]
    assert found.place_all() == 0
    assert found.count(MeasureRow) == 0
    (waiting,) = found.desk(unplanned.unconfirmed)
    assert (waiting.operation, waiting.case) == (found.operation, None)
    for wrong, code in (("", "case.number_malformed"), ("（2026）粤0199执9号", "case.unknown")):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            found.confirm(wrong)
    found.confirm(_number(found))
    assert found.desk(unplanned.unconfirmed) == []
    assert found.place_all() == 3
    assert found.place_all() == 0, "each once"
    measure = found.scene.read(act.record).measure
    assert (measure.case, measure.second_confirmed) == (_case(found), How.OWN_DEVICE)
    assert found.desk(read_operation, found.operation).row.state == "ON_SCENE"
    told = select(func.count(func.distinct(NoticeRow.party))).where(NoticeRow.node == act.record)
    assert court.database.read(lambda uow: uow.session.scalar(told)) == 2


def test_s01_records_that_come_before_the_opening_wait_for_it(found: Found) -> None:
    early = found.send(OperationStep(Step.ON_SCENE, found.scene.court.clock()))
    assert _codes(early) == ["record.operation_unknown"]
    assert _codes(found.open(case_number=_number(found))) == []
    assert found.place_all() == 1
    assert found.desk(read_operation, found.operation).row.state == "ON_SCENE"


def test_an_opening_is_idempotent_and_takes_no_others_operation(found: Found) -> None:
    record = new_id()
    body = found.body(case_number=_number(found))
    at_ms = found.scene.court.clock()
    same = {"record": record, "recorded_wall_ms": at_ms}
    assert found.send(body, **same) == found.send(body, **same)
    assert found.count(Crew) == 2
    again = found.open(case_number=_number(found))
    assert _codes(again) == ["operation.known"]
    planned = found.scene.court.seeded.operation
    assert _codes(found.send(body, operation=planned)) == ["operation.known"]
    assert _codes(found.send(body, operation="../x")) == ["operation.known"]
    assert found.count(Crew) == 2


def test_a_garbled_opening_is_taken_and_breaks_no_page(found: Found) -> None:
    receipt = found.send(
        found.body(opened_ms=-5, place_text="\0" * 5_000, case_number="\0（", companions="\0" * 999,
                   crew=["x", "\0", found.scene.second] * 50),
        case="\0nothing", place=Where(1e300, -1e300, 1.0),
    )  # fmt: skip
    assert _codes(receipt) == []
    (waiting,) = found.desk(unplanned.unconfirmed)
    assert waiting.case is None
    found.confirm(_number(found))
    assert found.desk(read_operation, found.operation).row.site is None


def test_who_may_not_plan_may_not_confirm(found: Found) -> None:
    found.open()
    with pytest.raises(MzError, match=r"access\.refused"):
        found.desk(unplanned.confirm, found.operation, _number(found), role=Role.AUDITOR)
    with pytest.raises(MzError, match=r"operation\.unknown"):
        found.desk(unplanned.confirm, new_id(), "", role=Role.COMMANDER)
    assert found.count(RecordRow) == 1


def test_what_nobody_confirms_within_a_day_is_late_and_alarmed_once(found: Found) -> None:
    database = found.scene.court.database
    found.open(_case(found))
    assert database.run(unplanned.tell_late) == 0
    found.scene.court.clock.ahead_ms = DAY_MS + 60_000
    assert database.run(unplanned.tell_late) == 1
    assert database.run(unplanned.tell_late) == 0
    query = select(EventRow.level).where(EventRow.type == "UnplannedUnconfirmed")
    assert database.read(lambda uow: uow.session.scalars(query).all()) == ["alarm"]
    assert found.view().late
    found.confirm()
    assert found.view().late, "a late word stays late"


def test_s01_the_desk_reads_the_mark_and_confirms_it_with_its_case(sqlite_centre: Centre) -> None:
    found = Found(Scene(sqlite_centre.court))
    found.open()
    reader = Reader(sqlite_centre, Role.COMMANDER)
    page = reader.page("operations")
    assert f'data-unplanned="{found.operation}"' in page
    assert "案件待定" in page
    assert "李某" in page
    assert reader.post(f"operations/{found.operation}/confirm").status_code == 400
    wrong = reader.post(f"operations/{found.operation}/confirm", case_number="（2026）粤0199执9号")
    assert (wrong.status_code, "没有这个案件" in wrong.text) == (400, True)
    done = reader.post(f"operations/{found.operation}/confirm", case_number=_number(found))
    assert done.status_code == 200
    assert "计划外" in done.text
    assert "确认于" in done.text
    assert "data-unplanned" not in reader.page("operations")
    clerk = Reader(sqlite_centre, Role.AUDITOR)
    assert clerk.post(f"operations/{found.operation}/confirm").status_code == 403


def _right(found: Found) -> tuple[str, str]:
    """Return id and number of the case that it really concerns."""
    case = found.scene.court.seeded.cases[1]
    return case.id, case.number


def _correct(found: Found, number: str, reason: str = "经核对系另一案", **more: Any) -> None:
    found.desk(correct_case, CorrectCase(found.operation, number, reason), **more)


def _lines(found: Found, case: str) -> list[str]:
    query = select(LogEntry.text).where(LogEntry.case == case, LogEntry.act == "UNPLANNED")
    ordered = query.order_by(LogEntry.seq)
    return list(found.scene.court.database.read(lambda uow: uow.session.scalars(ordered).all()))


def test_s01_a_wrong_case_is_corrected_with_a_reason_and_nothing_is_lost(found: Found) -> None:
    court, (right, number) = found.scene.court, _right(found)
    found.open(_case(found))
    found.send(OperationStep(Step.ON_SCENE, court.clock()), case=_case(found))
    for told, code in (
        ((_number(found), "经核对系另一案"), "unplanned.same_case"),
        ((number, "好"), "unplanned.no_reason"),
        (("（2026）粤0199执9号", "经核对系另一案"), "case.unknown"),
        (("", "经核对系另一案"), "case.number_malformed"),
    ):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            _correct(found, *told, role=Role.COMMANDER)
    with pytest.raises(MzError, match=r"access\.refused"):
        _correct(found, number, role=Role.AUDITOR)
    assert len(_lines(found, _case(found))) == 1, "what is refused changes nothing"
    _correct(found, number, role=Role.COMMANDER)
    seen = found.desk(read_operation, found.operation)
    assert (seen.row.case, seen.row.state) == (right, "ON_SCENE")
    (said,) = found.desk(lambda uow, _who: corrections_of(uow, found.operation))
    assert (said.from_number, said.to_number, said.reason) == (
        _number(found), number, "经核对系另一案"
    )  # fmt: skip
    old, new = _lines(found, _case(found)), _lines(found, right)
    assert (len(old), len(new)) == (2, 1)
    assert "误立于本案" in old[1]
    assert "改归本案" in new[0]
    # A device that has not heard of it yet still names the former case
    step = found.send(OperationStep(Step.WITHDRAWN, court.clock()), case=_case(found))
    assert _codes(step) == []
    act = found.send(found.scene.body("deliver", facts=DELIVERED), case=_case(found))
    assert found.scene.read(act.measure).measure.case == right
    assert found.desk(read_operation, found.operation).row.state == "WITHDRAWN"


def test_s01_a_measure_that_stands_keeps_an_operation_in_its_case(found: Found) -> None:
    court, (right, number) = found.scene.court, _right(found)
    found.open(_case(found))
    sealed = found.send(found.scene.body("seize_vehicle", facts={"plate": "粤A12345"}),
                        case=_case(found))  # fmt: skip
    with pytest.raises(MzError, match=r"unplanned\.measures_stand"):
        _correct(found, number, role=Role.COMMANDER)
    assert found.desk(read_operation, found.operation).row.case == _case(found)
    assert len(_lines(found, right)) == 0

    def tell(uow: UnitOfWork, _who: Any) -> None:
        for row in uow.session.scalars(select(NoticeRow).where(NoticeRow.node == sealed.measure)):
            row.state, row.sent_ms = "SENT", uow.now_ms

    found.desk(tell)
    day = court_time(court.clock()).date().isoformat()
    found.desk(release_measure, sealed.measure, "OTHER", "（2026）粤0199执8号之三裁定", day,
               role=Role.JUDGE)  # fmt: skip
    _correct(found, number, role=Role.COMMANDER)
    measure = found.scene.read(sealed.measure).measure
    assert (measure.case, measure.state.value) == (_case(found), "RELEASED"), "its history stays"
    assert "另行告知" in _lines(found, _case(found))[-1]
    query = select(NoticeRow.case, NoticeRow.party).where(
        NoticeRow.purpose == Purpose.OPERATION_CORRECTED
    )
    rows = court.database.read(lambda uow: uow.session.execute(query.distinct()).all())
    assert {case for case, _ in rows} == {_case(found)}
    assert len(rows) == 2, "both parties who were told"


def test_s01_the_desk_corrects_the_case_and_is_told_what_stands_in_the_way(
    sqlite_centre: Centre,
) -> None:
    found = Found(Scene(sqlite_centre.court))
    found.open(_case(found))
    reader = Reader(sqlite_centre, Role.COMMANDER)
    url, form = f"operations/{found.operation}", {"reason": "经核对系另一案"}
    assert "更正案件" in reader.page(url)
    assert reader.post(f"{url}/case", case_number=_right(found)[1]).status_code == 400
    found.send(found.scene.body("seize_vehicle", facts={"plate": "粤A12345"}), case=_case(found))
    refused = reader.post(f"{url}/case", case_number=_right(found)[1], **form)
    assert (refused.status_code, "另行开立行动" in refused.text) == (403, True)
    other = Found(found.scene)
    other.open(_case(found))
    url = f"operations/{other.operation}"
    done = reader.post(f"{url}/case", case_number=_right(found)[1], **form)
    assert (done.status_code, "更正为" in done.text) == (200, True)
    clerk = Reader(sqlite_centre, Role.AUDITOR)
    assert clerk.post(f"{url}/case", case_number=_number(found), **form).status_code == 403
