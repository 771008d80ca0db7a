"""Control periods: DOMAIN §2.2 and the vectors of §7."""

from __future__ import annotations

import datetime as dt

import pytest

from command_center.deadlines.rulepack import PropertyClass, law
from command_center.measures import period
from command_center.notices.templates import Audience, Purpose, latest, render
from schemas.measures.fields import CONTROLLING, DATED, QUEUED
from schemas.measures.kinds import MeasureKind

CURRENT_DAY = dt.date(2024, 3, 1)
OLD_DAY = dt.date(2014, 3, 1)


@pytest.mark.parametrize(
    ("start", "kind", "end"),
    [
        (CURRENT_DAY, PropertyClass.DEPOSIT, dt.date(2025, 2, 28)),
        (CURRENT_DAY, PropertyClass.MOVABLE, dt.date(2026, 2, 28)),
        (CURRENT_DAY, PropertyClass.OTHER_RIGHT, dt.date(2027, 2, 28)),
        (OLD_DAY, PropertyClass.DEPOSIT, dt.date(2014, 8, 31)),
        (OLD_DAY, PropertyClass.MOVABLE, dt.date(2015, 2, 28)),
        (OLD_DAY, PropertyClass.OTHER_RIGHT, dt.date(2016, 2, 29)),
    ],
)
def test_vector_04_control_period_ceiling(
    start: dt.date, kind: PropertyClass, end: dt.date
) -> None:
    assert period.ceiling(start, kind) == end


def test_profile_changes_on_its_day() -> None:
    assert law().ceilings(dt.date(2015, 2, 3))[0].name == "2012"
    assert law().ceilings(dt.date(2015, 2, 4))[0].name == "2015"
    assert law().ceilings(dt.date(1999, 1, 1))[0].name == "2012"


def test_period_from_a_leap_day_ends_with_february() -> None:
    assert period.ceiling(dt.date(2024, 2, 29), PropertyClass.MOVABLE) == dt.date(2026, 2, 28)
    assert period.ceiling(dt.date(2014, 8, 31), PropertyClass.DEPOSIT) == dt.date(2015, 2, 28)
    assert period.add_months(dt.date(2024, 2, 29), 48) == dt.date(2028, 2, 29)


def test_both_readings_of_article_85_are_lawful_and_the_earlier_is_suggested() -> None:
    start = dt.date(2024, 3, 1)
    assert period.suggest(start, PropertyClass.DEPOSIT).end == dt.date(2025, 2, 28)
    assert period.latest_lawful_end(start, PropertyClass.DEPOSIT) == dt.date(2025, 3, 1)


def test_the_dates_of_the_paper_count_as_written() -> None:
    paper = period.read_paper("2026-03-12", "2027-03-11")
    settled = period.settle(paper, dt.date(2026, 3, 13), PropertyClass.MOVABLE)
    assert settled == period.Period(dt.date(2026, 3, 12), dt.date(2027, 3, 11), suggested=False)


@pytest.mark.parametrize(
    ("first", "last", "start"),
    [
        ("", "", dt.date(2026, 3, 13)),
        ("2026-03-12", "", dt.date(2026, 3, 12)),
        ("12/3/2026", "2028-03-11", dt.date(2026, 3, 13)),
        ("2028-03-11", "2026-03-12", dt.date(2028, 3, 11)),
    ],
)
def test_a_suggestion_only_where_the_paper_names_none(
    first: str, last: str, start: dt.date
) -> None:
    settled = period.settle(
        period.read_paper(first, last), dt.date(2026, 3, 13), PropertyClass.MOVABLE
    )
    assert settled.suggested
    assert settled.start == start
    assert settled.end == period.ceiling(start, PropertyClass.MOVABLE)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-29", "明年"])
def test_a_day_of_another_age_is_unreadable_and_breaks_nothing(day: str) -> None:
    """A field record with such a day is taken with its defect, never refused for ever."""
    for paper in (period.read_paper(day, "2027-03-11"), period.read_paper("2026-03-12", day)):
        assert paper.unreadable
        term = period.settle(paper, dt.date(2026, 3, 12), PropertyClass.DEPOSIT)
        assert term.suggested


@pytest.mark.parametrize("kind", list(MeasureKind))
def test_a_notice_speaks_of_a_period_only_where_its_kind_has_one(kind: MeasureKind) -> None:
    facts = {"addressee": "贺建平", "you": "您", "case_number": "（2026）粤0199执2187号",
             "debtor": "贺某某", "when": "2026年3月12日14时36分", "measure": kind.zh,
             "what": "缝纫机等3项",
             "phone": "020-55501234"}  # fmt: skip
    dated = period.Period(dt.date(2026, 3, 2), dt.date(2027, 3, 1), suggested=False)
    for audience in Audience:
        template = latest(Purpose.MEASURE_EXECUTED, audience)
        open_ended = render(template, "某法院", {**facts, **period.told(kind, None)})
        assert ("期限" in open_ended) is (kind in (*CONTROLLING, *DATED, *QUEUED))
        assert "期限至" not in open_ended
        assert "。凭案号" in open_ended
        closed = render(template, "某法院", {**facts, **period.told(kind, dated)})
        assert "缝纫机等3项，期限至2027年3月1日。凭案号" in closed


def test_a_period_that_is_not_set_is_said_so_and_a_suggested_one_too() -> None:
    assert "期限尚未确定" in period.told(MeasureKind.FREEZE, None)["term"]
    assert "轮候期间不计算期限" in period.told(MeasureKind.QUEUED_SEAL, None)["term"]
    guess = period.Period(dt.date(2026, 3, 2), dt.date(2027, 3, 1), suggested=True)
    assert period.told(MeasureKind.FREEZE, guess)["term"] == "，期限至2027年3月1日（以文书为准）。"
