"""U18: every kind of measure in plain words for both sides, with the law of the day as data."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest

from command_center.deadlines.rulepack import law
from command_center.disclosure.explain import explain
from command_center.measures.states import MeasureState
from schemas.measures.fields import CONTROLLING, DATED, QUEUED
from schemas.measures.kinds import MeasureKind

NOW = dt.date(2026, 3, 1)
EVERY = list(itertools.product(MeasureKind, ("DEBTOR", "APPLICANT")))
M = MeasureKind


@pytest.mark.parametrize(("kind", "role"), EVERY)
def test_u18_every_kind_is_explained_to_both_sides_in_both_languages(
    kind: MeasureKind, role: str
) -> None:
    words = explain(kind, role, NOW)
    assert words.name == f"{kind}.{role}/1"
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
    assert words.name == "FREEZE.DEBTOR/1"


def test_u18_a_released_one_says_what_is_left_to_do() -> None:
    debtor, applicant = (
        explain(M.SEAL, role, NOW, state=MeasureState.RELEASED) for role in ("DEBTOR", "APPLICANT")
    )
    assert debtor.name == "RELEASE.DEBTOR/1"
    assert "不再有约束力" in debtor.meaning.zh
    assert "核实限制已经取消" in debtor.may_do.zh
    assert "书面异议" in applicant.may_do.zh
    assert (debtor.lift.zh, applicant.lift.en) == ("", "")


def test_u18_a_lapsed_one_asks_nothing_and_another_reader_asks_the_court() -> None:
    words = explain(M.SEAL, "DEBTOR", NOW, state=MeasureState.LAPSED)
    assert (words.may_do.zh, words.lift.zh, words.name) == ("", "", "")
    assert "12368" in explain(M.SEAL, "THIRD_PERSON", NOW).meaning.zh
