"""What the law wants of a registered measure, and who is guarded from one (DOMAIN §7)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.cases.debt import enforcement_fee
from command_center.cases.identity import birth_day
from command_center.measures import checks, guards, period
from command_center.platform.masking import mask_long_numbers
from schemas.measures.fields import FIELDS, QUEUED, REGISTRABLE, wanted
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PROPERTY_WORDS, PropertyKind
from schemas.problems import MzError

D = dt.date
YEAR = period.Period(D(2026, 3, 2), D(2027, 3, 1), suggested=False)


def _codes(kind: str = "FREEZE", over: str = "DEPOSIT", **changes: object) -> list[str]:
    made = {
        "facts": {}, "term": YEAR, "debtor_is_person": True, "controlled_fen": 0, "owed_fen": 100,
        "limit_percent": 120, **changes,
    }  # fmt: skip
    registered = checks.Registered(MeasureKind(kind), PropertyKind(over), **made)  # type: ignore[arg-type]
    return [defect.code for defect in checks.find_defects(registered)]


def test_what_the_register_of_property_knows_is_asked_for_too() -> None:
    """Nobody typed a co-owner into the form, but the property was registered as co-owned."""
    flags = frozenset({"CO_OWNED", "MORTGAGED"})
    assert _codes("SEAL", "REAL_ESTATE", flags=flags) == [
        "co_owners.not_told",
        "mortgagee.not_told",
    ]
    told = {"co_owners_told": "3月2日书面", "mortgagee_told": "3月2日书面"}
    assert _codes("SEAL", "REAL_ESTATE", flags=flags, facts=told) == []
    assert _codes(flags=flags) == [], "the form of a deposit does not ask for them"
    assert _codes(flags=frozenset({"EXEMPT"})) == ["thing.exempt"]
    assert _codes("RELEASE", "NONE", flags=flags) == []


def test_vector_08_over_attachment_warns_by_the_limit_and_never_blocks() -> None:
    owed = 100_000_000 + 1_750_000 + enforcement_fee(100_000_000)
    assert owed == 102_990_000
    assert checks.control_ratio(130_000_000, owed) == 1.262
    assert _codes(controlled_fen=130_000_000, owed_fen=owed) == ["attachment.excessive"]
    assert _codes(controlled_fen=130_000_000, owed_fen=owed, limit_percent=127) == []
    assert _codes(controlled_fen=120, owed_fen=100) == []  # exactly the limit is within it


@pytest.mark.parametrize(
    ("kind", "over", "facts", "code"),
    [
        ("SEAL", "REAL_ESTATE", {"co_owners": "王某"}, "co_owners.not_told"),
        ("SEAL", "REAL_ESTATE", {"mortgagee": "某银行"}, "mortgagee.not_told"),
        ("SEIZE", "VEHICLE", {"vin": "L1"}, "vehicle.no_engine"),
        ("WITHHOLD_INCOME", "INCOME", {}, "income.no_living_cost"),
        ("DETAIN", "NONE", {"days": "16"}, "detain.too_long"),
        ("SUMMON_BY_FORCE", "NONE", {"hours": "9"}, "summon.long"),
        ("SUMMON_BY_FORCE", "NONE", {"hours": "25"}, "summon.too_long"),
        ("FINE", "NONE", {"fine_fen": "10000001"}, "fine.out_of_range"),
    ],
)
def test_what_the_law_wants_is_listed(
    kind: str, over: str, facts: dict[str, str], code: str
) -> None:
    assert _codes(kind, over, facts=facts) == [code]


@pytest.mark.parametrize(
    ("facts", "person", "wrong"),
    [({"fine_fen": "10000000"}, True, False), ({"fine_fen": "5000000"}, False, False),
     ({"fine_fen": "4999999"}, False, True), ({"fine_fen": "100000001"}, False, True),
     ({"fine_fen": "0"}, True, True)],
)  # fmt: skip
def test_a_fine_keeps_to_its_range(facts: dict[str, str], person: bool, wrong: bool) -> None:
    found = _codes("FINE", "NONE", facts=facts, debtor_is_person=person)
    assert ("fine.out_of_range" in found) is wrong


def test_a_period_beyond_the_ceiling_or_only_suggested_is_listed() -> None:
    long = period.Period(D(2026, 3, 2), D(2027, 3, 3), suggested=False)
    assert _codes(term=long) == ["period.too_long"]
    assert _codes("SEAL", "REAL_ESTATE", term=long) == []
    suggested = period.suggest(D(2026, 3, 2), checks.property_class("DEPOSIT"))
    assert _codes(term=suggested) == ["period.not_written"]
    old = period.suggest(D(2014, 3, 1), checks.property_class("DEPOSIT"), renewal=True)
    assert old.end == D(2014, 5, 31)  # half of six months, before 2015


def _id_of(born: D) -> str:
    return f"440199{born:%Y%m%d}4417"


@pytest.mark.parametrize(
    ("day", "minor"),
    [(D(2026, 3, 1), True), (D(2026, 3, 2), False), (D(2026, 3, 3), False)],
)
def test_vector_13_a_debtor_of_seventeen_years_and_364_days(day: D, minor: bool) -> None:
    born = D(2008, 3, 2)
    for kind in (MeasureKind.DISHONEST_LIST, MeasureKind.CONSUMPTION_ORDER):
        if minor:
            with pytest.raises(MzError, match=r"measure\.minor"):
                guards.check_minor(kind, is_person=True, born=born, day=day, override="")
        else:
            guards.check_minor(kind, is_person=True, born=born, day=day, override="")


def test_an_override_opens_the_consumption_order_and_never_the_list() -> None:
    born, day, basis = D(2015, 3, 2), D(2026, 3, 1), "某条"
    order, listing = MeasureKind.CONSUMPTION_ORDER, MeasureKind.DISHONEST_LIST
    guards.check_minor(order, is_person=True, born=born, day=day, override=basis)
    with pytest.raises(MzError, match=r"measure\.minor"):
        guards.check_minor(listing, is_person=True, born=born, day=day, override=basis)
    with pytest.raises(MzError, match=r"measure\.age_unknown"):
        guards.check_minor(listing, is_person=True, born=None, day=day, override=basis)
    guards.check_minor(listing, is_person=False, born=None, day=day, override="")
    guards.check_minor(MeasureKind.FREEZE, is_person=True, born=None, day=day, override="")


@given(born=st.dates(D(1920, 1, 1), D(2020, 12, 31)), day=st.dates(D(2021, 1, 1), D(2050, 1, 1)))
def test_one_is_a_year_older_on_the_birthday(born: D, day: D) -> None:
    age = guards.age_on(born, day)
    assert birth_day(_id_of(born)) == born
    turned = D(born.year + age, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(
        year=born.year + age)  # fmt: skip
    assert turned <= day or (born.month, born.day) == (2, 29)


@pytest.mark.parametrize("number", ["", "44019919991301441X", "4401991999", "x" * 18])
def test_what_names_no_day_has_none(number: str) -> None:
    assert birth_day(number) is None


def test_every_registrable_kind_has_known_fields_and_words() -> None:
    for kind, things in REGISTRABLE.items():
        for over in things:
            found = wanted(kind, over)
            assert {*found.required, *found.optional} <= FIELDS.keys()
            assert len({*found.required, *found.optional}) == len(found.required + found.optional)
            assert over in PROPERTY_WORDS
    assert all(REGISTRABLE[queued] == REGISTRABLE[first] for queued, first in QUEUED.items())


@given(st.from_regex(r"[0-9]{16,19}", fullmatch=True), st.text(max_size=5))
def test_no_account_survives_in_a_text_that_is_told(account: str, around: str) -> None:
    told = mask_long_numbers(f"{around}账号{account}，")
    assert account not in told
    assert not re.search(r"[0-9]{12}", told)
    grouped = "-".join(account[at : at + 4] for at in range(0, len(account), 4))
    assert mask_long_numbers(f"账号{grouped}，").startswith("账号尾号")
    assert len(mask_long_numbers(f"账号{grouped}，")) == len("账号尾号1234，")
    assert mask_long_numbers("６２２２０２０２００１１２２３３") == "尾号２２３３"
    assert mask_long_numbers("2026-03-02至2027-03-01") == "2026-03-02至2027-03-01"
    assert mask_long_numbers("HT-20261125-0007，13800010001") == "HT-20261125-0007，13800010001"
