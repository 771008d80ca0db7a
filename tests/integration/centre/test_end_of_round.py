"""What the law asks before a round ends (终本, DOMAIN §2.8): each condition by itself, and all."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.log import log_of_case
from command_center.cases.service import case_view
from command_center.closing.recheck import finish_clock
from command_center.closing.round import (
    CONDITIONS,
    Met,
    NewStatement,
    round_standing,
    state_condition,
)
from command_center.closing.rules import Step
from command_center.closing.service import NewState, change_state
from command_center.deadlines.service import NewDeadline, finish_deadline, start_deadline
from command_center.deadlines.views import case_clocks
from command_center.disclosure.build import build
from command_center.disclosure.grants import ensure_grants
from command_center.measures.registration import NewMeasure, register_measure
from command_center.notices.models import NoticeRow
from command_center.notices.templates import Purpose
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_proof_pages import Reader

DAY_MS = 86_400_000
STATED = [one.key for one in CONDITIONS if one.met is Met.STATED]
ORDERS = ("REPORT_ORDER", "CONSUMPTION_ORDER", "DISHONEST_LIST")


class Round:
    """A case whose round is to end."""

    def __init__(self, court: Court) -> None:
        self.court, self.case = court, court.seeded.cases[0].id
        self.clerk, self.run = court.staff(Role.CLERK), court.database.run
        self.debtor = next(id_ for id_, role, _ in court.seeded.cases[0].parties
                           if role == "DEBTOR")  # fmt: skip

    def later(self, days: int) -> None:
        self.court.clock.ahead_ms += days * DAY_MS

    @property
    def today(self) -> str:
        return court_time(self.court.clock()).date().isoformat()

    def open(self) -> list[str]:
        found = self.court.database.read(round_standing, self.case)
        return [one.condition.key for one in found if not one.met]

    def state(self, condition: str, proof: str = "笔录第3号", day: str = "") -> None:
        message = NewStatement(self.case, condition, day or self.today, proof)
        self.run(state_condition, self.clerk, message)

    def order(self, kind: str) -> None:
        at = court_time(self.court.clock() - 3_600_000)
        message = NewMeasure(
            new_id(), self.case, kind, "NONE", "执行令状", f"{at:%Y-%m-%dT%H:%M}",
            target=self.debtor, facts={"paper": "（2026）粤0199执1024号令"},
        )  # fmt: skip
        self.run(register_measure, self.court.staff(Role.ENF_OFFICER), message)

    def end(self) -> None:
        message = NewState(
            self.case, Step("CLOSED", "TERMINATED_THIS_ROUND"), self.today, "无财产可供执行",
            "（2026）粤0199执1024号之九", self.court.staff(Role.JUDGE).id,
        )  # fmt: skip
        self.run(change_state, self.clerk, message)


@pytest.fixture
def round_(court: Court) -> Round:
    return Round(court)


def test_the_round_ends_only_when_every_condition_is_met(round_: Round) -> None:
    round_.later(120)
    wanted = ["reported", "restricted", "listed", *STATED]
    assert sorted(round_.open()) == sorted(wanted)
    for kind in ORDERS:
        round_.order(kind)
    for key in STATED:
        with pytest.raises(MzError, match=r"state\.round_lacks"):
            round_.end()
        round_.state(key)
    assert round_.open() == []
    round_.end()
    assert round_.court.database.read(case_view, round_.case).state == "CLOSED"
    with pytest.raises(MzError, match=r"state\.no_way"):
        round_.state("heard")


def _rechecked(uow: UnitOfWork) -> list[tuple[str, str, str]]:
    query = select(NoticeRow.party_role, NoticeRow.channel, NoticeRow.text)
    rows = uow.session.execute(query.where(NoticeRow.purpose == Purpose.ROUND_RECHECKED))
    return [(role, channel, text) for role, channel, text in rows]


def test_a_query_after_the_round_has_a_result_and_the_debtor_does_not_learn_it(
    round_: Round,
) -> None:
    round_.later(120)
    for kind in ORDERS:
        round_.order(kind)
    for key in STATED:
        round_.state(key)
    round_.end()
    clock = next(one for one in round_.court.database.read(case_clocks, round_.case) if one.open)
    for result, how, code in (("", "x", "recheck.no_result"), ("NONE", " ", "recheck.no_proof")):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            round_.run(finish_clock, round_.clerk, clock.deadline, round_.today, how, result)
    assert round_.court.database.read(_rechecked) == []
    where = "恒通银行6222020200112233391账户"
    round_.run(finish_clock, round_.clerk, clock.deadline, round_.today, where, "FOUND")
    told = round_.court.database.read(_rechecked)
    assert all("恒通银行尾号3391账户" in text for _, _, text in told)
    grants = round_.run(ensure_grants, round_.case)
    for grant in grants:
        made = round_.court.database.read(lambda uow, one=grant: build(uow, one, new_id(), 1))
        assert ("恒通银行" in repr(made)) is (grant.party != round_.debtor)


def test_s15_after_the_round_property_is_queried_every_six_months_for_five_years(
    round_: Round,
) -> None:
    round_.later(120)
    for kind in ORDERS:
        round_.order(kind)
    for key in STATED:
        round_.state(key)
    round_.end()
    ended = round_.today
    told: list[str] = []
    for _half_year in range(11):
        open_now = [
            one for one in round_.court.database.read(case_clocks, round_.case)
            if one.open and one.found.rule.key == "zhongben_recheck"
        ]  # fmt: skip
        if not open_now:
            break
        (clock,) = open_now
        assert clock.start.isoformat() == round_.today, "from the last query on"
        round_.later((clock.computation.due - clock.start).days)
        result = "FOUND" if _half_year == 3 else "NONE"
        round_.run(finish_clock, round_.clerk, clock.deadline, round_.today, "总对总查询", result)
        told.append(result)
    rows = round_.court.database.read(_rechecked)
    assert {(role, channel) for role, channel, _ in rows} == {
        ("APPLICANT", "SMS"), ("APPLICANT", "PORTAL"),
    }  # fmt: skip
    assert len(rows) == 2 * len(told)
    assert sum("发现可供执行的财产（总对总查询）" in text and "未发现" not in text
               for _, _, text in rows) == 2  # fmt: skip
    assert (dt.date.fromisoformat(round_.today) - dt.date.fromisoformat(ended)).days >= 5 * 365
    assert open_now == []


@pytest.mark.parametrize("left", [one.key for one in CONDITIONS if one.met is not Met.STATE])
def test_each_condition_alone_keeps_the_round_open(round_: Round, left: str) -> None:
    round_.later(60 if left == "three_months" else 120)
    if left == "clues":
        clue = NewDeadline(round_.case, "property_clue_check", round_.today, "恒通银行账户")
        clock = round_.run(start_deadline, round_.clerk, clue)
    for kind, key in zip(ORDERS, ("reported", "restricted", "listed"), strict=True):
        if key != left:
            round_.order(kind)
    for key in STATED:
        if key != left:
            round_.state(key)
    if left != "three_months":
        assert round_.open() == [left]
        with pytest.raises(MzError, match=r"state\.round_lacks") as caught:
            round_.end()
        assert caught.value.detail == left
    if left == "clues":
        round_.run(finish_deadline, round_.clerk, clock, round_.today, "查询笔录")
        round_.end()


def test_three_months_are_counted_from_filing(round_: Round) -> None:
    filed = court_time(round_.court.database.read(case_view, round_.case).filed_ms).date()
    found = {one.condition.key: one for one in
             round_.court.database.read(round_standing, round_.case)}  # fmt: skip
    (earliest,) = found["three_months"].lacking
    assert 89 <= (dt.date.fromisoformat(earliest) - filed).days <= 92
    assert found["three_months"].law == (
        "《最高人民法院关于严格规范终结本次执行程序的规定（试行）》（2016）第1条"
    )
    with pytest.raises(MzError, match=r"state\.too_early"):
        round_.end()


def test_what_does_not_apply_is_said_with_its_reason_and_read_in_the_log(round_: Round) -> None:
    round_.state("listed", "被执行人未满十八周岁，失信规定第4条")
    round_.state("listed", "被执行人未满十八周岁，户籍证明")
    assert "listed" not in round_.open()
    standing = round_.court.database.read(round_standing, round_.case)
    listed = next(one for one in standing if one.condition.key == "listed")
    assert listed.proof.endswith("户籍证明"), "the newest counts"
    lines = round_.court.database.read(log_of_case, round_.clerk, round_.case)
    assert sum(line.act == "ROUND" for line in lines) == 2


def test_a_wrong_statement_changes_nothing(round_: Round) -> None:
    before = round_.open()
    wrong = {
        "round.not_stated": [("noticed",), ("reported",), ("three_months",), ("clues",), ("x",)],
        "round.no_proof": [("heard", " ")],
        "form.day_malformed": [("heard", "x", "明天")],
        "state.day": [("heard", "x", "2199-01-01"), ("heard", "x", "2020-01-01")],
    }
    for code, said in wrong.items():
        for one in said:
            with pytest.raises(MzError, match=code.replace(".", r"\.")):
                round_.state(*one)
    with pytest.raises(MzError, match=r"case\.unknown"):
        round_.run(state_condition, round_.clerk, NewStatement(new_id(), "heard", "x", "x"))
    with pytest.raises(MzError, match="access"):
        round_.run(state_condition, round_.court.staff(Role.AUDITOR),
                   NewStatement(round_.case, "heard", round_.today, "x"))  # fmt: skip
    assert round_.open() == before


def test_the_page_says_what_is_lacking_and_where_it_is_done(sqlite_centre: Centre) -> None:
    round_ = Round(sqlite_centre.court)
    clerk, auditor = Reader(sqlite_centre, Role.CLERK), Reader(sqlite_centre, Role.AUDITOR)
    path = f"cases/{round_.case}/procedure"
    page = clerk.page(path)
    assert page.count('data-met="no"') == 9
    assert "kind=CONSUMPTION_ORDER/NONE" in page
    assert "恒发五金" in page.split('data-condition="restricted"')[1].split("</div>")[1]
    answer = clerk.post(f"cases/{round_.case}/round/heard", proof="询问笔录", day=round_.today)
    assert answer.text.count('data-met="no"') == 8
    refused = auditor.post(f"cases/{round_.case}/round/searched", proof="x", day=round_.today)
    assert refused.status_code == 403
    assert clerk.page(path).count('data-met="no"') == 8
