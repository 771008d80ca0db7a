"""Rule packs: five profiles, the version of the day, and what a bad file meets."""

from __future__ import annotations

import datetime as dt

import pytest

from command_center.deadlines.rulepack import FOLDER, Law, PropertyClass, law, read_pack
from command_center.deadlines.words import APPROVERS, GROUNDS, READINGS
from schemas.problems import MzError

D = dt.date
GOOD = (FOLDER / "2012.toml").read_text("utf-8")


def test_the_five_profiles_are_there_and_every_rule_says_who_verified_it() -> None:
    assert [pack.name for pack in law().packs] == ["2012", "2015", "2017", "2021", "2023"]
    for found in law().rules(D(2026, 3, 1)):
        assert found.sources, found.rule.key
        assert all(ref.instrument for ref in found.sources)
        assert found.rule.verified or "待核" in found.rule.verified_by


@pytest.mark.parametrize(
    ("day", "article", "version"),
    [(D(2016, 1, 1), "225", "2012"), (D(2021, 12, 31), "225", "2012"),
     (D(2022, 1, 1), "232", "2021"), (D(2024, 1, 1), "236", "2023")],
)  # fmt: skip
def test_the_article_of_an_objection_moves_with_the_law(
    day: dt.date, article: str, version: str
) -> None:
    ref = law().rule("objection_decide", day).sources[0]
    assert (ref.article, ref.version) == (article, version)


@pytest.mark.parametrize(
    ("day", "months"),
    [(D(2015, 2, 3), (6, 12, 24)), (D(2015, 2, 4), (12, 24, 36)), (D(2026, 3, 1), (12, 24, 36))],
)
def test_vector_04_ceilings_of_control_periods(day: dt.date, months: tuple[int, ...]) -> None:
    found = law().ceilings(day)[1].months
    assert tuple(found[kind] for kind in PropertyClass) == months


def test_vector_06_the_start_price_falls_by_a_fifth_at_most() -> None:
    """Appraised at a million: round one from 700,000, round two from 560,000."""
    day = D(2026, 3, 1)
    assert law().share("auction_first_price", day).bounds(100_000_000) == (70_000_000, None)
    second = law().share("auction_second_price", day)
    assert second.bounds(70_000_000) == (56_000_000, None)
    assert [ref.article for ref in second.sources] == ["26"]


def test_vector_07_the_deposit_is_five_to_twenty_percent_of_the_start_price() -> None:
    deposit = law().share("auction_deposit", D(2026, 3, 1))
    assert deposit.bounds(70_000_000) == (3_500_000, 14_000_000)
    assert deposit.bounds(7) == (1, 1), "a fen is not divided: inside the bounds on both sides"


def test_a_share_has_no_force_before_its_day_and_no_other_is_known() -> None:
    assert len(law().shares(D(2026, 3, 1))) == 3
    assert law().shares(D(2016, 12, 31)) == []
    with pytest.raises(MzError, match=r"rule\.not_in_force"):
        law().share("auction_deposit", D(2016, 12, 31))
    with pytest.raises(MzError, match=r"rule\.unknown"):
        law().share("no_such_share", D(2026, 3, 1))


def test_a_rule_has_no_force_before_its_day() -> None:
    with pytest.raises(MzError, match=r"rule\.not_in_force"):
        law().rule("appraisal", D(2018, 8, 31))
    assert law().rule("appraisal", D(2018, 9, 1)).profile == "2017"
    with pytest.raises(MzError, match=r"rule\.unknown"):
        law().rule("no_such_rule", D(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('unit = "days"', 'unit = "fortnights"'),
        ("count = 7", 'count = "7"'),
        ("verified_by =", "checked_by ="),
        ("effective_from = 2013-01-01", "effective_from = 2013-13-01"),
    ],
)
def test_a_malformed_file_is_refused(old: str, new: str) -> None:
    with pytest.raises(MzError, match=r"rulepack\.malformed"):
        read_pack(GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('sources = ["er_file"]', 'sources = ["nowhere"]', "rulepack.unknown_article"),
        ('key = "file_case"', 'key = "close_case"', "rulepack.rule_repeated"),
        ("count = 7", "count = 0", "rulepack.rule_incomplete"),
    ],
)
def test_a_pack_that_does_not_hold_together_is_refused(old: str, new: str, code: str) -> None:
    assert old in GOOD
    with pytest.raises(MzError, match=code.replace(".", r"\.")):
        Law([read_pack(GOOD.replace(old, new, 1))])


def test_how_a_text_was_read_is_said_in_both_languages() -> None:
    for pack in law().packs:
        rows = (*pack.rules, *pack.shares, *([pack.ceilings] if pack.ceilings else []))
        for row in rows:
            assert READINGS[row.verified_by].isascii()
            assert row.verified is ("待核" not in row.verified_by)
        assert pack.title_en.isascii()
        assert {rule.approver for rule in pack.rules} - {""} <= set(APPROVERS)


def test_no_rule_is_called_verified_by_a_source_that_nobody_read() -> None:
    every = law().keys()
    for key in every:
        for _since, found in law().versions(key):
            if found.rule.verified:
                assert all(ref.verified for ref in found.sources), key
    assert not law().article("zb_5", D(2026, 3, 1)).verified


def test_every_ground_has_its_english() -> None:
    assert set(GROUNDS) == set(law().grounds())
    assert all(word.isascii() for word in GROUNDS.values())
