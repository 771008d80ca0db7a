"""DOMAIN §7: delay interest and the enforcement fee, in fen, to the fen."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.cases.debt import Payment, delay_interest, enforcement_fee

D0 = dt.date(2026, 1, 1)
MONEY = st.integers(0, 10**13)
DAYS = st.integers(0, 4000)


def _day(number: int) -> dt.date:
    return D0 + dt.timedelta(number)


def test_vector_01_a_million_for_a_hundred_days() -> None:
    assert delay_interest(100_000_000, D0, _day(100)) == 1_750_000


def test_vector_02_a_part_paid_on_day_forty() -> None:
    paid = [Payment(_day(40), 40_000_000)]
    assert delay_interest(100_000_000, D0, _day(100), paid) == 1_330_000


@pytest.mark.parametrize(
    ("yuan", "fee"),
    [(0, 50), (10_000, 50), (500_000, 7_400), (1_000_000, 12_400), (5_000_000, 52_400),
     (10_000_000, 77_400), (20_000_000, 87_400)],
)  # fmt: skip
def test_vector_03_enforcement_fee(yuan: int, fee: int) -> None:
    assert enforcement_fee(yuan * 100) == fee * 100


@given(amount=MONEY, more=MONEY)
def test_a_larger_amount_never_costs_less(amount: int, more: int) -> None:
    assert enforcement_fee(amount) <= enforcement_fee(amount + more)


@given(principal=MONEY, days=DAYS)
def test_interest_is_the_exact_fraction_rounded_once(principal: int, days: int) -> None:
    exact = Fraction(principal * days * 175, 1_000_000)
    assert abs(delay_interest(principal, D0, _day(days)) - exact) <= Fraction(1, 2)


@given(principal=MONEY, days=DAYS, at=DAYS, part=MONEY)
def test_paying_never_raises_the_interest_and_all_paid_at_once_costs_none(
    principal: int, days: int, at: int, part: int
) -> None:
    owed = delay_interest(principal, D0, _day(days))
    assert 0 <= delay_interest(principal, D0, _day(days), [Payment(_day(at), part)]) <= owed
    assert delay_interest(principal, D0, _day(days), [Payment(D0, principal)]) == 0
