"""Objections (S-18, DOMAIN §2.3) on both databases: clocks, notices, who decides, what follows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from alembic import command
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.links import links_of
from command_center.cases.log import log_of_case
from command_center.cases.parties import rename_party
from command_center.cases.service import NewCase, NewParty, add_party, assign_officer, open_case
from command_center.cases.things import NewThing, register_thing
from command_center.deadlines.jobs import end_clocks
from command_center.deadlines.models import ExtensionRow
from command_center.deadlines.rulepack import law
from command_center.deadlines.service import (
    NewDeadline,
    extend_deadline,
    finish_deadline,
    start_deadline,
)
from command_center.deadlines.views import ClockView, case_clocks
from command_center.deadlines.words import ClockState
from command_center.disclosure.build import build
from command_center.disclosure.grants import ensure_grants
from command_center.measures.changes import convert_measure, release_measure
from command_center.measures.detail import read_measure
from command_center.measures.objected import objections_to
from command_center.measures.objected import receive_objection as receive_objection_to
from command_center.notices.models import NoticeRow
from command_center.notices.templates import Purpose
from command_center.objections.jobs import start_releases
from command_center.objections.service import (
    Decision,
    NewObjection,
    decide_objection,
    receive_objection,
    register_objection,
    serve_ruling,
)
from command_center.objections.views import ObjectionView, objections_of
from command_center.objections.words import KINDS
from command_center.platform.opening import migration_config
from schemas.ids import new_id
from schemas.measures.fields import wanted
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PropertyKind
from schemas.problems import MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.running import Centre
from tests.integration.centre.test_measures_by_law import _at, _register
from tests.integration.centre.test_proof_pages import Reader

D = dt.date
NUMBER = "（2026）粤0199执异5号"
_HERE = "disposal.objected_here"
_CAR = {
    "kind": "SEIZE", "over": "VEHICLE", "subject": "粤A·12345", "control_from": "2026-03-02",
    "control_to": "2028-03-01",
    "facts": dict.fromkeys(wanted(MeasureKind.SEIZE, PropertyKind.VEHICLE).required, "x"),
}  # fmt: skip
_QUEUED = {
    "kind": "QUEUED_SEIZE", "control_from": "", "control_to": "",
    "facts": {"paper": "x", "vin": "x", "queue_position": "2"},
}  # fmt: skip


class Review:
    """A court in March 2026 whose clerk records objections in the first case."""

    def __init__(self, court: Court) -> None:
        self.court, self.run, self.read = court, court.database.run, court.database.read
        self.clerk, self.case = court.staff(Role.CLERK), court.seeded.cases[0].id
        self.applicant, self.debtor = (party for party, _, _ in court.seeded.cases[0].parties)
        self.judge = court.staff(Role.PANEL).id
        _at(court, D(2026, 3, 2))

    def third(self) -> str:
        person = NewParty(self.case, "THIRD_PERSON", "赵敏", True, phone="13900000077",
                          phone_confirmed=True)  # fmt: skip
        made: str = self.run(add_party, self.clerk, person)
        return made

    def receive(self, kind: str = "CONDUCT", party: str = "", **other: str) -> str:
        fields = {"matter": "对冻结账户的行为", "day": "2026-03-02", **other}
        message = NewObjection(new_id(), self.case, kind, party or self.debtor, **fields)
        made: str = self.run(receive_objection, self.clerk, message)
        return made

    def decide(self, objection: str, outcome: str = "REJECTED", **other: str) -> None:
        fields = {"day": "2026-03-10", "reason": "冻结符合规定", "ruling": "执异5号之一",
                  "judge": self.judge, **other}  # fmt: skip
        self.run(decide_objection, self.clerk, Decision(objection, outcome, **fields))

    def clocks(self) -> dict[str, ClockView]:
        found = self.read(case_clocks, self.case)
        return {one.found.rule.key: one for one in found if one.subject}

    def told(self, purpose: Purpose) -> list[tuple[str, str, str]]:
        query = select(NoticeRow.party_role, NoticeRow.channel, NoticeRow.text)
        rows = self.read(
            lambda uow: uow.session.execute(query.where(NoticeRow.purpose == purpose)).all()
        )
        return sorted((role, channel, text) for role, channel, text in rows)

    def seen(self) -> ObjectionView:
        found = self.read(objections_of, self.case)
        return found[-1]


def _thing(review: Review) -> str:
    made = new_id()
    message = NewThing(made, review.case, review.debtor, "VEHICLE", "粤A·12345", "粤A12345", "",
                       (), "REPORTED", "2026-03-01")  # fmt: skip
    review.run(register_thing, review.clerk, message)
    return made


@pytest.fixture
def review(court: Court) -> Review:
    return Review(court)


def test_s18_an_objection_to_an_act_has_three_and_fifteen_days_and_both_are_told(
    review: Review,
) -> None:
    objection = review.receive()
    clocks = review.clocks()
    assert {key: one.computation.due for key, one in clocks.items()} == {
        "objection_register": D(2026, 3, 5), "objection_decide": D(2026, 3, 17),
    }  # fmt: skip
    assert clocks["objection_decide"].found.sources[0].text() == "《民事诉讼法》（2023）第236条"
    _at(review.court, D(2026, 3, 12))
    review.run(register_objection, review.clerk, objection, "2026-03-04", NUMBER)
    assert review.clocks()["objection_register"].state is ClockState.DONE
    told = review.told(Purpose.OBJECTION_REGISTERED)
    assert [one[:2] for one in told] == [
        ("APPLICANT", "PORTAL"), ("APPLICANT", "SMS"), ("DEBTOR", "PORTAL"), ("DEBTOR", "SMS"),
    ]  # fmt: skip
    assert all(f"案号{NUMBER}" in text for _, _, text in told)
    review.decide(objection)
    assert review.clocks()["objection_decide"].state is ClockState.DONE
    decided = review.told(Purpose.OBJECTION_DECIDED)
    assert len(decided) == 4
    assert all("裁定：驳回异议请求，理由：冻结符合规定" in text for _, _, text in decided)
    review.run(serve_ruling, review.clerk, objection, review.debtor, "2026-03-11")
    again = review.clocks()["reconsider_apply"]
    assert (again.computation.due, again.subject[-4:]) == (D(2026, 3, 23), "有限公司")
    acts = [line.act for line in review.read(log_of_case, review.clerk, review.case)]
    assert acts.count("OBJECTION") == 4


def test_reconsideration_ends_the_time_to_ask_for_it_and_has_thirty_days(review: Review) -> None:
    objection = review.receive()
    _at(review.court, D(2026, 3, 20))
    with pytest.raises(MzError, match=r"objection\.nothing_to_reconsider"):
        review.receive("RECONSIDERATION", against=objection)
    review.decide(objection)
    review.run(serve_ruling, review.clerk, objection, review.debtor, "2026-03-11")
    message = NewObjection(new_id(), review.case, "RECONSIDERATION", review.debtor, "请求撤销裁定",
                           "2026-03-18", objection)  # fmt: skip
    review.run(receive_objection, review.clerk, message)
    clocks = review.clocks()
    assert clocks["reconsider_apply"].state is ClockState.DONE
    assert clocks["reconsider_decide"].computation.due == D(2026, 4, 17)
    assert clocks["reconsider_decide"].found.rule.extension_count == 30
    review.decide(message.objection, "REMANDED", day="2026-03-20", ruling="执复2号")
    assert review.clocks()["reconsider_decide"].state is ClockState.DONE
    assert review.seen().ruling is not None
    review.run(serve_ruling, review.clerk, message.objection, review.debtor, "2026-03-20")
    assert "third_party_suit" not in review.clocks(), "it is final"


def test_a_third_person_sues_and_asks_for_reconsideration_only_where_he_was_not_accepted(
    review: Review,
) -> None:
    """异议复议规定 2 for rulings that accept nothing, 民诉法 238 for those that decide."""
    third, court = review.third(), review.court
    refused, rejected = (review.receive("THIRD_PARTY", third) for _ in range(2))
    _at(court, D(2026, 3, 20))
    review.decide(refused, "NOT_ACCEPTED", ruling="不予受理裁定")
    review.decide(rejected, ruling="驳回裁定")
    seen = {one.objection: one.may_be_reconsidered for one in review.read(objections_of,
                                                                          review.case)}  # fmt: skip
    assert seen == {refused: True, rejected: False}
    for objection in (refused, rejected):
        review.run(serve_ruling, review.clerk, objection, third, "2026-03-11")
    message = NewObjection(new_id(), review.case, "RECONSIDERATION", third, "请求受理",
                           "2026-03-18", rejected)  # fmt: skip
    with pytest.raises(MzError, match=r"objection\.nothing_to_reconsider"):
        review.run(receive_objection, review.clerk, message)
    review.run(receive_objection, review.clerk, dataclasses.replace(message, against=refused))
    clocks = review.clocks()
    assert clocks["reconsider_apply"].state is ClockState.DONE
    assert clocks["third_party_suit"].state is ClockState.RUNNING


def test_two_objections_in_the_same_words_have_clocks_of_their_own(review: Review) -> None:
    first, second = review.receive(), review.receive()
    _at(review.court, D(2026, 3, 12))
    review.run(register_objection, review.clerk, first, "2026-03-04", NUMBER)
    review.decide(first)
    clocks = {one.deadline: one for one in review.read(case_clocks, review.case)}
    of = {one.objection: [clocks[clock] for clock in one.clocks]
          for one in review.read(objections_of, review.case)}  # fmt: skip
    assert {one.state for one in of[first]} == {ClockState.DONE}
    assert {one.state for one in of[second]} == {ClockState.RUNNING}
    assert len({one.subject for one in (*of[first], *of[second])}) == 1


def test_two_parties_of_one_name_have_each_their_own_time(review: Review) -> None:
    first, second = (
        review.run(add_party, review.clerk, NewParty(review.case, "DEBTOR", "李东升", True))
        for _ in range(2)
    )
    objection = review.receive()
    _at(review.court, D(2026, 3, 20))
    review.decide(objection)
    for party in (first, second):
        review.run(serve_ruling, review.clerk, objection, party, "2026-03-11")
    review.receive("RECONSIDERATION", second, against=objection, day="2026-03-18")
    states = [one.state for one in review.read(case_clocks, review.case)
              if one.found.rule.key == "reconsider_apply"]  # fmt: skip
    assert sorted(states) == [ClockState.DONE, ClockState.RUNNING]


def test_clocks_of_before_name_their_objection_after_a_migration(review: Review) -> None:
    """They were found by its words: a renamed party's, one of whose words begin another's."""
    url = review.court.database.settings.database_url
    short, long = review.receive(matter="对冻结"), review.receive(matter="对冻结 · 账户")
    same = review.receive(matter="对冻结")
    _at(review.court, D(2026, 3, 20))
    for objection in (short, same):
        review.decide(objection)
        review.run(serve_ruling, review.clerk, objection, review.debtor, "2026-03-11")
    message = NewDeadline(review.case, "close_case", "2026-03-02")
    extended = review.run(start_deadline, review.clerk, message)
    review.run(extend_deadline, review.clerk, extended, 3, "院长", "批准延长")
    review.run(rename_party, review.clerk, review.debtor, "新名有限公司", "2026-03-19", "通知书")
    before = {one.objection: set(one.clocks) for one in review.read(objections_of, review.case)}
    review.court.database.close()
    for _ in range(2):
        command.downgrade(migration_config(url), "0053")
        command.upgrade(migration_config(url), "head")
    found = {one.objection: set(one.clocks) for one in review.read(objections_of, review.case)}
    assert found == before
    assert {len(found[one]) for one in (short, same)} == {3}
    assert len(found[long]) == 2
    extensions = review.read(lambda uow: uow.session.scalars(select(ExtensionRow.deadline)).all())
    assert extensions == [extended]
    review.receive("RECONSIDERATION", against=same, day="2026-03-19")
    clocks = [one for one in review.read(case_clocks, review.case)
              if one.found.rule.key == "reconsider_apply"]  # fmt: skip
    ended = [one.deadline for one in clocks if one.state is ClockState.DONE]
    assert set(ended) <= found[same]
    assert len(ended) == 1


@pytest.mark.parametrize("sued", [False, True])
def test_a_third_persons_granted_objection_is_released_unless_somebody_sues(
    review: Review, sued: bool
) -> None:
    """民诉解释 314: fifteen days to sue, then seven to release what is held."""
    third = review.third()
    with pytest.raises(MzError, match=r"objection\.no_third_person"):
        review.receive("THIRD_PARTY")
    objection = review.receive("THIRD_PARTY", third)
    _at(review.court, D(2026, 3, 12))
    review.decide(objection, "GRANTED", reason="车辆已经交付案外人")
    sms = review.told(Purpose.OBJECTION_DECIDED)
    assert [one[:2] for one in sms] == [
        ("APPLICANT", "PORTAL"), ("APPLICANT", "SMS"), ("DEBTOR", "PORTAL"), ("DEBTOR", "SMS"),
        ("THIRD_PERSON", "SMS"),
    ]  # fmt: skip
    assert all("赵某提出的案外人异议" in text for _, _, text in sms), "others read no name"
    review.run(serve_ruling, review.clerk, objection, review.applicant, "2026-03-11")
    review.run(serve_ruling, review.clerk, objection, third, "2026-03-12")
    suits = [one for one in review.read(case_clocks, review.case)
             if one.found.rule.key == "third_party_suit"]  # fmt: skip
    assert [one.computation.due for one in suits] == [D(2026, 3, 26), D(2026, 3, 27)]
    assert review.run(start_releases) == 0
    if sued:
        clerk, clock = review.clerk, suits[0].deadline
        review.run(finish_deadline, clerk, clock, "2026-03-12", "（2026）粤0199民初9号")
    _at(review.court, D(2026, 3, 30))
    review.run(end_clocks)
    assert review.run(start_releases) == (0 if sued else 1)
    assert review.run(start_releases) == 0
    if not sued:
        release = review.clocks()["third_party_release"]
        assert (release.start, release.computation.due) == (D(2026, 3, 27), D(2026, 4, 3))


@pytest.mark.parametrize(
    ("outcome", "served", "day", "forbidden"),
    [
        ("", "", D(2026, 3, 12), True), ("REJECTED", "", D(2026, 3, 12), True),
        ("REJECTED", "2026-03-11", D(2026, 3, 12), True),
        ("REJECTED", "2026-03-11", D(2026, 3, 30), False),
        ("GRANTED", "", D(2026, 3, 12), True), ("WITHDRAWN", "", D(2026, 3, 12), False),
    ],
)  # fmt: skip
def test_property_that_a_third_person_claims_is_not_disposed_of_meanwhile(
    review: Review, outcome: str, served: str, day: D, forbidden: bool
) -> None:
    """民诉解释 463: a done act is taken as recorded, with its defect and an alarm."""
    measure, third = _register(review.court), review.third()
    objection = review.receive("THIRD_PARTY", third)
    _at(review.court, D(2026, 3, 12))
    if outcome:
        review.decide(objection, outcome)
    if served:
        review.run(serve_ruling, review.clerk, objection, third, served)
    _at(review.court, day)
    review.run(end_clocks)
    review.run(convert_measure, review.court.staff(Role.ENF_OFFICER), measure, "扣划7号",
               "2026-03-12")  # fmt: skip
    detail = review.run(read_measure, review.clerk, measure)
    codes = [one.code for one in detail.measure.defects]
    assert ("disposal.objected" in codes) is forbidden
    (line,) = (one for one in review.read(log_of_case, review.clerk, review.case)
               if one.act == "CONVERTED")  # fmt: skip
    assert ("不得处分" in line.text) is forbidden


@pytest.mark.parametrize("by_thing", [False, True])
def test_an_objection_that_names_property_keeps_that_property_only(
    review: Review, by_thing: bool
) -> None:
    """Another measure over the same property, and one that waits for it, are kept as well."""
    court, officer = review.court, review.court.staff(Role.ENF_OFFICER)
    thing = _thing(review)
    named = _register(court, **_CAR, thing=thing)
    same = _register(court, **_CAR, thing=thing)
    waiting = _register(court, **_CAR | _QUEUED, waits_for=named)
    other, third = _register(court), review.third()
    message = NewObjection(new_id(), review.case, "THIRD_PARTY", third, "车辆是我的", "2026-03-02")
    names = ([], [thing]) if by_thing else ([named, named], [])
    review.run(receive_objection_to, review.clerk, message, *names)
    (subject,) = review.seen().subjects
    assert (subject.measure, subject.thing) == ((None, thing) if by_thing else (named, None))
    _at(court, D(2026, 3, 12))
    assert [forbids for _one, forbids in review.read(objections_to, named)] == [True]
    review.run(release_measure, officer, named, "DEBT_PAID", "解除裁定", "2026-03-12")
    for measure, code in ((same, _HERE), (waiting, _HERE), (other, "")):
        seen = review.read(objections_to, measure)
        assert [forbids for _one, forbids in seen] == ([True] if code else [])
        review.run(convert_measure, officer, measure, "成交裁定", "2026-03-12")
        found = review.run(read_measure, review.clerk, measure).measure.defects
        objected = [one.code for one in found if one.code.startswith("disposal.")]
        assert objected == ([code] if code else [])


def test_an_objection_names_only_what_belongs_to_its_case(review: Review) -> None:
    court, run = review.court, review.run
    measure, thing = _register(court), _thing(review)
    other = run(open_case, review.clerk, NewCase(NUMBER, "执行异议", "—", 0, court.clock()))
    party = run(add_party, review.clerk, NewParty(other, "DEBTOR", "赵某", True))
    for code, case, who, measures, things in (
        ("measure.unknown", review.case, review.debtor, [new_id()], []),
        ("measure.unknown", other, party, [measure], []),
        ("thing.unknown", review.case, review.debtor, [measure], [new_id()]),
        ("thing.unknown", other, party, [], [thing]),
    ):
        message = NewObjection(new_id(), case, "CONDUCT", who, "x", "2026-03-02")
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            run(receive_objection_to, review.clerk, message, measures, things)
    assert review.read(objections_of, review.case) == []
    message = NewObjection(new_id(), review.case, "CONDUCT", review.debtor, "x", "2026-03-02")
    with pytest.raises(MzError, match="access"):
        run(receive_objection_to, court.staff(Role.AUDITOR), message, [measure], [])
    objection = run(receive_objection_to, review.clerk, message, [measure], [thing])
    (line,) = (one for one in review.read(log_of_case, review.clerk, review.case)
               if one.act == "OBJECTION")  # fmt: skip
    assert "（针对：冻结恒通银行尾号3391账户存款¥286,400.50、粤A·12345）" in line.text
    assert [(one.kind, forbids) for one, forbids in review.read(objections_to, measure)] == [
        ("CONDUCT", False)
    ]
    _at(court, D(2026, 3, 12))
    review.decide(objection)
    again = NewObjection(new_id(), review.case, "RECONSIDERATION", review.debtor, "x", "2026-03-11",
                         objection)  # fmt: skip
    with pytest.raises(MzError, match=r"objection\.names_ruling"):
        run(receive_objection_to, review.clerk, again, [measure], [])


def test_r10_who_works_the_case_does_not_preside_over_the_review(review: Review) -> None:
    objection = review.receive()
    _at(review.court, D(2026, 3, 12))
    judge = review.court.staff(Role.JUDGE)
    review.run(assign_officer, review.clerk, review.case, judge.id, Role.JUDGE)
    with pytest.raises(MzError, match=r"objection\.own_case"):
        review.decide(objection, judge=judge.id)
    with pytest.raises(MzError, match=r"objection\.judge"):
        review.decide(objection, judge=review.clerk.id)
    assert review.seen().ruling is None
    assert review.told(Purpose.OBJECTION_DECIDED) == []
    review.decide(objection)
    assert review.seen().ruling is not None


def test_what_does_not_fit_is_refused_and_changes_nothing(review: Review) -> None:
    objection = review.receive()
    _at(review.court, D(2026, 3, 12))
    before = review.read(case_clocks, review.case)

    def new(**changed: str) -> None:
        fields = {
            "objection": new_id(), "case": review.case, "kind": "CONDUCT",
            "party": review.debtor, "matter": "x", "day": "2026-03-02", **changed,
        }  # fmt: skip
        review.run(receive_objection, review.clerk, NewObjection(**fields))

    for code, changed in (
        ("id.malformed", {"objection": "x"}),
        ("case.unknown", {"case": new_id()}),
        ("objection.unknown_kind", {"kind": "MOOD"}),
        ("party.unknown", {"party": new_id()}),
        ("objection.no_matter", {"matter": " "}),
        ("objection.day", {"day": "2026-03-13"}),
        ("form.day_malformed", {"day": "明天"}),
    ):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            new(**changed)
    for code, outcome, changed in (
        ("objection.unknown_outcome", "REMANDED", {}),
        ("objection.no_reason", "REJECTED", {"reason": " "}),
        ("objection.no_ruling", "REJECTED", {"ruling": " "}),
        ("objection.day", "REJECTED", {"day": "2026-03-01"}),
    ):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            review.decide(objection, outcome, **changed)
    with pytest.raises(MzError, match=r"objection\.step"):
        review.run(serve_ruling, review.clerk, objection, review.debtor, "2026-03-11")
    with pytest.raises(MzError, match=r"objection\.unknown"):
        review.run(register_objection, review.clerk, new_id(), "2026-03-04", NUMBER)
    with pytest.raises(MzError, match=r"case\.number_malformed"):
        review.run(register_objection, review.clerk, objection, "2026-03-04", "5")
    with pytest.raises(MzError, match="access"):
        review.run(register_objection, review.court.staff(Role.AUDITOR), objection, "2026-03-04",
                   NUMBER)  # fmt: skip
    assert review.read(case_clocks, review.case) == before
    assert review.seen().steps == ()
    same = NewObjection(objection, review.case, "CONDUCT", review.debtor, "y", "2026-03-02")
    assert review.run(receive_objection, review.clerk, same) == objection
    assert len(review.read(objections_of, review.case)) == 1
    review.decide(objection, "NOT_ACCEPTED", ruling="不予受理裁定")
    states = {key: one.state for key, one in review.clocks().items()}
    assert states["objection_register"] is ClockState.DONE_LATE
    with pytest.raises(MzError, match=r"objection\.step"):
        review.decide(objection)


def test_the_case_of_the_objection_is_linked_and_parties_read_it(review: Review) -> None:
    filed = review.court.clock()
    other = review.run(open_case, review.clerk, NewCase(NUMBER, "执行异议", "—", 0, filed))
    objection = review.receive("THIRD_PARTY", review.third())
    _at(review.court, D(2026, 3, 12))
    review.run(register_objection, review.clerk, objection, "2026-03-04", NUMBER)
    (link,) = review.read(links_of, review.case)
    assert (link.case, link.kind) == (other, "OBJECTION")
    review.decide(objection)
    for grant in review.run(ensure_grants, review.case):
        made = review.read(lambda uow, one=grant: build(uow, one, new_id(), 1))
        lines = [line.text.zh for section in made.sections for line in section.lines]
        (line,) = (one for one in lines if "提出案外人异议" in one)
        assert line.startswith("赵某提出案外人异议，本院2026年3月2日收到，案号")
        assert "赵敏" not in repr(made)


def test_every_kind_has_its_rules_in_the_packs() -> None:
    for kind in KINDS.values():
        for rule in filter(None, (kind.register, kind.decide, kind.after)):
            assert law().rule(rule, D(2026, 3, 2)).rule.key == rule


def test_the_desk_takes_an_objection_from_receipt_to_service(sqlite_centre: Centre) -> None:
    court, clerk = sqlite_centre.court, Reader(sqlite_centre, Role.CLERK)
    case, debtor = court.seeded.cases[0].id, court.seeded.cases[0].parties[1][0]
    path, day = f"cases/{case}/objections", dt.date.today().isoformat()
    form = clerk.page(path)
    assert "没有异议和复议" in form
    made = re.search(r'name="objection" value="([0-9a-f-]{36})"', form)
    assert made is not None
    measure = _register(court)
    assert "恒通银行尾号3391" in clerk.page(path), "the measures of the case are offered"
    page = clerk.post(path, objection=made[1], kind="CONDUCT", party=debtor, measure=measure,
                      matter="<b>冻结</b>", day=day).text  # fmt: skip
    assert f'href="/desk/measures/{measure}"' in page
    own = clerk.page(f"measures/{measure}")
    assert own.count('data-part="objection"') == 1
    assert "不得处分" not in own
    assert "&lt;b&gt;冻结" in page
    assert "待立案" in page
    assert page.count('data-clock="') == 2
    refused = clerk.post(f"{path}/{made[1]}/decision", outcome="REJECTED", day=day, reason="x",
                         ruling="y", judge="")  # fmt: skip
    assert (refused.status_code, "objection.judge" in refused.text) == (400, True)
    assert court.staff(Role.JUDGE).id not in page, "he works the case: he is not offered"
    assert court.staff(Role.PANEL).id in page
    page = clerk.post(f"{path}/{made[1]}/registration", number=NUMBER, day=day).text
    assert "审查中" in page
    page = clerk.post(f"{path}/{made[1]}/decision", outcome="REJECTED", day=day, reason="符合规定",
                      ruling="执异5号之一", judge=court.staff(Role.PANEL).id).text  # fmt: skip
    assert "驳回异议请求" in page
    page = clerk.post(f"{path}/{made[1]}/service", party=debtor, day=day).text
    assert 'data-clock="reconsider_apply"' in page
    english = clerk.page(f"{path}?lang=en")
    assert "Objection to an act of enforcement" in english
    assert "Ruling served on" in english
    reader = Reader(sqlite_centre, Role.AUDITOR)
    assert 'id="objection"' not in reader.page(path)


def test_the_ruling_is_served_on_each_of_two_of_one_name(sqlite_centre: Centre) -> None:
    """U13: the form goes on offering the other."""
    court, clerk = sqlite_centre.court, Reader(sqlite_centre, Role.CLERK)
    case, name = court.seeded.cases[0].id, "李东升"
    first, second = (
        court.database.run(add_party, court.staff(Role.CLERK), NewParty(case, "DEBTOR", name, True))
        for _ in range(2)
    )
    day = court_time(court.clock()).date().isoformat()
    message = NewObjection(new_id(), case, "CONDUCT", first, "x", day)
    path = f"cases/{case}/objections"
    court.database.run(receive_objection, court.staff(Role.CLERK), message)
    clerk.post(f"{path}/{message.objection}/decision", outcome="REJECTED", day=day, reason="x",
               ruling="y", judge=court.staff(Role.PANEL).id)  # fmt: skip
    page = clerk.post(f"{path}/{message.objection}/service", party=first, day=day).text
    form = page.split('data-form="serve"')[1].split("</form>")[0]
    assert (first in form, second in form) == (False, True)
