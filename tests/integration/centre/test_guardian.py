"""U6, U8, S-15: the guardian of last days, the eight alarms, and reasons that are owed."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cli.audit import run_audit
from command_center.deadlines import intervals, service
from command_center.deadlines import jobs as clock_jobs
from command_center.devices.contact import device_principal
from command_center.disclosure.time_limits import time_limits
from command_center.guardian import reasons, views
from command_center.guardian.acts import act
from command_center.guardian.models import AlarmRow, ReasonRow
from command_center.guardian.sweep import sweep
from command_center.guardian.words import MEASURE_STAGES, OVER, AlarmKind, band
from command_center.ledger.service import sequence_entries
from command_center.measures.models import MeasureRow
from command_center.measures.service import accept_field_record
from command_center.measures.states import MeasureState
from command_center.notices.models import NoticeRow
from command_center.notices.templates import Purpose
from command_center.papers.kinds import PaperKind, PaperState
from command_center.papers.views import paper_bytes, papers_about
from command_center.platform.uow import UnitOfWork
from schemas.problems import MzError
from schemas.records import SeizedItem, SeizeMovables
from schemas.time import COURT_ZONE, to_ms
from tests.integration.centre.court import Court
from tests.integration.centre.test_papers import words

D = dt.date
_START = D(2026, 3, 2)
_END = D(2028, 3, 1)


def _at(court: Court, day: dt.date, hour: int = 10) -> None:
    wanted = to_ms(dt.datetime.combine(day, dt.time(hour), COURT_ZONE))
    court.clock.ahead_ms += wanted - court.clock()


@pytest.fixture
def measure(court: Court) -> str:
    """扣押 with the dates of its paper: 2 March 2026 to 1 March 2028."""
    device, made = court.contacted()
    sender = court.database.read(device_principal, made.session)
    _at(court, _START)
    body = SeizeMovables(
        started_ms=court.clock() - 60_000, finished_ms=court.clock(), place_text="沿河路2号",
        items=[SeizedItem(1, "数控车床", 1, "台")], custodian="刘恒", storage_place="原地",
        attendees=[], not_exempt=True, control_from=_START.isoformat(),
        control_to=_END.isoformat(),
    )  # fmt: skip
    envelope = device.record(court.seeded, body, court.clock())
    receipt = court.database.run(accept_field_record, sender, envelope)
    assert receipt.measure
    return str(receipt.measure)


def _round(court: Court) -> None:
    court.database.run(clock_jobs.end_clocks)
    court.database.run(sweep)
    while court.database.run(act):
        pass
    court.database.run(reasons.withdraw_owed)
    court.database.run(reasons.escalate)


def _open(court: Court, kind: AlarmKind) -> list[int]:
    found = court.database.read(views.open_alarms, court.staff(Role.CLERK), kind)
    return [one.stage for one in found]


def _told(court: Court, purpose: Purpose) -> list[tuple[str, str]]:
    def read(uow: UnitOfWork) -> list[tuple[str, str]]:
        query = select(NoticeRow).where(NoticeRow.purpose == purpose)
        return sorted((row.party_role, row.channel) for row in uow.session.scalars(query))

    return court.database.read(read)


def test_the_stages_cover_every_day_of_sixty_once() -> None:
    days = [
        day for at in range(len(MEASURE_STAGES))
        for day in range(band(MEASURE_STAGES, at)[0], band(MEASURE_STAGES, at)[1] + 1)
    ]  # fmt: skip
    assert sorted(days) == list(range(61))


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (D(2027, 12, 31), None),  # 61 days
        (D(2028, 1, 1), 60),
        (D(2028, 1, 31), 30),
        (D(2028, 2, 15), 15),
        (D(2028, 2, 23), 7),
        (D(2028, 2, 27), 3),
        (D(2028, 2, 29), 1),  # the day before
        (D(2028, 3, 1), 1),  # the last day still counts
    ],
)
def test_u6_the_horizon_shows_a_measure_in_the_stage_of_its_last_day(
    court: Court, measure: str, day: dt.date, stage: int | None
) -> None:
    _at(court, day)
    _round(court)
    found = court.database.read(views.horizon, court.staff(Role.CLERK))
    assert [one.days for one in found] == [1, 3, 7, 15, 30, 60]
    assert {one.days: one.count for one in found if one.count} == ({stage: 1} if stage else {})
    assert _open(court, AlarmKind.SEIZE_EXPIRY) == ([stage] if stage else [])


def test_u6_papers_at_sixty_days_the_applicant_at_thirty_each_once(
    court: Court, measure: str
) -> None:
    clerk = court.staff(Role.CLERK)
    _at(court, D(2028, 1, 1))
    _round(court)
    (ruling,) = court.database.read(papers_about, clerk, measure)  # no unit assists, so no letter
    assert (ruling.kind, ruling.state) == (PaperKind.RULING_RENEW, PaperState.UNSIGNED)
    said = words(paper_bytes(court.database, clerk, ruling.paper)[1])
    assert "期限自2028年3月2日起至2030年3月1日止" in said
    assert "第485条" in said
    assert "执行中扣押数控车床" in said  # made at the scene: no ruling before it
    assert _told(court, Purpose.MEASURE_EXPIRING) == []
    for day in (D(2028, 1, 31), D(2028, 2, 1), D(2028, 2, 23)):
        _at(court, day)
        _round(court)
        _round(court)
    assert len(court.database.read(papers_about, clerk, measure)) == 1
    assert _told(court, Purpose.MEASURE_EXPIRING) == [("APPLICANT", "PORTAL"), ("APPLICANT", "SMS")]
    assert _open(court, AlarmKind.SEIZE_EXPIRY) == [7]  # the later stage settled the former


def test_a_measure_that_nobody_renewed_lapses_and_its_reason_is_owed(
    court: Court, measure: str
) -> None:
    _at(court, D(2028, 3, 2))
    _round(court)

    def state(uow: UnitOfWork) -> tuple[str, str | None]:
        row = uow.session.get_one(MeasureRow, measure)
        return row.state, row.control_to

    assert court.database.read(state) == (MeasureState.LAPSED, None)
    (owed,) = [
        one for one in court.database.read(views.reasons_owed, court.staff(Role.CLERK))
        if one.kind == "LAPSE"
    ]  # fmt: skip
    assert (owed.subject, owed.due) == (measure, _END)
    assert _open(court, AlarmKind.SEIZE_EXPIRY) == [OVER]
    court.database.run(
        reasons.give_reason,
        court.staff(Role.ENF_OFFICER),
        owed.reason,
        "申请人未申请，承办人疏漏未续行。",
    )
    assert _open(court, AlarmKind.SEIZE_EXPIRY) == []
    _round(court)
    assert _open(court, AlarmKind.SEIZE_EXPIRY) == []
    while court.database.run(sequence_entries):
        pass
    found = run_audit(court.database).findings  # this test sends nothing for two years
    assert [one for one in found if "notice.send is overdue" not in one] == []


def test_s_15_a_missed_deadline_is_explained_to_the_applicant_or_goes_up(court: Court) -> None:
    case, clerk = court.seeded.cases[0].id, court.staff(Role.CLERK)
    _at(court, D(2026, 3, 2))
    message = service.NewDeadline(case, "objection_decide", "2026-03-02", "刘恒异议")
    clock = court.database.run(service.start_deadline, clerk, message)  # until 17 March
    _at(court, D(2026, 3, 14))
    _round(court)
    assert _open(court, AlarmKind.STATUTORY) == [3]
    _at(court, D(2026, 3, 18))
    _round(court)
    assert _open(court, AlarmKind.STATUTORY) == [OVER]
    (owed,) = court.database.read(views.reasons_owed, clerk)
    assert (owed.subject, owed.what) == (clock, "审查执行异议（刘恒异议）")
    assert owed.escalated_ms is None
    _at(court, D(2026, 3, 19), hour=11)
    _round(court)
    (owed,) = court.database.read(views.reasons_owed, clerk)
    assert owed.escalated_ms is not None
    for text, code in (("太忙", "reason.too_short"), ("忙" * 201, "reason.too_long")):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            court.database.run(reasons.give_reason, clerk, owed.reason, text)
    why = "案外人补充证据，合议庭需再次听证。"
    court.database.run(reasons.give_reason, clerk, owed.reason, why)
    with pytest.raises(MzError, match=r"reason\.given"):
        court.database.run(reasons.give_reason, clerk, owed.reason, why)
    assert _told(court, Purpose.DELAY_EXPLAINED) == [("APPLICANT", "PORTAL"), ("APPLICANT", "SMS")]
    applicant = court.database.read(time_limits, case, "APPLICANT")
    debtor = court.database.read(time_limits, case, "DEBTOR")
    assert why in applicant[-1].text.zh
    assert not any(why in line.text.zh for line in debtor)
    _round(court)
    assert court.database.read(views.reasons_owed, clerk) == []


def test_a_clock_that_was_not_missed_after_all_owes_no_reason(court: Court) -> None:
    case, clerk = court.seeded.cases[0].id, court.staff(Role.CLERK)
    _at(court, D(2026, 3, 2))
    message = service.NewDeadline(case, "reconsider_decide", "2026-03-02")
    clock = court.database.run(service.start_deadline, clerk, message)  # until 1 April
    _at(court, D(2026, 4, 2))
    _round(court)
    assert len(court.database.read(views.reasons_owed, clerk)) == 1
    court.database.run(service.extend_deadline, clerk, clock, 30, "院长", "审批表")
    _round(court)
    assert court.database.read(views.reasons_owed, clerk) == []
    assert _open(court, AlarmKind.STATUTORY) == []
    _at(court, D(2026, 5, 7))  # 6 May was the last day
    _round(court)
    assert len(court.database.read(views.reasons_owed, clerk)) == 1


def test_s_15_a_second_miss_of_the_same_clock_is_explained_anew(court: Court) -> None:
    case, clerk = court.seeded.cases[0].id, court.staff(Role.CLERK)
    _at(court, D(2026, 3, 2))
    message = service.NewDeadline(case, "reconsider_decide", "2026-03-02")
    clock = court.database.run(service.start_deadline, clerk, message)  # until 1 April
    _at(court, D(2026, 4, 2))
    _round(court)
    (first,) = court.database.read(views.reasons_owed, clerk)
    court.database.run(
        reasons.give_reason, clerk, first.reason, "案情复杂，合议庭已报请延长审查期限。"
    )
    court.database.run(service.extend_deadline, clerk, clock, 30, "院长", "审批表")  # until 6 May
    _round(court)
    assert court.database.read(views.reasons_owed, clerk) == []
    _at(court, D(2026, 5, 7))
    _round(court)
    _round(court)
    (second,) = court.database.read(views.reasons_owed, clerk)
    assert (second.due, second.reason != first.reason) == (D(2026, 5, 6), True)
    court.database.run(
        reasons.give_reason, clerk, second.reason, "延长期内仍待鉴定结论，预计五月下旬作出。"
    )
    assert len(_told(court, Purpose.DELAY_EXPLAINED)) == 4
    _round(court)
    assert court.database.read(views.reasons_owed, clerk) == []


def test_a_clock_that_stands_still_raises_no_alarm_until_it_runs_again(court: Court) -> None:
    case, clerk = court.seeded.cases[0].id, court.staff(Role.CLERK)
    _at(court, D(2026, 1, 5))
    court.database.run(
        service.start_deadline, clerk, service.NewDeadline(case, "close_case", "2026-01-05")
    )  # until 6 July
    stay = court.database.run(intervals.record_interval, clerk, intervals.NewInterval(
        case, "中止执行期间", "2026-03-01", "", "中止裁定"))  # fmt: skip
    for day in (D(2026, 6, 25), D(2026, 7, 5), D(2026, 9, 1)):
        _at(court, day)
        _round(court)
        assert _open(court, AlarmKind.STATUTORY) == []
    court.database.run(intervals.end_interval, clerk, stay, "2026-03-10")
    _round(court)
    assert _open(court, AlarmKind.STATUTORY) == [OVER], "ten days only: 15 July is over"


def test_a_delegated_case_and_missing_materials_have_alarms_of_their_own(
    court: Court, measure: str
) -> None:
    clerk = court.staff(Role.CLERK)
    message = service.NewDeadline(court.seeded.cases[0].id, "delegated_report", "2026-03-02")
    court.database.run(service.start_deadline, clerk, message)
    _at(court, D(2026, 4, 2))
    _round(court)
    assert _open(court, AlarmKind.DELEGATED) == [OVER]
    counts = court.database.read(views.alarm_counts, clerk)
    assert list(counts) == list(AlarmKind)
    assert counts[AlarmKind.DELEGATED] == 1


def test_the_same_sweep_again_raises_nothing(court: Court, measure: str) -> None:
    _at(court, D(2028, 2, 23))
    court.database.run(sweep)
    count = select(AlarmRow)
    first = court.database.read(lambda uow: len(uow.session.scalars(count).all()))
    court.database.run(sweep)
    assert court.database.read(lambda uow: len(uow.session.scalars(count).all())) == first
    assert court.database.read(lambda uow: uow.session.scalars(select(ReasonRow)).all()) == []
