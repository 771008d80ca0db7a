"""What follows when a measure ends or its case changes: queue, preservation, debtors, names."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from command_center.access.permissions import Role
from command_center.cases.links import link_case
from command_center.cases.log import log_of_case
from command_center.cases.parties import change_role, join_party
from command_center.cases.service import NewCase, NewParty, add_party, open_case
from command_center.cli.audit import check_notices
from command_center.guardian.acts import act
from command_center.guardian.reasons import withdraw_owed
from command_center.guardian.sweep import sweep
from command_center.guardian.views import open_alarms, reasons_owed
from command_center.measures import changes, checks
from command_center.measures.attachment import controlled_fen, owed_fen
from command_center.measures.models import MeasureRow
from command_center.measures.owed import notices_owed
from command_center.measures.preservation import convert_preserved, to_convert
from command_center.measures.states import MeasureState
from command_center.notices.models import NoticeRow
from command_center.platform.principal import CENTRE
from command_center.platform.uow import UnitOfWork
from schemas.measures.kinds import MeasureKind
from schemas.problems import MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.test_field_acts import FREEZE as AT_COUNTER
from tests.integration.centre.test_field_acts import Scene, _codes
from tests.integration.centre.test_measures_by_law import (
    FREEZE,
    D,
    _at,
    _detail,
    _notices,
    _register,
)

QUEUED = {"kind": "QUEUED_FREEZE", "control_from": "", "control_to": ""}


@pytest.fixture(autouse=True)
def _in_march(court: Court) -> None:
    _at(court, D(2026, 3, 2))


def _wait(court: Court, behind: str, position: str) -> str:
    return _register(
        court, **QUEUED, waits_for=behind, facts={**FREEZE, "queue_position": position}
    )


def test_a_lapsed_measure_gives_its_place_to_the_next_on_the_day_after(court: Court) -> None:
    first = _register(court)
    second = _wait(court, first, "2")
    third = _wait(court, first, "3")
    _at(court, D(2027, 3, 5))
    court.database.run(sweep)
    court.database.run(act)
    assert _detail(court, first).measure.state is MeasureState.LAPSED
    now = _detail(court, second)
    assert (now.measure.state, now.measure.kind) == (MeasureState.IN_FORCE, MeasureKind.FREEZE)
    assert [(one.start, one.end) for one in now.periods] == [(D(2027, 3, 2), D(2028, 3, 1))]
    assert _detail(court, third).waits_for == second


@pytest.mark.parametrize("percent", [120, 200])
def test_when_a_turn_comes_control_that_is_clearly_too_much_is_found(
    court: Court, percent: int
) -> None:
    """规定 19: what waited controlled nothing; with its turn 865,400 are secured by 1,500,000."""
    who, case = court.staff(Role.ENF_OFFICER), court.seeded.cases[0].id
    settings = court.database.settings
    limit = msgspec.structs.replace(settings.court, over_attachment_percent=percent)
    court.database.settings = msgspec.structs.replace(settings, court=limit)
    first = _register(court, facts={**FREEZE, "amount_fen": "100,000"})
    _register(court, facts={**FREEZE, "amount_fen": "700,000"})
    large = {**FREEZE, "amount_fen": "800,000", "queue_position": "2"}
    waiting = _register(court, **QUEUED, waits_for=first, facts=large)
    assert _detail(court, waiting).measure.defects == ()
    court.database.run(changes.release_measure, who, first, "DEBT_PAID", "解1号", "2026-03-02")
    found = _detail(court, waiting).measure
    assert found.state is MeasureState.IN_FORCE
    ratio = controlled_fen_of(court, case)
    codes = [one.code for one in found.defects]
    assert codes == (["attachment.excessive"] if percent == 120 else [])
    (line,) = (one for one in court.database.read(log_of_case, court.staff(Role.CLERK), case)
               if one.act == "TURN_CAME")  # fmt: skip
    assert (f"{ratio:.3f}倍，可能明显超标的" in line.text) is (percent == 120)


def controlled_fen_of(court: Court, case: str) -> float:
    """Return what the case controls over what is owed."""
    held = court.database.read(controlled_fen, case)
    return checks.control_ratio(held, court.database.read(owed_fen, case))


def test_who_waits_behind_a_released_one_that_waited_itself_moves_up(court: Court) -> None:
    who, first = court.staff(Role.ENF_OFFICER), _register(court)
    second = _wait(court, first, "2")
    third = _wait(court, second, "3")
    court.database.run(
        changes.release_measure, who, second, "APPLICATION_WITHDRAWN", "解2号", "2026-03-02"
    )
    assert _detail(court, second).measure.state is MeasureState.RELEASED
    assert _detail(court, third).waits_for == first
    court.database.run(changes.release_measure, who, first, "DEBT_PAID", "解1号", "2026-03-02")
    assert _detail(court, third).measure.state is MeasureState.IN_FORCE


def _lapsed(court: Court) -> None:
    _at(court, D(2027, 3, 2))
    court.database.run(sweep)
    court.database.run(act)


def _renew(court: Court, measure: str, served: str) -> None:
    court.database.run(
        changes.renew_measure, court.staff(Role.ENF_OFFICER), measure, "2027-03-02", "2028-03-01",
        "（2026）粤0199执1024号之二", served,
    )  # fmt: skip


def test_u6_a_renewal_served_on_the_last_day_counts_though_it_is_entered_after_it(
    court: Court,
) -> None:
    clerk, measure = court.staff(Role.CLERK), _register(court)
    _lapsed(court)
    assert _detail(court, measure).measure.state is MeasureState.LAPSED
    assert len(court.database.read(reasons_owed, clerk)) == 1
    with pytest.raises(MzError, match=r"renewal\.too_late"):
        _renew(court, measure, "2027-03-02")
    _renew(court, measure, "2027-03-01")
    now = _detail(court, measure)
    assert now.measure.state is MeasureState.RENEWED
    stands = (now.measure.control_from, now.measure.control_to)
    assert stands == ("2026-03-02", "2028-03-01"), "from the first day to the renewed last"
    court.database.run(sweep)
    court.database.run(withdraw_owed)
    assert court.database.read(reasons_owed, clerk) == []
    assert court.database.read(open_alarms, clerk, None) == []
    lines = court.database.read(log_of_case, clerk, now.measure.case)
    (told,) = (line for line in lines if line.act == "RENEWED")
    assert "届满前有效续行" in told.text
    _at(court, D(2028, 3, 2))
    court.database.run(sweep)
    court.database.run(act)
    assert _detail(court, measure).measure.state is MeasureState.LAPSED, "and its new end counts"


def test_a_late_entry_does_not_push_out_who_took_the_place(court: Court) -> None:
    first = _register(court)
    second = _wait(court, first, "2")
    _lapsed(court)
    with pytest.raises(MzError, match=r"renewal\.turn_came"):
        _renew(court, first, "2027-03-01")
    assert _detail(court, first).measure.state is MeasureState.LAPSED
    assert _detail(court, second).measure.state is MeasureState.IN_FORCE


def test_a_turn_comes_only_when_what_it_waits_for_has_ended(court: Court) -> None:
    who, first = court.staff(Role.ENF_OFFICER), _register(court)
    second = _wait(court, first, "2")
    alone = _wait(court, "", "3")  # behind another court's
    for measure, day, code in (
        (second, "2026-03-02", "measure.turn_not_come"),
        (alone, "2026-03-03", "measure.executed_ahead"),
        (alone, "2026-03-01", "measure.before_act"),
    ):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            court.database.run(changes.take_turn, who, measure, day, "解3号")
    with pytest.raises(MzError, match=r"measure\.before_act"):
        court.database.run(changes.release_measure, who, first, "DEBT_PAID", "解1号", "2026-03-01")
    assert _detail(court, first).measure.state is MeasureState.IN_FORCE
    court.database.run(changes.take_turn, who, alone, "2026-03-02", "解3号")
    assert _detail(court, alone).measure.state is MeasureState.IN_FORCE


def test_what_was_sold_whole_ends_and_who_waited_never_takes_effect(court: Court) -> None:
    who, first = court.staff(Role.ENF_OFFICER), _register(court)
    second = _wait(court, first, "2")
    third = _wait(court, second, "3")
    for measure, code in ((second, "measure.not_in_force"), (first, "measure.no_paper")):
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            court.database.run(changes.convert_measure, who, measure, "", "2026-03-02")
    before = court.database.read(lambda uow: controlled_fen(uow, court.seeded.cases[0].id))
    court.database.run(changes.convert_measure, who, first, "扣划回执7号", "2026-03-02")
    states = [_detail(court, one).measure.state for one in (first, second, third)]
    assert states == [MeasureState.CONVERTED, MeasureState.LAPSED, MeasureState.LAPSED]
    assert "法函〔2007〕100号" in _detail(court, third).changes[-1].paper
    held = court.database.read(lambda uow: controlled_fen(uow, court.seeded.cases[0].id))
    assert before - held == 28_640_050, "what is gone is held no more"
    told = select(NoticeRow.purpose, NoticeRow.party_role).where(
        NoticeRow.purpose.in_(("measure_converted", "measure_turn_lost"))
    )
    rows = court.database.read(lambda uow: sorted(map(tuple, uow.session.execute(told).all())))
    assert {(purpose, role) for purpose, role in rows} == {
        (purpose, role) for purpose in ("measure_converted", "measure_turn_lost")
        for role in ("APPLICANT", "DEBTOR")
    }  # fmt: skip
    court.database.run(sweep)
    assert court.database.read(open_alarms, court.staff(Role.CLERK), None) == []
    with pytest.raises(MzError, match=r"measure\.not_in_force"):
        court.database.run(changes.convert_measure, who, first, "x", "2026-03-02")


def test_nothing_is_queued_behind_what_has_ended_or_is_another_thing(court: Court) -> None:
    who, first = court.staff(Role.ENF_OFFICER), _register(court)
    with pytest.raises(MzError, match=r"measure\.waits_for_another"):
        _register(court, waits_for=first)
    with pytest.raises(MzError, match=r"measure\.waits_for_another"):
        _register(court, **QUEUED, over="PAYMENT_ACCOUNT", waits_for=first,
                  facts={**FREEZE, "queue_position": "2"})  # fmt: skip
    court.database.run(changes.release_measure, who, first, "DEBT_PAID", "解1号", "2026-03-02")
    with pytest.raises(MzError, match=r"measure\.not_in_force"):
        _wait(court, first, "2")


def test_what_is_entered_days_after_it_happened_stands_in_the_log_as_late(court: Court) -> None:
    who, measure = court.staff(Role.ENF_OFFICER), _register(court)
    _at(court, D(2026, 3, 9))
    court.database.run(changes.release_measure, who, measure, "DEBT_PAID", "解1号", "2026-03-03")
    released = next(line for line in court.database.read(
        log_of_case, who, court.seeded.cases[0].id) if line.act == "RELEASED")  # fmt: skip
    assert released.is_late
    assert court_time(released.at_ms).date() == D(2026, 3, 3)


def test_u13_preservation_against_a_namesake_names_nobody_in_the_enforcement_case(
    court: Court,
) -> None:
    """The seeded debtor and a unit of the same name with another number are two."""
    case, measure = _preservation(court, "91110000600037341L")
    court.database.run(
        link_case, court.staff(Role.CLERK), case, court.seeded.cases[0].number, "PRESERVATION"
    )
    court.database.run(convert_preserved)
    row = court.database.read(lambda uow: uow.session.get_one(MeasureRow, measure))
    assert (row.case, row.target) == (court.seeded.cases[0].id, None)


def _preservation(court: Court, number: str = "91440199MA5DEMO01X") -> tuple[str, str]:
    """A preservation case against the debtor of the first case, and its measure."""

    def make(uow: UnitOfWork) -> str:
        case = open_case(uow, CENTRE, NewCase(
            "（2025）粤0199执保77号", "民间借贷纠纷", "（2025）粤0199财保77号", 100_000,
            court.clock() - 40 * 86_400_000))  # fmt: skip
        add_party(uow, CENTRE, NewParty(case, "APPLICANT", "王海棠", True, "440199198503072221"))
        add_party(uow, CENTRE, NewParty(case, "DEBTOR", "南江市恒发五金制品有限公司", False,
                                        number))  # fmt: skip
        return case

    case = court.database.run(make)
    return case, _register(court, case=case)


@pytest.mark.parametrize("forward", [True, False])
def test_preservation_becomes_enforcement_by_itself_and_its_period_runs_on(
    court: Court, forward: bool
) -> None:
    enforcement, clerk = court.seeded.cases[0], court.staff(Role.CLERK)
    case, measure = _preservation(court)
    before = _detail(court, measure)
    assert court.database.read(to_convert) == []
    ends = (enforcement.id, "（2025）粤0199执保77号") if forward else (case, enforcement.number)
    court.database.run(link_case, clerk, *ends, "PRESERVATION")
    _at(court, D(2026, 3, 9))
    assert [court.database.run(convert_preserved) for _again in range(2)] == [1, 0]
    after = _detail(court, measure)
    assert (after.measure.case, after.measure.state) == (enforcement.id, MeasureState.IN_FORCE)
    assert after.periods == before.periods, "the period runs on"
    assert [one.act for one in after.changes] == ["BECAME_ENFORCEMENT"]
    assert "168" in after.changes[0].paper
    for of, said in ((case, "转为"), (enforcement.id, "期限连续计算")):
        assert any(said in line.text for line in court.database.read(log_of_case, clerk, of))
    told = {
        node for _measure, node, party, _role in court.database.read(
            lambda uow: list(notices_owed(uow, measure)))
        for notice in _notices(court, node) if notice.party == party
    }  # fmt: skip
    assert len(told) == 1, "both parties of the enforcement case are told of it as one node"
    assert court.database.read(check_notices) == []
    with pytest.raises(MzError, match=r"measure\.still_in_force"):
        court.database.run(changes.close_measure, court.staff(Role.ENF_OFFICER), measure)


def test_of_several_debtors_the_form_names_one_and_the_guard_looks_at_that_one(
    court: Court,
) -> None:
    case, who = court.seeded.cases[0], court.staff(Role.JUDGE)
    child = NewParty(case.id, "DEBTOR", "孙小明", True, "310101201501012225")
    minor = court.database.run(join_party, who, child, "2026-03-01", "之一")
    order = {"kind": "DISHONEST_LIST", "over": "NONE", "facts": {"paper": "之二"},
             "control_from": "", "control_to": ""}  # fmt: skip
    for code, target in {
        "measure.which_debtor": "", "measure.minor": minor,
        "measure.no_debtor": case.parties[0][0],
    }.items():  # fmt: skip
        with pytest.raises(MzError, match=code):
            _register(court, **order, target=target)
    _register(court, **order, target=case.parties[1][0])


def test_who_becomes_a_debtor_later_is_owed_no_notice_of_before(court: Court) -> None:
    case, who = court.seeded.cases[0], court.staff(Role.JUDGE)
    surety = NewParty(case.id, "GUARANTOR", "孙小明", True, "")
    party = court.database.run(join_party, who, surety, "2026-03-01", "之一")
    _at(court, D(2026, 3, 3))
    measure = _register(court)
    _at(court, D(2026, 3, 4))
    court.database.run(change_role, who, party, "DEBTOR", "2026-03-04", "之二")
    owed = court.database.read(lambda uow: {one[2] for one in notices_owed(uow, measure)})
    assert owed == {id_ for id_, _role, _name in case.parties}
    assert court.database.read(check_notices) == []


@pytest.mark.parametrize(
    ("holder", "confirmed", "differs"),
    [
        ("91440199MA5DEMO01X", "", False), ("91440199ma5demo01x", "", False), ("", "", False),
        ("440199198503072221", "", True), ("440199198503072221", "核对营业执照", False),
    ],
)  # fmt: skip
def test_u13_a_field_record_of_anothers_account_says_so(
    court: Court, holder: str, confirmed: str, differs: bool
) -> None:
    court.clock.ahead_ms = 0
    scene = Scene(court)
    facts = {**AT_COUNTER, "holder_id": holder, "holder_confirmed": confirmed}
    receipt = scene.send(scene.body("freeze_deposit", facts=facts))
    assert ("holder.differs" in _codes(receipt)) is differs
    kept = {fact.name: fact.value for fact in scene.read(receipt.measure).facts}
    assert holder == "" or holder not in kept.values() or holder.startswith("9144")
