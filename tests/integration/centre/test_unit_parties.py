"""U18, S-11: what parties that are units (单位) read of measures against a unit or a person."""

from __future__ import annotations

import re

from command_center.access.permissions import Role
from command_center.cases.service import NewCase, NewParty, add_party, open_case
from command_center.disclosure.build import build
from command_center.disclosure.document import Disclosure, MeasureShown
from command_center.disclosure.grants import ensure_grants
from command_center.portal.case import present
from schemas.ids import new_id
from tests.integration.centre.court import Court
from tests.integration.centre.test_measures_by_law import (
    _in_march,  # noqa: F401  (the court's clock)
    _notices,
    _register,
)

HEADS = "法定代表人、主要负责人、影响债务履行的直接责任人员、实际控制人"


class Case:
    """A bank against a company and the man who vouched for it."""

    def __init__(self, court: Court) -> None:
        self.court, run, clerk = court, court.database.run, court.staff(Role.CLERK)
        self.id = run(
            open_case, clerk, NewCase("（2026）粤0199执19号", "借款", "判决", 1, court.clock())
        )
        self.bank, self.company, self.man = (
            run(add_party, clerk, NewParty(self.id, role, name, person, number,
                                           f"1390000001{at}", phone_confirmed=True))
            for at, (role, name, person, number) in enumerate((
                ("APPLICANT", "东江银行股份有限公司", False, "91110000600037341L"),
                ("DEBTOR", "宏达制衣有限公司", False, "91350100M000100Y43"),
                ("DEBTOR", "李东升", True, "440199197911204417"),
            ))
        )  # fmt: skip

    def restricted(self, target: str) -> str:
        return _register(self.court, case=self.id, kind="CONSUMPTION_ORDER", over="NONE",
                         facts={"paper": "限制消费令1号"}, target=target)  # fmt: skip

    def document(self, party: str) -> Disclosure:
        grants = {one.party: one for one in self.court.database.run(ensure_grants, self.id)}
        return self.court.database.read(lambda uow: build(uow, grants[party], new_id(), 1))

    def read_by(self, party: str) -> MeasureShown:
        return self.document(party).measures[0]


def test_u18_a_company_under_a_consumption_order_reads_whom_it_reaches(court: Court) -> None:
    case = Case(court)
    case.restricted(case.company)
    own, bank, man = (case.read_by(one) for one in (case.company, case.bank, case.man))
    assert own.words == "CONSUMPTION_ORDER.DEBTOR_UNIT/2"
    assert own.meaning.zh.startswith(f"你单位被限制消费，你单位的{HEADS}同样受限制")
    assert "actual controllers" in own.meaning.en
    spending = "最高人民法院关于限制被执行人高消费及有关消费的若干规定"
    assert (spending, "3", "2015") in {
        (one.instrument, one.article, one.version) for one in own.law
    }
    assert (bank.words, HEADS in bank.meaning.zh) == ("CONSUMPTION_ORDER.APPLICANT_UNIT/2", True)
    assert "经你单位同意的" in bank.lift.zh
    assert man.meaning.zh == "这项措施针对本案的另一名被执行人，不是针对您。"


def test_u18_the_man_beside_it_reads_what_is_written_for_persons(court: Court) -> None:
    case = Case(court)
    case.restricted(case.man)
    own, bank, company = (case.read_by(one) for one in (case.man, case.bank, case.company))
    assert own.words == "CONSUMPTION_ORDER.DEBTOR/2"
    assert own.meaning.zh.startswith("您不能：")
    assert (bank.words, HEADS in bank.meaning.zh) == ("CONSUMPTION_ORDER.APPLICANT/2", False)
    assert "经你单位同意的" in bank.lift.zh
    assert company.meaning.zh == "这项措施针对本案的另一名被执行人，不是针对你单位。"


def test_s11_a_unit_is_addressed_as_one_in_messages_and_in_the_portal(court: Court) -> None:
    case = Case(court)
    rows = _notices(court, case.restricted(case.company))
    own = {row.text for row in rows if row.party == case.company}
    assert own
    assert all("对你单位实施限制消费" in one and "您" not in one for one in own)
    assert "对您实施限制消费" in next(
        row.text for row in _notices(court, case.restricted(case.man)) if row.party == case.man
    )
    document = case.document(case.company)
    greetings = [present(case.document(one), "0" * 64).greeting for one in (case.company, case.man)]
    assert greetings == ["宏达制衣有限公司，你单位是被执行人", "李东升，您是被执行人"]
    assert [one.unit for one in document.card.parties] == [True, True, False]


def test_u18_of_a_freeze_nothing_is_said_of_a_companys_family(court: Court) -> None:
    case = Case(court)
    _register(court, case=case.id, target=case.company)
    own = case.read_by(case.company)
    said = " ".join(f"{one.zh} {one.en}" for one in (own.meaning, own.may_do, own.lift))
    assert not re.search(r"您|家属|生活|family", said)
    assert "农民工工资专用账户" in own.may_do.zh
