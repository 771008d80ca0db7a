"""S-10, S-11, S-14: measures registered at the desk, renewed, released, queued, closed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text

from command_center.access.permissions import Role
from command_center.access.views import views_of_case
from command_center.cases.log import log_of_case
from command_center.cases.service import NewCase, NewParty, add_party, open_case
from command_center.deadlines.views import case_clocks
from command_center.guardian.acts import act
from command_center.guardian.models import AlarmRow
from command_center.guardian.sweep import sweep
from command_center.ledger.service import sequence_entries
from command_center.measures import changes
from command_center.measures.change import node_of
from command_center.measures.detail import MeasureDetail, read_measure
from command_center.measures.execution import SECRET
from command_center.measures.models import MeasureFactRow, MeasureRow
from command_center.measures.numbers import find_by_number
from command_center.measures.registration import NewMeasure, register_measure
from command_center.measures.states import MeasureState
from command_center.notices.models import NoticeRow, TaskRow
from command_center.notices.providers.base import Answer, Outcome
from command_center.notices.sending import Road, begin_attempts, record_outcomes
from command_center.notices.states import Channel
from command_center.notices.tasks import finish_task
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.measures.kinds import MeasureKind
from schemas.problems import MzError
from schemas.time import COURT_ZONE, to_ms
from tests.integration.centre.court import Court

D = dt.date
ROADS = {Channel.SMS: Road("test", True)}
ACCOUNT = "6222020200112233391"
FREEZE = {
    "paper": "（2026）粤0199执1024号之一", "assist_paper": "协1号", "assisting_unit": "恒通银行",
    "account": ACCOUNT, "asked_fen": "300,000", "amount_fen": "286400.5", "receipt": "R-1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_march(court: Court) -> None:
    _at(court, D(2026, 3, 2))


def _at(court: Court, day: dt.date) -> None:
    wanted = to_ms(dt.datetime.combine(day, dt.time(11), COURT_ZONE))
    court.clock.ahead_ms += wanted - court.clock()
    court.filed_before(wanted - 40 * 86_400_000)


def _new(court: Court, **changed: Any) -> NewMeasure:
    fields = {
        "measure": new_id(), "case": court.seeded.cases[0].id, "kind": "FREEZE",
        "over": "DEPOSIT", "subject": "", "executed": "2026-03-02T10:30", "facts": FREEZE,
        "control_from": "2026-03-02", "control_to": "2027-03-01", **changed,
    }  # fmt: skip
    return NewMeasure(**fields)


def _register(court: Court, **changed: Any) -> str:
    made: str = court.database.run(
        register_measure, court.staff(Role.ENF_OFFICER), _new(court, **changed)
    )
    return made


def _detail(court: Court, measure: str) -> MeasureDetail:
    return court.database.run(read_measure, court.staff(Role.CLERK), measure)  # type: ignore[no-any-return]


def _notices(court: Court, measure: str) -> list[NoticeRow]:
    query = select(NoticeRow).where(NoticeRow.node == measure)
    return court.database.read(lambda uow: list(uow.session.scalars(query)))


def _send_all(court: Court, answer: Answer = Answer.ACCEPTED) -> None:
    waiting = select(NoticeRow.notice).where(
        NoticeRow.channel == "SMS", NoticeRow.state == "QUEUED"
    )
    for notice in court.database.read(lambda uow: list(uow.session.scalars(waiting))):
        order = court.database.run(begin_attempts, [notice], ROADS)[notice]
        assert order is not None
        outcome = Outcome(answer, message_ids=(notice,)) if answer is Answer.ACCEPTED else (
            Outcome(answer, "blocked"))  # fmt: skip
        court.database.run(record_outcomes, [(order, outcome)])


def test_s_11_s_14_a_freeze_is_one_transaction_with_both_parties_notices(court: Court) -> None:
    message = _new(court)
    who = court.staff(Role.ENF_OFFICER)
    measure = court.database.run(register_measure, who, message)
    assert court.database.run(register_measure, who, message) == measure
    detail = _detail(court, measure)
    assert detail.measure.state is MeasureState.IN_FORCE
    assert detail.measure.subject == "恒通银行尾号3391账户存款¥286,400.50"
    assert detail.measure.value_fen == 28_640_050
    assert [(p.start, p.end, p.suggested) for p in detail.periods] == [
        (D(2026, 3, 2), D(2027, 3, 1), False)
    ]
    told = {(row.party_role, row.channel) for row in _notices(court, measure)}
    assert told == {(role, road) for role in ("APPLICANT", "DEBTOR") for road in ("SMS", "PORTAL")}
    while court.database.run(sequence_entries):
        pass


def test_an_account_number_is_nowhere_in_clear_and_found_by_exact_search(court: Court) -> None:
    measure = _register(court, subject=f"账号 {ACCOUNT} 的存款", place=ACCOUNT)
    tables = ("measure", "measure_fact", "notice", "event_log", "enforcement_log")

    def everything(uow: UnitOfWork) -> str:
        rows = (uow.session.execute(text(f"SELECT * FROM {name}")).all() for name in tables)
        return repr([row for found in rows for row in found])

    assert ACCOUNT not in court.database.read(everything)
    index = court.database.keys.cipher.blind_index(ACCOUNT, SECRET)
    query = select(MeasureFactRow).where(MeasureFactRow.value_index == index)
    found = court.database.read(lambda uow: uow.session.scalars(query).one())
    assert (found.measure, found.value) == (measure, "6222***********3391")
    assert court.database.keys.cipher.decrypt(found.secret or b"", SECRET) == ACCOUNT
    clerk, case = court.staff(Role.CLERK), court.seeded.cases[0].id
    for typed_in in (ACCOUNT, "6222 0202 0011 2233 391", "６２２２-0202-0011-2233-391"):
        (one,) = court.database.run(find_by_number, clerk, typed_in)
        assert (one.case.id, one.where, one.subject) == (case, "MEASURE", measure)
    for part in (ACCOUNT[:-1], ACCOUNT[-4:] * 2, "440199"):
        assert court.database.run(find_by_number, clerk, part) == []
    with pytest.raises(MzError, match=r"number\.too_short"):
        court.database.run(find_by_number, clerk, ACCOUNT[-4:])
    (debtor,) = court.database.run(find_by_number, clerk, "91440199ma5demo01x")
    assert (debtor.where, debtor.kind, debtor.case.id) == ("PARTY", "DEBTOR", case)
    seen = court.database.read(views_of_case, court.staff(Role.AUDITOR), case)
    assert [one.what for one in seen].count("number") == 4
    with pytest.raises(MzError, match="access"):
        court.database.run(find_by_number, court.staff(Role.TECHNICIAN), ACCOUNT)


def test_without_dates_the_rule_pack_suggests_and_says_so(court: Court) -> None:
    detail = _detail(court, _register(court, control_from="", control_to=""))
    (term,) = detail.periods
    assert (term.end, term.suggested) == (D(2027, 3, 1), True)
    assert "第485条" in term.law
    assert "period.not_written" in [one.code for one in detail.measure.defects]


def test_control_of_more_than_is_owed_warns_and_never_blocks(court: Court) -> None:
    first = _detail(court, _register(court))
    assert first.measure.defects == ()
    more = {**FREEZE, "amount_fen": "900000", "asked_fen": "900000"}
    second = _detail(court, _register(court, facts=more))
    assert [one.code for one in second.measure.defects] == ["attachment.excessive"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "AUCTION"}, "measure.not_registrable"),
        ({"over": "REAL_ESTATE"}, "measure.not_registrable"),
        ({"facts": {**FREEZE, "receipt": " "}}, "measure.field_missing"),
        ({"facts": {**FREEZE, "amount_fen": "many"}}, "form.amount_malformed"),
        ({"executed": "2026-03-03T10:30"}, "measure.executed_ahead"),
        ({"executed": "now"}, "form.day_malformed"),
        ({"control_to": "2027-02-30"}, "form.day_malformed"),
        ({"case": "none"}, "case.unknown"),
        ({"measure": "none"}, "id.malformed"),
        ({"kind": "EXIT_BAN", "over": "NONE", "control_to": ""}, "measure.dates_wanted"),
        ({"kind": "QUEUED_FREEZE", "waits_for": "none",
          "facts": {**FREEZE, "queue_position": "2"}}, "measure.unknown"),
    ],
)  # fmt: skip
def test_a_wrong_form_changes_nothing(court: Court, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(MzError, match=code.replace(".", r"\.")):
        _register(court, **changed)
    count = select(MeasureRow)
    assert court.database.read(lambda uow: uow.session.scalars(count).all()) == []


def test_u6_a_renewal_before_the_last_day_carries_on_and_after_it_is_refused(court: Court) -> None:
    measure, who = _register(court), court.staff(Role.ENF_OFFICER)
    _at(court, D(2027, 2, 10))
    court.database.run(sweep)
    court.database.run(act)
    args = ("2027-03-02", "2028-03-01", "续冻1号", "2027-02-10")
    with pytest.raises(MzError, match=r"renewal\.too_late"):
        court.database.run(changes.renew_measure, who, measure, "2027-03-03", *args[1:])
    with pytest.raises(MzError, match=r"measure\.dates_wanted"):
        court.database.run(changes.renew_measure, who, measure, "2027-03-02", "2027-03-01", "x",
                           "2027-02-10")  # fmt: skip
    court.database.run(changes.renew_measure, who, measure, *args)
    detail = _detail(court, measure)
    assert detail.measure.state is MeasureState.RENEWED
    assert [p.end for p in detail.periods] == [D(2027, 3, 1), D(2028, 3, 1)]
    assert len(_notices(court, measure)) == 4
    court.database.run(sweep)
    open_ = select(AlarmRow).where(AlarmRow.settled_ms.is_(None), AlarmRow.subject == measure)
    assert court.database.read(lambda uow: uow.session.scalars(open_).all()) == []
    _at(court, D(2028, 3, 2))
    with pytest.raises(MzError, match=r"renewal\.too_late"):
        court.database.run(changes.renew_measure, who, measure, "2028-03-02", "2029-03-01", "x",
                           "2028-03-02")  # fmt: skip


def test_released_the_first_in_the_queue_takes_its_place_by_itself(court: Court) -> None:
    who, first = court.staff(Role.ENF_OFFICER), _register(court)
    waiting = [
        _register(court, kind="QUEUED_FREEZE", waits_for=first, control_from="", control_to="",
                  facts={**FREEZE, "queue_position": position})
        for position in ("3", "2")
    ]  # fmt: skip
    assert _detail(court, waiting[0]).periods == ()
    _at(court, D(2026, 9, 1))
    with pytest.raises(MzError, match=r"release\.unknown_ground"):
        court.database.run(changes.release_measure, who, first, "MERCY", "解1号", "2026-09-01")
    court.database.run(changes.release_measure, who, first, "DEBT_PAID", "解1号", "2026-09-01")
    with pytest.raises(MzError, match=r"measure\.not_in_force"):
        court.database.run(changes.release_measure, who, first, "DEBT_PAID", "解1号", "2026-09-01")
    second, third = _detail(court, waiting[1]), _detail(court, waiting[0])
    assert (second.measure.kind, second.measure.state) == (
        MeasureKind.FREEZE,
        MeasureState.IN_FORCE,
    )
    assert [(p.start, p.end, p.suggested) for p in second.periods] == [
        (D(2026, 9, 1), D(2027, 8, 31), True)
    ]
    assert (third.measure.state, third.waits_for) == (MeasureState.QUEUED, waiting[1])
    with pytest.raises(MzError, match=r"measure\.turn_not_come"):
        court.database.run(changes.take_turn, who, waiting[0], "2026-09-01", "外院解封通知")
    court.database.run(changes.release_measure, who, waiting[1], "DEBT_PAID", "解2号", "2026-09-01")
    assert _detail(court, waiting[0]).measure.state is MeasureState.IN_FORCE
    with pytest.raises(MzError, match=r"measure\.not_queued"):
        court.database.run(changes.take_turn, who, waiting[0], "2026-09-01", "外院解封通知")


def test_s_11_a_measure_closes_only_when_both_parties_were_told_or_a_reason_stands(
    court: Court,
) -> None:
    who, clerk, measure = court.staff(Role.ENF_OFFICER), court.staff(Role.CLERK), _register(court)
    with pytest.raises(MzError, match=r"measure\.still_in_force"):
        court.database.run(changes.close_measure, who, measure)
    court.database.run(changes.release_measure, who, measure, "DEBT_PAID", "解1号", "2026-03-02")
    with pytest.raises(MzError, match=r"measure\.party_untold"):
        court.database.run(changes.close_measure, who, measure)
    _send_all(court, Answer.REJECTED)
    with pytest.raises(MzError, match=r"measure\.party_untold"):
        court.database.run(changes.close_measure, who, measure)
    for node in (measure, node_of(measure, "released")):
        with pytest.raises(MzError, match=r"measure\.party_untold"):
            court.database.run(changes.close_measure, who, measure)
        mine = (
            select(TaskRow.task)
            .join(NoticeRow, NoticeRow.notice == TaskRow.notice)
            .where(NoticeRow.node == node)
        )
        for task in court.database.read(lambda uow, of=mine: list(uow.session.scalars(of))):
            court.database.run(finish_task, clerk, task, "已邮寄书面告知")
    court.database.run(changes.close_measure, who, measure)
    assert _detail(court, measure).closed_ms is not None
    with pytest.raises(MzError, match=r"measure\.closed"):
        court.database.run(changes.close_measure, who, measure)


def test_s_11_sent_notices_to_both_are_enough(court: Court) -> None:
    who, measure = court.staff(Role.ENF_OFFICER), _register(court)
    court.database.run(changes.release_measure, who, measure, "DEBT_PAID", "解1号", "2026-03-02")
    _send_all(court)
    court.database.run(changes.close_measure, who, measure)
    acts = [line.act for line in court.database.read(log_of_case, who, court.seeded.cases[0].id)]
    assert acts.count("RELEASED") == acts.count("CLOSED") == 1


def test_a_third_persons_claim_starts_his_fifteen_days(court: Court) -> None:
    facts = {"paper": "履行通知1号", "third_person": "某公司", "asked_fen": "50000"}
    _register(court, kind="THIRD_PARTY_CLAIM", over="RECEIVABLE", facts=facts, subject="货款")
    case = court.seeded.cases[0].id
    clocks = court.database.read(case_clocks, case)
    assert [(c.found.rule.key, c.computation.due) for c in clocks] == [
        ("third_debt_reply", D(2026, 3, 17))
    ]


def test_u13_a_minor_is_never_listed(court: Court) -> None:
    clerk = court.staff(Role.CLERK)
    case = court.database.run(
        open_case, clerk, NewCase("（2026）粤0199执88号", "借款", "x", 100, court.clock())
    )
    party = NewParty(case, "DEBTOR", "小明", True, "440199200803034417")
    court.database.run(add_party, clerk, party)
    for kind in ("DISHONEST_LIST", "CONSUMPTION_ORDER"):
        with pytest.raises(MzError, match=r"measure\.minor"):
            _register(court, case=case, kind=kind, over="NONE", facts={"paper": "决定1号"})
    facts = {"paper": "限消1号", "override": "法定代理人以其名义高消费"}
    _register(court, case=case, kind="CONSUMPTION_ORDER", over="NONE", facts=facts)


def test_u13_property_of_another_of_the_same_name_waits_for_confirmation(court: Court) -> None:
    clerk = court.staff(Role.CLERK)
    case = court.database.run(
        open_case, clerk, NewCase("（2026）粤0199执89号", "借款", "x", 100, court.clock())
    )
    debtor = NewParty(case, "DEBTOR", "李东升", True, "440103199001011236")
    court.database.run(add_party, clerk, debtor)
    other = {**FREEZE, "holder_id": "440103 19880101 1234"}
    with pytest.raises(MzError, match=r"measure\.holder_differs"):
        _register(court, case=case, facts=other)

    def stored(uow: UnitOfWork) -> tuple[list[str], list[str]]:
        measures = uow.session.scalars(select(MeasureRow.measure).where(MeasureRow.case == case))
        named = uow.session.scalars(
            select(MeasureFactRow.value).where(MeasureFactRow.name == "holder_id")
        )
        return list(measures), list(named)

    assert court.database.read(stored) == ([], [])
    confirmed = {**other, "holder_confirmed": "公安机关查询：系同一人的旧证件号码"}
    first = _register(court, case=case, facts=confirmed)
    assert court.database.read(stored) == ([first], ["4401**********1234"])
    _register(court, case=case, facts={**FREEZE, "holder_id": "440103199001011236"})
    _register(court, case=case, facts={**FREEZE, "holder_id": "440103 900101 123"})


def test_the_officer_without_the_permission_registers_nothing(court: Court) -> None:
    with pytest.raises(MzError, match=r"access\.refused"):
        court.database.run(register_measure, court.staff(Role.FINANCE), _new(court))
