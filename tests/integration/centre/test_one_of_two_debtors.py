"""S-11, U18: a measure against one of two debtors, as each of the three parties reads of it."""

from __future__ import annotations

from command_center.access.permissions import Role
from command_center.cases.service import NewCase, NewParty, add_party, open_case
from command_center.disclosure.build import build
from command_center.disclosure.document import Disclosure
from command_center.disclosure.grants import ensure_grants
from command_center.measures.changes import release_measure
from schemas.ids import new_id
from tests.integration.centre.court import Court
from tests.integration.centre.test_measures_by_law import (
    D,
    _at,
    _in_march,  # noqa: F401  (the court's clock)
    _notices,
    _register,
)


class Case:
    """A case of an applicant and two debtors, whose numbers are confirmed; it names no title."""

    def __init__(self, court: Court) -> None:
        self.court, run, clerk = court, court.database.run, court.staff(Role.CLERK)
        self.id = run(
            open_case, clerk, NewCase("（2026）粤0199执9号", "借款", "", 1, court.clock())
        )
        self.applicant, self.debtor, self.other = (
            run(add_party, clerk, NewParty(self.id, role, name, True, number,
                                           f"1390000000{at}", phone_confirmed=True))
            for at, (role, name, number) in enumerate((
                ("APPLICANT", "王海棠", "440199198503072221"),
                ("DEBTOR", "李东升", "440199197911204417"), ("DEBTOR", "John Smith", ""),
            ))
        )  # fmt: skip

    def listed(self) -> str:
        return _register(self.court, case=self.id, kind="DISHONEST_LIST", over="NONE",
                         facts={"paper": "决定1号"}, target=self.debtor)  # fmt: skip

    def document(self, party: str) -> Disclosure:
        grants = {one.party: one for one in self.court.database.run(ensure_grants, self.id)}
        return self.court.database.read(lambda uow: build(uow, grants[party], new_id(), 1))


def test_s11_the_other_debtor_is_not_told_that_it_was_done_to_him(court: Court) -> None:
    case = Case(court)
    texts = {(row.party, row.channel): row.text for row in _notices(court, case.listed())}
    assert len(texts) == 6
    assert not any("期限" in one for one in texts.values()), "a listing has no control period"
    for channel in ("SMS", "PORTAL"):
        assert "对您实施纳入失信：李某某" in texts[case.debtor, channel]
        for reader in (case.applicant, case.other):
            assert "对被执行人李某某实施纳入失信：李某某" in texts[reader, channel]


def test_u18_each_reads_what_it_means_to_him_until_it_has_ended(court: Court) -> None:
    case = Case(court)
    frozen = _register(court, case=case.id, target=case.debtor)
    own, others = (case.document(one).measures[0] for one in (case.debtor, case.other))
    assert own.meaning.zh.startswith("冻结不改变归属：钱款或者权利仍然是您的")
    assert (own.words, own.law[0].article) == ("FREEZE.DEBTOR/2", "236")
    assert others.meaning.zh == "这项措施针对本案的另一名被执行人，不是针对您。"
    assert (others.may_do.zh, others.lift.en) == ("", "")
    _at(court, D(2026, 3, 5))
    court.database.run(release_measure, court.staff(Role.ENF_OFFICER), frozen, "DEBT_PAID", "之二",
                       "2026-03-05")  # fmt: skip
    for reader in (case.applicant, case.debtor):
        ended = case.document(reader).measures[0]
        assert (ended.state.zh, ended.lift.zh, ended.control_to) == ("已解除", "", "")
        assert ended.meaning.en.startswith("This measure was released and binds nobody any more.")
        assert ended.words.startswith("RELEASE.")


def test_a_title_that_is_not_written_is_no_empty_line(court: Court) -> None:
    case = Case(court)
    lines = [line.text.zh for line in case.document(case.applicant).sections[0].lines]
    assert not any("执行依据" in line for line in lines)
    assert all(line[-1] != "：" for line in lines)
