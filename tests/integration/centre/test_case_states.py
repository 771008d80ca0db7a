"""The state of a case (S-18) on both databases: reason, paper, approver, days, clocks, notices."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.log import log_of_case
from command_center.cases.service import case_view
from command_center.closing.rules import Step
from command_center.closing.service import NewState, change_state
from command_center.closing.views import state_changes
from command_center.deadlines.jobs import start_case_clocks
from command_center.deadlines.views import case_clocks, intervals_of_case
from command_center.deadlines.words import ClockState
from command_center.disclosure.build import build
from command_center.disclosure.grants import ensure_grants
from command_center.notices.models import NoticeRow
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

STAY = Step("SUSPENDED", "", "OBJECTION")


def _day(court: Court, ago: int) -> str:
    return (court_time(court.clock()).date() - dt.timedelta(days=ago)).isoformat()


def _change(court: Court, step: Step, ago: int, **other: str) -> None:
    fields = {"reason": "案外人主张所有权", "paper": "（2026）粤0199执1024号之三",
              "approver": court.staff(Role.JUDGE).id, "day": _day(court, ago), **other}  # fmt: skip
    court.database.run(
        change_state, court.staff(Role.CLERK), NewState(court.seeded.cases[0].id, step, **fields)
    )


def _told(court: Court) -> list[str]:
    rows = court.database.read(lambda uow: uow.session.scalars(select(NoticeRow.text)).all())
    return list(rows)


def test_a_stay_tells_both_parties_and_its_days_do_not_count(court: Court) -> None:
    case, run, read = court.seeded.cases[0].id, court.database.run, court.database.read
    run(start_case_clocks)
    (clock,) = read(case_clocks, case)
    _change(court, STAY, 20)
    (interval,) = read(intervals_of_case, court.staff(Role.CLERK), case)
    assert (interval.ground, interval.last) == ("中止执行期间", None)
    assert len(_told(court)) == 4
    assert all("中止执行，理由：案外人对执行标的提出确有理由的异议：案外人主张所有权" in text
               for text in _told(court))  # fmt: skip
    _change(court, Step("IN_PROGRESS"), 10)
    (interval,) = read(intervals_of_case, court.staff(Role.CLERK), case)
    assert interval.last == dt.date.fromisoformat(_day(court, 11))
    (moved,) = read(case_clocks, case)
    assert (moved.computation.excluded_days, moved.days_left > clock.days_left) == (10, True)
    _change(court, Step("CLOSED", "FULLY_ENFORCED"), 1, reason="全部履行完毕")
    assert read(case_clocks, case)[0].state is ClockState.DONE
    view = read(case_view, case)
    assert (view.state, view.close_kind) == ("CLOSED", "FULLY_ENFORCED")
    changes = read(state_changes, case)
    assert [(one.word[0], one.approver, one.changed_by) for one in changes] == [
        (word, "林清和", "苏婉宁") for word in ("中止执行", "执行中", "执行完毕")
    ]
    assert [line.act for line in read(log_of_case, court.staff(Role.CLERK), case)].count(
        "STATE"
    ) == 3
    grants = run(ensure_grants, case)
    made = read(lambda uow: build(uow, grants[0], new_id(), 1))
    lines = {section.key: [line.text.zh for line in section.lines] for section in made.sections}
    assert "案外人主张所有权" in lines["suspension"][0]
    assert lines["suspension"][1].split("日", 1)[1].startswith("执行中")
    assert "全部履行完毕" in lines["closing"][0]


def test_what_the_law_does_not_allow_changes_nothing(court: Court) -> None:
    case, read = court.seeded.cases[0].id, court.database.read
    clerk, officer = court.staff(Role.CLERK), court.staff(Role.ENF_OFFICER)
    wrong: list[tuple[str, Step, dict[str, str]]] = [
        ("state.no_way", Step("NOTICED"), {}),
        ("state.no_way", Step("SUSPENDED", "", "MOOD"), {}),
        ("state.no_way", Step("CLOSED", "FORGOTTEN"), {}),
        ("state.no_reason", STAY, {"reason": " "}),
        ("state.no_paper", STAY, {"paper": ""}),
        ("state.approver", STAY, {"approver": clerk.id}),
        ("state.approver", STAY, {"approver": officer.id}),
        ("state.day", STAY, {"day": "2199-01-01"}),
        ("state.day", STAY, {"day": "2020-01-01"}),
        ("form.day_malformed", STAY, {"day": "明天"}),
        ("state.too_early", Step("CLOSED", "TERMINATED_THIS_ROUND"), {}),
    ]
    for code, step, fields in wrong:
        with pytest.raises(MzError, match=code):
            _change(court, step, 1, **fields)
    assert read(case_view, case).state == "IN_PROGRESS"
    assert (read(state_changes, case), _told(court)) == ([], [])
    assert read(intervals_of_case, clerk, case) == []
    with pytest.raises(MzError, match="access"):
        court.database.run(change_state, court.staff(Role.AUDITOR),
                           NewState(case, STAY, _day(court, 1), "x", "x", ""))  # fmt: skip


def test_the_desk_offers_what_may_follow_and_records_it(sqlite_centre: Centre) -> None:
    court, clerk = sqlite_centre.court, Reader(sqlite_centre, Role.CLERK)
    case = court.seeded.cases[0].id
    page = clerk.page(f"cases/{case}/procedure")
    assert "执行和解" in page
    assert "已立案</option>" not in page
    judge = court.staff(Role.JUDGE).id
    answer = clerk.post(f"cases/{case}/procedure", step="SUSPENDED//OBJECTION", reason="案外人异议",
                        paper="之三", approver=judge, day=_day(court, 1))  # fmt: skip
    assert answer.status_code == 200, answer.text
    page = clerk.page(f"cases/{case}/procedure")
    assert "林清和批准" in page
    assert "中止执行" in clerk.page(f"cases/{case}")
    clerk.post(f"cases/{case}/procedure", step="CLOSED/CANCELLED/", reason="重复立案", paper="之四",
               approver=judge, day=_day(court, 0))  # fmt: skip
    assert "恢复执行另立" in clerk.page(f"cases/{case}/procedure")
