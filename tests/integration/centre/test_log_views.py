"""The enforcement log outside the desk (S-17) and footage of major cases (S-05)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.log import NewEntry, write_entry
from command_center.cases.models import Case, LogEntry
from command_center.disclosure.build import build
from command_center.disclosure.document import LogShown
from command_center.disclosure.grants import ensure_grants
from command_center.footage.models import RecordingRow
from command_center.guardian.sweep import FOOTAGE_MS, sweep
from command_center.guardian.views import open_alarms
from command_center.guardian.words import AlarmKind
from command_center.notices.holds import place_hold
from command_center.platform.event_log import EventRow
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.recording_notes import RecorderReason
from schemas.records import OperationStep, Step
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_field_acts import FREEZE, Scene
from tests.integration.centre.test_proof_pages import Reader

pytestmark = pytest.mark.usefixtures("filed_in_january")


def _log(court: Court, role: str) -> list[LogShown]:
    case = court.seeded.cases[0]
    party = next(id_ for id_, one, _name in case.parties if one == role)
    grants = court.database.run(ensure_grants, case.id)
    grant = next(one for one in grants if one.party == party)
    return court.database.read(lambda uow: build(uow, grant, new_id(), 1)).log


def _texts(court: Court, role: str) -> list[str]:
    return [line.text.zh for line in _log(court, role)]


def test_a_party_reads_what_was_done_and_nothing_early(court: Court) -> None:
    scene, case, run = Scene(court), court.seeded.cases[0].id, court.database.run
    scene.send(OperationStep(Step.ON_SCENE, court.clock()))
    run(write_entry, court.staff(Role.CLERK),
        NewEntry(new_id(), case, court.clock() - 1, "线人称厂房夹层藏有现金"))  # fmt: skip
    for role in ("APPLICANT", "DEBTOR"):
        assert _texts(court, role) == [], "the visit goes on, and a note is the desk's"
    scene.send(scene.body("freeze_deposit", facts=FREEZE))
    assert any("冻结" in text for text in _texts(court, "DEBTOR")), "he is told of it just now"
    run(place_hold, court.staff(Role.JUDGE), case, "其余账户尚未冻结", 1)
    scene.send(scene.body("seal_movables", facts={}))
    assert not any("查封" in text for text in _texts(court, "DEBTOR")), "telling waits"
    scene.send(OperationStep(Step.WITHDRAWN, court.clock()))
    seen = _texts(court, "DEBTOR")
    assert sum("现场" in text for text in seen) == 2
    assert not any("线人" in text for text in seen)


def test_a_late_and_a_corrected_line_say_so_and_other_persons_are_masked(court: Court) -> None:
    scene, case, run = Scene(court), court.seeded.cases[0].id, court.database.run
    scene.send(scene.body("freeze_deposit", facts=FREEZE))
    (line,) = _log(court, "DEBTOR")
    assert line.recorded_ms is not None, "the form says that the unit signed months ago"
    seq = court.database.read(
        lambda uow: uow.session.scalar(select(LogEntry.seq).where(LogEntry.act == "FREEZE"))
    )
    right = NewEntry(new_id(), case, line.at_ms, "王海棠申请冻结的是另一账户", "", seq, "笔误")
    run(write_entry, court.staff(Role.CLERK), right)
    debtor, applicant = (_log(court, role)[-1] for role in ("DEBTOR", "APPLICANT"))
    assert debtor.corrects_ms == line.at_ms
    assert "王某某" in debtor.text.zh
    assert "王海棠" not in debtor.text.zh + debtor.text.en
    assert "王海棠" in applicant.text.zh


def _make_major(court: Court) -> None:
    def mark(uow: UnitOfWork) -> None:
        uow.session.get_one(Case, court.seeded.cases[0].id).major = True

    court.database.run(mark)


def _alarms(court: Court) -> int:
    court.clock.ahead_ms += FOOTAGE_MS + 60_000
    court.database.run(sweep)
    return len(court.database.read(open_alarms, court.staff(Role.CLERK), AlarmKind.MATERIALS))


def test_s05_a_measure_of_a_major_case_without_footage_alarms_until_there_is_some(
    court: Court,
) -> None:
    _make_major(court)
    scene = Scene(court)
    receipt = scene.send(scene.body("freeze_deposit", facts=FREEZE))
    assert "footage.major_unrecorded" in {defect.code for defect in receipt.defects}
    alarms = court.database.read(lambda uow: [
        (row.type, row.level) for row in uow.session.scalars(select(EventRow))
        if row.type == "MajorCaseUnrecorded"])  # fmt: skip
    assert alarms == [("MajorCaseUnrecorded", "alarm")]
    assert _alarms(court) == 1

    def record(uow: UnitOfWork) -> None:
        uow.session.add(RecordingRow(
            id=new_id(), relay="r", device=scene.device.id, officer=court.seeded.officer,
            operation=court.seeded.operation, counter=1, source="camera",
            opened_wall_ms=court.clock(), learnt_ms=court.clock(), opening=b"{}", opening_sha256="",
            quarantined=False,
        ))  # fmt: skip

    court.database.run(record)
    assert _alarms(court) == 0
    left = {defect.code for defect in scene.read(receipt.measure).measure.defects}
    assert "footage.major_unrecorded" not in left


@pytest.mark.parametrize("why", ["reason", "ordinary"])
def test_s05_who_said_why_and_ordinary_cases_raise_nothing(court: Court, why: str) -> None:
    scene = Scene(court)
    if why == "reason":
        _make_major(court)
        scene.send(RecorderReason("记录仪被损坏，已报修"))
    receipt = scene.send(scene.body("freeze_deposit", facts=FREEZE))
    assert "footage.major_unrecorded" not in {defect.code for defect in receipt.defects}
    assert _alarms(court) == 0


def test_the_desk_shows_the_log_as_each_reads_it(sqlite_centre: Centre) -> None:
    court = sqlite_centre.court
    case, clerk = court.seeded.cases[0], Reader(sqlite_centre, Role.CLERK)
    clerk.post(f"cases/{case.id}/log", entry=new_id(), at="2026-03-12T14:36", text="电话约谈李某")
    clerk.post(f"cases/{case.id}/parties/{case.parties[1][0]}/name", name="新名有限公司",
               day="2026-03-01", paper="登记")  # fmt: skip
    own = {"desk": (True, True), "officer": (True, True), "public": (False, False),
           case.parties[0][0]: (False, True)}  # fmt: skip
    for asked, (note, renamed) in own.items():
        page = clerk.page(f"cases/{case.id}/log?as={asked}")
        assert ("电话约谈李某" in page, "更名为新名有限公司" in page) == (note, renamed), asked
    assert clerk.http.get(f"{clerk.url}/cases/{case.id}/log?as=x", timeout=20).status_code == 404
