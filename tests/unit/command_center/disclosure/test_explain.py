"""U18: every kind of measure in plain words for both sides, with the law of the day as data."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tomllib

import pytest

from command_center.deadlines.rulepack import law
from command_center.disclosure.explain import FOLDER, Explanation, explain
from command_center.measures.states import MeasureState
from schemas.measures.fields import CONTROLLING, DATED, QUEUED
from schemas.measures.kinds import MeasureKind
from schemas.sign import sha256_hex

NOW = dt.date(2026, 3, 1)
EVERY = list(itertools.product(MeasureKind, ("DEBTOR", "APPLICANT")))
M = MeasureKind
OF_PERSONS = re.compile(
    r"您|家属|家人|家庭|家中|住宅|生活必需|扶养|怀孕|他欠|对他|他的"
    r"|\b(?:famil\w+|home|pregnant|he|his|him|she|her)\b"
)
"""Words that a text for a unit, and about a unit, has no use for."""
OF_ITS_PEOPLE = {
    M.CONSUMPTION_ORDER: (
        "法定代表人、主要负责人、影响债务履行的直接责任人员、实际控制人",
        "hc_acts",
    ),
    M.DISHONEST_LIST: ("统一社会信用代码、法定代表人或者负责人姓名", "di_fields"),
    M.EXIT_BAN: (
        "法定代表人、主要负责人或者影响债务履行的直接责任人员不能离开国境",
        "ep_exit_unit",
    ),
    M.DETAIN: ("主要负责人或者直接责任人员司法拘留", "cp_obstruct"),
    M.SUMMON_BY_FORCE: ("法定代表人、负责人或者实际控制人", "int_summons"),
}
"""Kinds that reach the people of a unit, what the law calls them, and where it does."""


def whole(words: Explanation) -> str:
    """Return all the texts of an explanation in one."""
    return " ".join(f"{one.zh} {one.en}" for one in (words.meaning, words.may_do, words.lift))


@pytest.mark.parametrize(("kind", "role"), EVERY)
def test_u18_every_kind_is_explained_to_both_sides_in_both_languages(
    kind: MeasureKind, role: str
) -> None:
    words = explain(kind, role, NOW)
    assert words.name == f"{kind}.{role}/2"
    for text in (words.meaning, words.may_do):
        assert len(text.zh) >= 20
        assert text.zh.endswith("。")
        assert text.en.endswith(".")
    for text in (words.meaning, words.may_do, words.lift):
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text.en)
        assert "$" not in text.zh + text.en
        assert not re.search(r"https?:|www\.|\d{8,}", text.zh + text.en)
    assert "您" in words.meaning.zh + words.may_do.zh
    if role == "APPLICANT":
        assert re.search(r"接下来|您可以", words.may_do.zh)
    if kind in (*CONTROLLING, *QUEUED, *DATED):
        assert words.lift.zh


@pytest.mark.parametrize("kind", [one for one in MeasureKind if one is not M.RELEASE])
def test_u18_a_debtor_reads_how_to_object_and_in_which_time(kind: MeasureKind) -> None:
    words = explain(kind, "DEBTOR", NOW)
    said = {(one.instrument, one.article, one.version) for one in words.law}
    ways = {
        "15日内审查": "cp_objection", "自收到决定书之日起3日内": "int_coercion",
        "自收到决定之日起10日内": "oc_exit", "自送达之日起10日内": "di_12",
        "自收到分配方案之日起15日内": "int_plan",
    }  # fmt: skip
    cited = [law().article(name, NOW) for way, name in ways.items() if way in words.may_do.zh]
    assert {(one.instrument, one.article, one.version) for one in cited} & said


def test_u18_the_ways_that_have_their_own_law() -> None:
    for kind, way in (
        (M.FINE, "自收到决定书之日起3日内可以向上一级人民法院申请复议一次"),
        (M.DETAIN, "复议期间不停止执行（民事诉讼法（2023）第119条；民诉法解释（2022）第185条"),
        (M.EXIT_BAN, "自收到决定之日起10日内向上一级人民法院申请复议"),
        (M.DISHONEST_LIST, "应当纠正的在3个工作日内纠正"),
        (M.CONSUMPTION_ORDER, "可以书面申请纠正，本院自收到之日起15日内审查"),
        (M.DISTRIBUTE, "自收到分配方案之日起15日内提出书面异议"),
    ):
        assert way in explain(kind, "DEBTOR", NOW).may_do.zh


def test_u18_articles_and_times_move_with_the_law() -> None:
    old, new = (explain(M.FREEZE, "DEBTOR", D) for D in (dt.date(2023, 3, 1), NOW))
    assert "民事诉讼法（2021）第232条" in old.may_do.zh
    assert "民事诉讼法（2023）第236条" in new.may_do.zh
    assert "Civil Procedure Law (2023), art. 236" in new.may_do.en
    assert ("民事诉讼法", "236", "2023") in {
        (one.instrument, one.article, one.version) for one in new.law
    }


def test_u18_what_was_not_read_in_a_primary_source_is_said_so() -> None:
    words = explain(M.FINE, "DEBTOR", NOW)
    assert "民诉法解释（2022）第185条，条文待核）" in words.may_do.zh
    assert "art. 185, text not yet checked)" in words.may_do.en
    assert {one.article: one.verified for one in words.law}["185"] is False


def test_u18_a_renewed_measure_says_both_what_it_is_and_that_it_goes_on() -> None:
    words = explain(M.FREEZE, "DEBTOR", NOW, state=MeasureState.RENEWED)
    assert "冻结不改变归属" in words.meaning.zh
    assert "措施已经续行" in words.meaning.zh
    assert words.name == "FREEZE.DEBTOR/2"


def test_u18_a_released_one_says_what_is_left_to_do() -> None:
    debtor, applicant = (
        explain(M.SEAL, role, NOW, state=MeasureState.RELEASED) for role in ("DEBTOR", "APPLICANT")
    )
    assert debtor.name == "RELEASE.DEBTOR/2"
    assert "不再有约束力" in debtor.meaning.zh
    assert "核实限制已经取消" in debtor.may_do.zh
    assert "书面异议" in applicant.may_do.zh
    assert (debtor.lift.zh, applicant.lift.en) == ("", "")


def test_u18_a_lapsed_one_asks_nothing_and_another_reader_asks_the_court() -> None:
    words = explain(M.SEAL, "DEBTOR", NOW, state=MeasureState.LAPSED)
    assert (words.may_do.zh, words.lift.zh, words.name) == ("", "", "")
    assert "12368" in explain(M.SEAL, "THIRD_PERSON", NOW).meaning.zh


@pytest.mark.parametrize(("kind", "role"), EVERY)
def test_u18_a_unit_reads_of_itself_and_its_people_and_not_of_a_family(
    kind: MeasureKind, role: str
) -> None:
    words = explain(kind, role, NOW, to_unit=True, of_unit=True)
    assert words.name == f"{kind}.{role}_UNIT/2"
    for text in (words.meaning, words.may_do):
        assert len(text.zh) >= 20
        assert text.zh.endswith("。")
        assert text.en.endswith(".")
    said = whole(words)
    assert "$" not in said
    if kind not in (M.DETAIN, M.SUMMON_BY_FORCE):  # whose people have families
        assert not OF_PERSONS.search(said), OF_PERSONS.search(said)
    assert "您" not in said
    assert "你单位" in words.meaning.zh + words.may_do.zh
    if kind in (*CONTROLLING, *QUEUED, *DATED):
        assert words.lift.zh


@pytest.mark.parametrize("kind", OF_ITS_PEOPLE)
def test_u18_what_reaches_the_people_of_a_unit_names_them_by_law(kind: MeasureKind) -> None:
    people, article = OF_ITS_PEOPLE[kind]
    words = explain(kind, "DEBTOR", NOW, to_unit=True, of_unit=True)
    ref = law().article(article, NOW)
    assert people in words.meaning.zh
    assert (ref.instrument, ref.article) in {(one.instrument, one.article) for one in words.law}
    assert people not in explain(kind, "DEBTOR", NOW).meaning.zh


def test_u18_a_unit_may_ask_to_leave_out_what_the_law_protects_of_its_property() -> None:
    unit, person = (
        explain(M.FREEZE, "DEBTOR", NOW, to_unit=of, of_unit=of).may_do for of in (True, False)
    )
    assert "农民工工资专用账户资金" in unit.zh
    assert "保障农民工工资支付条例（2019）第33条）" in unit.zh
    assert "wages of migrant workers" in unit.en
    assert "您和所扶养家属生活必需" in person.zh


def test_u18_an_applicant_is_addressed_by_what_it_is_and_told_of_whom_it_is_against() -> None:
    bank = explain(M.CONSUMPTION_ORDER, "APPLICANT", NOW, to_unit=True)
    man = explain(M.CONSUMPTION_ORDER, "APPLICANT", NOW, of_unit=True)
    assert bank.meaning.zh.startswith("法院限制被执行人乘坐飞机")
    assert "经你单位同意的" in bank.lift.zh
    assert man.meaning.zh.startswith("法院限制被执行人和它的法定代表人")
    assert "经您同意的" in man.lift.zh


def test_u18_a_unit_that_a_measure_is_not_against_is_told_so_as_a_unit() -> None:
    other = explain(M.SEAL, "DEBTOR", NOW, ours=False, to_unit=True)
    unnamed = explain(M.SEAL, "DEBTOR", NOW, ours=None, to_unit=True)
    assert other.meaning.zh == "这项措施针对本案的另一名被执行人，不是针对你单位。"
    assert unnamed.meaning.zh.endswith("核定后告知你单位。")
    assert unnamed.may_do.zh.startswith("你单位可以：")
    assert "您可以：" in explain(M.SEAL, "DEBTOR", NOW, ours=None).may_do.zh


def test_u18_every_section_of_the_words_is_of_a_side() -> None:
    newest = max(FOLDER.glob("*.toml"), key=lambda one: int(one.stem))
    read = tomllib.loads(newest.read_text("utf-8"))
    sides = {side for kind in MeasureKind for side in read[kind]}
    assert sides == {"DEBTOR", "DEBTOR_UNIT", "APPLICANT", "APPLICANT_UNIT"}


def test_u18_words_that_were_published_are_never_edited() -> None:
    """What a party read is found again under its name, byte for byte."""
    first = (FOLDER / "1.toml").read_bytes()
    assert sha256_hex(first) == "fdada90e5b208e5a233786648d34c9e55043c988cfe8a7e8571ffc1ab0f10b6c"
