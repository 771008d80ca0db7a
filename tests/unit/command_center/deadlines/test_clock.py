"""S-16, U7: dates by rule, the vectors of the court's own table, and what must always hold."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_center.deadlines.clock import Exclusion, Extension, add_months, compute
from command_center.deadlines.rulepack import Duty, law
from command_center.deadlines.workdays import Calendar, published
from schemas.problems import MzError

D = dt.date
_STAY = "中止执行期间"
_DAYS = st.dates(D(2024, 1, 1), D(2030, 12, 31))
_RULES = sorted(one.rule.key for one in law().rules(D(2026, 1, 1)))


def _due(key: str, start: D, *exclusions: Exclusion) -> D:
    return compute(law().rule(key, start), start, published(), exclusions).due


def test_vector_11_six_months_with_thirty_days_of_stay() -> None:
    stay = Exclusion(D(2026, 2, 1), D(2026, 3, 2), _STAY)
    found = compute(law().rule("close_case", D(2026, 1, 5)), D(2026, 1, 5), published(), [stay])
    assert (found.due, found.excluded_days) == (D(2026, 8, 4), 30)
    assert [one.zh for one in found.sentences] == [
        "立案：2026年1月5日，当日不计，次日起算。",
        "期间6个月，至2026年7月5日。",
        "2026年2月1日至2026年3月2日中止执行期间，不计入期间。",
        "共扣除30日，顺延至2026年8月4日。",
    ]
    assert "第63条" in found.sentences[0].source
    assert found.days_left(D(2026, 8, 4)) == 0


def test_vector_11_only_the_superior_complaint_also_deducts_the_appraisal() -> None:
    stay = Exclusion(D(2026, 2, 1), D(2026, 3, 2), _STAY)
    appraisal = Exclusion(D(2026, 4, 1), D(2026, 4, 25), "鉴定评估期间")
    # 5 July + 55 days is Saturday 29 August, so Monday
    assert _due("superior_complaint_6m", D(2026, 1, 5), stay, appraisal) == D(2026, 8, 31)
    with pytest.raises(MzError, match=r"deadline\.ground_not_in_rule"):
        _due("close_case", D(2026, 1, 5), appraisal)


@pytest.mark.parametrize(
    ("key", "due"),
    [("auction_first_movable", D(2026, 3, 16)), ("auction_first_other", D(2026, 3, 31))],
)
def test_vector_05_an_auction_announced_on_the_first_of_march(key: str, due: D) -> None:
    assert _due(key, D(2026, 3, 1)) == due


def test_vector_09_a_hearing_on_the_tenth_is_announced_by_the_sixth_or_the_seventh() -> None:
    found, day = law().rule("hearing_announce", D(2026, 3, 10)), D(2026, 3, 10)
    assert compute(found, day, published(), cautious=False).due == D(2026, 3, 7)
    cautious = compute(found, day, published())
    assert cautious.due == D(2026, 3, 6)
    assert cautious.sentences[-1].zh == "公告日与该日之间留足3日，再提前1日，至2026年3月6日。"


def test_vector_10_a_ground_on_a_friday_is_gone_on_wednesday() -> None:
    assert _due("dishonest_delete", D(2026, 3, 13)) == D(2026, 3, 18)


def test_vector_17_publication_on_the_first_of_march_ends_with_thirty_days() -> None:
    assert _due("public_service", D(2026, 3, 1)) == D(2026, 3, 31)


@pytest.mark.parametrize(
    ("key", "start", "due"),
    [
        ("dishonest_delete", D(2026, 2, 13), D(2026, 2, 25)),  # over the Spring Festival, 14 works
        ("public_service", D(2021, 3, 1), D(2021, 4, 30)),  # 60 days before 2022
        ("objection_decide", D(2026, 9, 10), D(2026, 9, 28)),  # 25 September is a holiday
        ("apply_enforcement", D(2024, 2, 29), D(2026, 2, 28)),  # a make-up Saturday: no roll
        ("zhongben_min", D(2026, 11, 30), D(2027, 2, 28)),
        ("auction_second", D(2026, 4, 1), D(2026, 5, 6)),  # 1 May, and its holiday to the 5th
        ("auction_second_movable", D(2026, 4, 10), D(2026, 4, 17)),
        ("auction_second_other", D(2026, 4, 10), D(2026, 4, 25)),
        ("auction_notify", D(2026, 3, 1), D(2026, 2, 26)),  # three days before the announcement
        ("price_valid", D(2026, 3, 1), D(2027, 3, 1)),
        ("third_debt_reply", D(2026, 3, 2), D(2026, 3, 17)),
        ("payout", D(2026, 3, 2), D(2026, 4, 1)),
        ("mail_reply", D(2026, 3, 6), D(2026, 3, 11)),  # Friday to Wednesday
        ("delegated_file", D(2026, 3, 2), D(2026, 3, 9)),
        ("exit_ban_review", D(2026, 3, 2), D(2026, 3, 12)),
    ],
)
def test_vectors_by_hand(key: str, start: D, due: D) -> None:
    assert _due(key, start) == due


def test_an_extension_needs_an_approver_and_a_rule_that_knows_it() -> None:
    start, rule = D(2026, 3, 2), law().rule("reconsider_decide", D(2026, 3, 2))
    found = compute(rule, start, published(), (), [Extension(30, "院长")])
    assert found.due == D(2026, 5, 6)  # 1 April, then 1 May, and its holiday lasts to the 5th
    assert any("经院长批准延长30日" in one.zh for one in found.sentences)
    for wrong in ([Extension(30, " ")], [Extension(31, "院长")], [Extension(30, "院长")] * 2):
        with pytest.raises(MzError, match=r"deadline\.extension_not_in_rule"):
            compute(rule, start, published(), (), wrong)


def test_a_reversed_interval_is_refused() -> None:
    with pytest.raises(MzError, match=r"deadline\.interval_reversed"):
        _due("close_case", D(2026, 1, 5), Exclusion(D(2026, 3, 2), D(2026, 3, 1), _STAY))


def test_a_year_without_published_holidays_says_so() -> None:
    found = compute(law().rule("file_case", D(2027, 1, 4)), D(2027, 1, 4), published())
    assert "2027年的放假安排尚未录入" in found.sentences[-1].zh


@given(start=_DAYS, first=_DAYS, length=st.integers(0, 90), more=st.integers(0, 90))
@settings(max_examples=150, deadline=None)
def test_excluded_days_never_shorten_and_overlaps_count_once(
    start: D, first: D, length: int, more: int
) -> None:
    one = Exclusion(first, first + dt.timedelta(length), _STAY)
    wider = Exclusion(first, first + dt.timedelta(length + more), _STAY)
    plain = _due("close_case", start)
    assert plain <= _due("close_case", start, one) <= _due("close_case", start, wider)
    assert _due("close_case", start, one, wider) == _due("close_case", start, wider)


@given(start=_DAYS, later=st.integers(0, 400), key=st.sampled_from(_RULES))
@settings(max_examples=200, deadline=None)
def test_a_later_start_never_ends_earlier(start: D, later: int, key: str) -> None:
    second = start + dt.timedelta(later)
    found = law().rule(key, start)
    first = compute(found, start, Calendar()).due
    assert first <= compute(found, second, Calendar()).due
    assert (first < start) is found.rule.backward


@given(day=_DAYS, count=st.integers(1, 60))
def test_months_keep_the_day_or_end_with_the_month(day: D, count: int) -> None:
    moved = add_months(day, count)
    months = (moved.year - day.year) * 12 + moved.month - day.month
    assert months == count
    assert moved.day == day.day or (moved + dt.timedelta(1)).day == 1


@given(start=_DAYS, key=st.sampled_from(_RULES))
@settings(max_examples=150, deadline=None)
def test_a_procedural_period_never_ends_on_a_holiday(start: D, key: str) -> None:
    found = law().rule(key, start)
    if found.rule.rolls and found.rule.duty is not Duty.WAIT:
        assert published().is_working(compute(found, start, published()).due)
