"""Days that cannot be: before a case was filed, a paper issued, a measure carried out; ahead."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from command_center.access.permissions import Role
from command_center.cases.card import Card, write_card
from command_center.cases.importing import look_at_file
from command_center.cases.parties import change_role, join_party, leave, rename_party
from command_center.cases.received import NewReceipt, receive
from command_center.cases.representatives import NewRepresentative, appoint, dismiss
from command_center.cases.service import NewParty, case_view, filed_on
from command_center.deadlines.service import NewDeadline, finish_deadline, start_deadline
from command_center.measures import changes
from command_center.measures.objected import receive_objection
from command_center.objections.service import NewObjection
from command_center.papers import service as papers
from command_center.papers.imported import ForeignPaper, import_paper
from command_center.serving import service as serving
from command_center.serving.views import read_service
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.time import court_time
from tests.integration.centre.court import Court
from tests.integration.centre.test_imported_papers import _pdf
from tests.integration.centre.test_measures_by_law import _at, _detail, _register
from tests.integration.centre.test_papers import refused
from tests.integration.centre.test_serving import Serving

D, _DAY = dt.date, dt.timedelta(days=1)


def _today(court: Court) -> dt.date:
    return court_time(court.clock()).date()


def test_nobody_is_served_before_the_paper_was_out_nor_reads_what_did_not_arrive(
    sqlite_court: Court,
) -> None:
    one = Serving(sqlite_court)
    issued = one.today
    sqlite_court.clock.ahead_ms += 5 * 86_400_000
    mail = one.address("CONFIRMED", "hengfa@example.cn")
    attempt = one.attempt("ELECTRONIC", mail)
    with refused("service.day_before"):
        one.outcome(attempt, "ARRIVED", issued - _DAY)
    one.outcome(attempt, "ARRIVED", issued + 2 * _DAY)
    with refused("service.day_before"):
        one.outcome(attempt, "READ", issued + _DAY)
    one.outcome(attempt, "READ", issued + 2 * _DAY)
    assert one.detail().service.effective == issued + 2 * _DAY


def test_a_paper_made_elsewhere_may_have_been_served_since_the_day_it_bears(
    sqlite_court: Court,
) -> None:
    court, clerk, case = sqlite_court, sqlite_court.staff(Role.CLERK), sqlite_court.seeded.cases[0]
    debtor = next(id_ for id_, role, _ in case.parties if role == "DEBTOR")
    run, now = court.database.run, _today(court)

    def foreign(day: D) -> ForeignPaper:
        return ForeignPaper(new_id(), case.id, debtor, "执行裁定书", f"文号{day}", day.isoformat(),
                            True, _pdf(int(day.day) % 3 + 1))  # fmt: skip

    with refused("paper.day_ahead"):
        import_paper(court.database, clerk, foreign(now + _DAY))
    borne = now - 5 * _DAY
    paper = import_paper(court.database, clerk, foreign(borne))
    run(papers.issue, clerk, paper)
    service, attempt = run(serving.begin_service, clerk, paper, debtor), new_id()
    home = run(serving.add_address, clerk, debtor, "CONFIRMED", "沿河路2号", "确认书")
    run(serving.attempt, clerk, attempt, service, "DIRECT", home, "")
    with refused("service.day_before"):
        run(serving.write_outcome, clerk, attempt, "SIGNED", str(borne - _DAY), "本人签收")
    run(serving.write_outcome, clerk, attempt, "SIGNED", str(borne), "本人签收")
    assert run(read_service, clerk, service).service.effective == borne


def test_a_measure_and_what_becomes_of_it_keep_the_order_of_days(sqlite_court: Court) -> None:
    court = sqlite_court
    _at(court, D(2026, 3, 2))
    who, run = court.staff(Role.ENF_OFFICER), court.database.run
    with refused("measure.ended_before_act"):
        _register(court, control_from="2025-02-01", control_to="2026-03-01")
    with refused("measure.dates_wanted"):
        _register(court, control_from="", control_to="2027-03-01")
    with refused("measure.dates_wanted"):
        _register(court, control_from="2027-03-02", control_to="2027-03-01")
    measure = _register(court)
    _at(court, D(2027, 2, 20))
    with refused("measure.before_act"):
        run(changes.renew_measure, who, measure, "2016-03-02", "2028-03-01", "裁", "2027-02-20")
    run(changes.renew_measure, who, measure, "2027-03-02", "2028-03-01", "裁", "2027-02-20")
    with refused("measure.before_change"):
        run(changes.release_measure, who, measure, "NOT_SOLD", "裁", "2027-02-19")


def test_before_its_case_is_filed_property_is_held_for_the_suit_alone(
    sqlite_court: Court,
) -> None:
    court = sqlite_court
    _at(court, D(2026, 3, 2))
    filed = court.database.read(filed_on, court.seeded.cases[0].id)
    early = f"{filed - _DAY}T10:00"
    last = str(filed + 300 * _DAY)
    held = _register(court, executed=early, control_from=str(filed - _DAY), control_to=last)
    found = [one.code for one in _detail(court, held).measure.defects]
    assert found == ["measure.before_case"]
    fine = {"paper": "决", "facts_text": "拒不申报", "fine_fen": "1000"}
    with refused("measure.before_case"):
        _register(court, kind="FINE", over="NONE", executed=early, control_from="", control_to="",
                  facts=fine)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "ago"),
    [("party.before_case", 1), ("receipt.before_case", 1), ("card.basis_day", -1),
     ("objection.day", 1)],
)  # fmt: skip
def test_nothing_happens_in_a_case_before_it_is_filed(
    sqlite_court: Court, code: str, ago: int
) -> None:
    court, case = sqlite_court, sqlite_court.seeded.cases[0].id
    clerk, run = court.staff(Role.CLERK), court.database.run
    day = str(court.database.read(filed_on, case) - ago * _DAY)
    view = court.database.read(case_view, case)
    debtor = next(one for one in view.parties if one.role == "DEBTOR").id
    new = NewParty(case, "DEBTOR", "丁一", True)
    card = Card(case, "x", "x", "x", day, "", "", "1", "", False, "更正")
    tries: dict[str, list[Any]] = {
        "party.before_case": [
            (join_party, new, day, "裁"), (leave, debtor, day, "裁"),
            (change_role, debtor, "GUARANTOR", day, "裁"),
        ],
        "receipt.before_case": [(receive, NewReceipt(new_id(), case, day, 1, "OTHER", "收据"))],
        "card.basis_day": [(write_card, card)],
        "objection.day": [
            (receive_objection, NewObjection(new_id(), case, "CONDUCT", debtor, "不服", day))
        ],
    }  # fmt: skip
    for verb, *rest in tries[code]:
        with pytest.raises(MzError, match=code.replace(".", r"\.")):
            run(verb, clerk, *rest)
    run(rename_party, clerk, debtor, "新名有限公司", day if ago > 0 else str(D(2026, 1, 1)), "通知")


def test_who_acts_for_a_party_begins_and_ends_on_days_that_have_come(sqlite_court: Court) -> None:
    court, case = sqlite_court, sqlite_court.seeded.cases[0]
    clerk, run = court.staff(Role.CLERK), court.database.run
    today = _today(court)
    debtor = next(id_ for id_, role, _ in case.parties if role == "DEBTOR")
    agent = NewRepresentative(debtor, "AGENT", "周律师", str(today), "GENERAL", "", "委托书")
    with refused("representative.ahead"):
        run(appoint, clerk, NewRepresentative(
            debtor, "AGENT", "周律师", str(today + _DAY), "GENERAL", "", "委托书"))  # fmt: skip
    made = run(appoint, clerk, agent)
    with refused("representative.ahead"):
        run(dismiss, clerk, made, str(today + _DAY))
    run(dismiss, clerk, made, str(today))


def test_an_objection_names_what_was_carried_out_before_it_came(sqlite_court: Court) -> None:
    court, case = sqlite_court, sqlite_court.seeded.cases[0]
    _at(court, D(2026, 3, 5))
    measure = _register(court)
    message = NewObjection(new_id(), case.id, "CONDUCT", case.parties[1][0], "不服", "2026-03-01")
    with refused("objection.before_subject"):
        court.database.run(receive_objection, court.staff(Role.CLERK), message, [measure])


def test_what_was_due_is_not_done_before_its_clock_began(sqlite_court: Court) -> None:
    court = sqlite_court
    _at(court, D(2026, 3, 5))
    clerk, run = court.staff(Role.CLERK), court.database.run
    message = NewDeadline(court.seeded.cases[0].id, "third_debt_reply", "2026-03-04")
    clock = run(start_deadline, clerk, message)
    with refused("deadline.day_before"):
        run(finish_deadline, clerk, clock, "2026-03-03", "已答复")
    run(finish_deadline, clerk, clock, "2026-03-04", "已答复")


@pytest.mark.parametrize(
    ("filed", "basis"), [("2199-01-01", ""), ("2026-03-01", "2026-03-02")]
)  # fmt: skip
def test_a_row_is_filed_by_today_on_what_took_effect_before(
    sqlite_court: Court, filed: str, basis: str
) -> None:
    raw = (
        "案号,执行标的,立案日期,生效日期,申请执行人,被执行人\n"
        f"（2026）粤0199执8801号,100,{filed},{basis},张三,李四\n"
    )
    found = sqlite_court.database.run(look_at_file, sqlite_court.staff(Role.CLERK), raw.encode())
    assert [row.code for row in found.rows] == ["case_file.day_order"]
