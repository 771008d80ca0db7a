"""S-16, U7: clocks of a case in the database, moved by what stops them and by the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec import structs

from command_center.access.permissions import Role
from command_center.cases.log import log_of_case
from command_center.cases.service import NewCase, open_case
from command_center.cli.audit import run_audit
from command_center.deadlines import intervals, jobs, service
from command_center.deadlines.court_calendar import change_day, court_calendar
from command_center.deadlines.views import ClockView, clocks_of_case, read_clock
from command_center.deadlines.words import ClockState
from command_center.ledger.service import sequence_entries
from schemas.problems import MzError
from schemas.time import COURT_ZONE, court_time, to_ms
from tests.integration.centre.court import Court

_DAY_MS = 86_400_000
_STAY = "中止执行期间"


def _at(court: Court, day: dt.date, time: dt.time = dt.time(10)) -> None:
    """Let the court's clock show a time of a day, ten in the morning."""
    wanted = to_ms(dt.datetime.combine(day, time, COURT_ZONE))
    court.clock.ahead_ms += wanted - court.clock()


@pytest.fixture
def case(court: Court) -> str:
    """A case filed on 5 January 2026, looked at on the next day."""
    _at(court, dt.date(2026, 1, 6))
    filed = to_ms(dt.datetime(2026, 1, 5, 9, tzinfo=COURT_ZONE))
    message = NewCase("（2026）粤0199执77号", "借款", "（2025）粤0199民初1号", 100, filed)
    made: str = court.database.run(open_case, court.staff(Role.CLERK), message)
    court.database.run(jobs.start_case_clocks)
    return made


def _clocks(court: Court, case: str) -> list[ClockView]:
    return court.database.read(clocks_of_case, court.staff(Role.CLERK), case)  # type: ignore[no-any-return]


def _start(court: Court, case: str, rule: str, day: str) -> str:
    message = service.NewDeadline(case, rule, day)
    return court.database.run(service.start_deadline, court.staff(Role.CLERK), message)  # type: ignore[no-any-return]


def _stop(court: Court, case: str, ground: str, first: str, last: str) -> str:
    message = intervals.NewInterval(case, ground, first, last, "（2026）粤0199执77号之一裁定")
    return court.database.run(intervals.record_interval, court.staff(Role.CLERK), message)  # type: ignore[no-any-return]


def test_s_16_every_open_case_has_its_six_months_by_itself(court: Court, case: str) -> None:
    (clock,) = _clocks(court, case)
    assert (clock.found.rule.key, clock.computation.due) == ("close_case", dt.date(2026, 7, 6))
    assert clock.days_left == 181  # 5 July is a Sunday; today is 6 January
    assert court.database.run(jobs.start_case_clocks) == 0


def test_vector_11_the_stay_moves_the_limit_to_the_fourth_of_august(
    court: Court, case: str
) -> None:
    _stop(court, case, _STAY, "2026-02-01", "2026-03-02")
    _stop(court, case, "鉴定评估期间", "2026-04-01", "2026-04-25")
    complaint = _start(court, case, "superior_complaint_6m", "2026-01-05")
    closing, superior = _clocks(court, case)
    assert (closing.computation.due, closing.computation.excluded_days) == (dt.date(2026, 8, 4), 30)
    assert superior.deadline == complaint
    assert (superior.computation.due, superior.computation.excluded_days) == (
        dt.date(2026, 8, 31), 55)  # fmt: skip
    assert any("之一裁定" in one.zh for one in closing.computation.sentences)


@pytest.mark.parametrize(("full_days", "due"), [(True, 6), (False, 7)])
def test_vector_09_the_courts_setting_says_by_when_a_hearing_is_announced(
    court: Court, case: str, full_days: bool, due: int
) -> None:
    """三日前 of a hearing on the 10th: the 6th by default, the 7th where the court reads it so. The
    day itself is in time."""
    rules = structs.replace(court.database.settings.court, full_days=full_days)
    court.database.settings = structs.replace(court.database.settings, court=rules)
    made, clerk = _start(court, case, "hearing_announce", "2026-03-10"), court.staff(Role.CLERK)
    clock: ClockView = court.database.read(read_clock, clerk, made)
    assert clock.computation.due == dt.date(2026, 3, due)
    assert clock.found.rule.backward
    assert "当日不计，向前倒算" in clock.computation.sentences[0].zh
    states = []
    for day in (due, due + 1):
        _at(court, dt.date(2026, 3, day))
        court.database.run(jobs.end_clocks)
        states.append(court.database.read(read_clock, clerk, made).state)
    assert states == [ClockState.RUNNING, ClockState.MISSED]


def test_vector_10_a_ground_on_friday_at_four_has_all_of_wednesday(court: Court, case: str) -> None:
    """The third working day ends at midnight in the court's zone, not in that of the machine."""
    clerk = court.staff(Role.CLERK)
    _at(court, dt.date(2026, 3, 13), dt.time(16))
    made = _start(court, case, "dishonest_delete", court_time(court.clock()).date().isoformat())
    clock: ClockView = court.database.read(read_clock, clerk, made)
    assert (clock.computation.due, clock.days_left) == (dt.date(2026, 3, 18), 5)
    assert clock.computation.sentences[1].zh == "期间3个工作日，至2026年3月18日。"
    _at(court, dt.date(2026, 3, 18), dt.time(23, 59, 30))
    court.database.run(jobs.end_clocks)
    assert court.database.read(read_clock, clerk, made).state is ClockState.RUNNING
    _at(court, dt.date(2026, 3, 19), dt.time(0, 0, 1))
    court.database.run(jobs.end_clocks)
    assert court.database.read(read_clock, clerk, made).state is ClockState.MISSED
    acts = [line.text for line in court.database.read(log_of_case, clerk, case)]
    assert acts[-1] == "期限已逾期：删除失信信息，应于2026年3月18日前完成"


def test_a_stay_that_lasts_moves_the_date_each_day_until_it_ends(court: Court, case: str) -> None:
    stay = _stop(court, case, _STAY, "2026-07-01", "")
    _at(court, dt.date(2026, 7, 20))
    court.database.run(jobs.end_clocks)
    (clock,) = _clocks(court, case)
    assert (clock.state, clock.computation.due) == (ClockState.RUNNING, dt.date(2026, 7, 27))
    court.database.run(
        intervals.end_interval, court.staff(Role.CLERK), stay, "2026-07-10"
    )  # ten days: 15 July
    assert _clocks(court, case)[0].computation.due == dt.date(2026, 7, 15)
    court.database.run(jobs.end_clocks)
    assert _clocks(court, case)[0].state is ClockState.MISSED
    court.database.run(intervals.void_interval, court.staff(Role.CLERK), stay, "裁定被撤销")
    assert _clocks(court, case)[0].computation.due == dt.date(2026, 7, 6)


def test_a_missed_clock_runs_again_once_an_extension_is_approved(court: Court, case: str) -> None:
    clerk = court.staff(Role.CLERK)
    _at(court, dt.date(2026, 7, 7))
    court.database.run(jobs.end_clocks)
    (clock,) = _clocks(court, case)
    assert (clock.state, clock.days_left) == (ClockState.MISSED, -1)
    with pytest.raises(MzError, match=r"deadline\.extension_not_in_rule"):
        court.database.run(service.extend_deadline, clerk, clock.deadline, 7, "院长", "审批表")
    with pytest.raises(MzError, match=r"deadline\.no_paper"):
        court.database.run(service.extend_deadline, clerk, clock.deadline, 2, "院长", " ")
    court.database.run(service.extend_deadline, clerk, clock.deadline, 2, "院长", "延期审批表3号")
    (clock,) = _clocks(court, case)
    assert (clock.state, clock.computation.due) == (ClockState.RUNNING, dt.date(2026, 9, 7))
    court.database.run(service.finish_deadline, clerk, clock.deadline, "2026-07-07", "已结案")
    assert _clocks(court, case)[0].state is ClockState.DONE


def test_what_is_done_after_the_last_day_is_done_late_and_stays_so(court: Court, case: str) -> None:
    clerk = court.staff(Role.CLERK)
    made = _start(court, case, "objection_decide", "2026-03-02")  # 17 March
    _at(court, dt.date(2026, 3, 20))
    court.database.run(jobs.end_clocks)
    with pytest.raises(MzError, match=r"deadline\.day_ahead"):
        court.database.run(service.finish_deadline, clerk, made, "2026-03-21", "")
    court.database.run(service.finish_deadline, clerk, made, "2026-03-19", "已裁定")
    clock: ClockView = court.database.read(read_clock, clerk, made)
    assert (clock.state, clock.ended) == (ClockState.DONE_LATE, dt.date(2026, 3, 19))
    with pytest.raises(MzError, match=r"deadline\.not_open"):
        court.database.run(service.withdraw_deadline, clerk, made, "误录")
    acts = [line.text for line in court.database.read(log_of_case, clerk, case)]
    assert "逾期完成：审查执行异议，2026年3月19日" in acts


def test_a_partys_period_passes_and_asks_nobody_for_a_reason(court: Court, case: str) -> None:
    made = _start(court, case, "reconsider_apply", "2026-03-02")
    _at(court, dt.date(2026, 3, 13))
    court.database.run(jobs.end_clocks)
    clock: ClockView = court.database.read(read_clock, court.staff(Role.CLERK), made)
    assert (clock.state, clock.ended) == (ClockState.PASSED, dt.date(2026, 3, 12))


def test_a_holiday_that_the_court_enters_moves_the_clocks_it_touches(
    court: Court, case: str
) -> None:
    head = court.staff(Role.BUREAU_HEAD)
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(change_day, court.staff(Role.CLERK), "2026-07-06", "REST", "台风停工")
    court.database.run(change_day, head, "2026-07-06", "REST", "台风停工")
    assert court.database.run(jobs.follow_calendar) >= 1
    assert court.database.run(jobs.follow_calendar) == 0
    assert _clocks(court, case)[0].computation.due == dt.date(2026, 7, 7)
    court.database.run(change_day, head, "2026-07-06", "PUBLISHED", "停工取消")
    assert _clocks(court, case)[0].computation.due == dt.date(2026, 7, 6)
    court.database.run(change_day, head, "2027-02-08", "REST", "2027年放假通知")
    assert 2027 in court.database.read(court_calendar).days.years
    for day, kind, note, code in (
        ("2026-13-01", "REST", "x", "form.day_malformed"),
        ("2026-07-06", "PARTY", "x", "calendar.unknown_kind"),
        ("2026-07-06", "REST", "  ", "calendar.no_note"),
    ):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            court.database.run(change_day, head, day, kind, note)


@pytest.mark.parametrize(
    ("rule", "day", "code"),
    [
        ("nothing", "2026-01-05", "rule.unknown"),
        ("close_case", "soon", "form.day_malformed"),
        ("close_case", "2012-01-05", "rule.not_in_force"),
        ("appraisal", "2018-08-31", "rule.not_in_force"),
    ],
)
def test_a_clock_that_cannot_run_is_refused(
    court: Court, case: str, rule: str, day: str, code: str
) -> None:
    with pytest.raises(MzError, match=code.replace(".", r"\.")):
        _start(court, case, rule, day)
    assert len(_clocks(court, case)) == 1


def test_the_same_clock_again_is_the_same_clock_and_all_is_in_the_ledger(
    court: Court, case: str
) -> None:
    first = _start(court, case, "objection_decide", "2026-01-06")
    assert _start(court, case, "objection_decide", "2026-01-06") == first
    _stop(court, case, _STAY, "2026-02-01", "")
    with pytest.raises(MzError, match=r"deadline\.interval_reversed"):
        _stop(court, case, _STAY, "2026-02-01", "2026-01-31")
    with pytest.raises(MzError, match=r"deadline\.unknown_ground"):
        _stop(court, case, "午休", "2026-02-01", "")
    while court.database.run(sequence_entries):
        pass
    assert run_audit(court.database).ok
