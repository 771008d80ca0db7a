"""What is left of a claim (S-21), computed by hand, and properties that hold for every sum."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from command_center.cases.balance import balance
from command_center.cases.received import ReceiptView

ENDED = dt.date(2026, 1, 1)


def _came(day: dt.date, fen: int, void: str = "") -> ReceiptView:
    return ReceiptView("", day, fen, "TRANSFER", "", void)


def test_vector_01_02_and_03_in_one_balance() -> None:
    until = ENDED + dt.timedelta(100)
    whole = balance(100_000_000, None, ENDED, [], until)
    assert (whole.interest_fen, whole.fee_fen) == (1_750_000, 1_240_000)
    assert whole.remaining_fen == 102_990_000
    part = balance(100_000_000, None, ENDED, [_came(ENDED + dt.timedelta(40), 40_000_000)], until)
    assert part.interest_fen == 1_330_000
    assert part.remaining_fen == 100_000_000 + 1_330_000 + 1_240_000 - 40_000_000


def test_money_goes_first_on_what_bears_no_delay_interest() -> None:
    """1,000 of which 800 bear interest; on day 10 come 300: 200 on the rest, 100 on the 800."""
    until = ENDED + dt.timedelta(100)
    paid = [_came(ENDED + dt.timedelta(10), 30_000)]
    owed = balance(100_000, 80_000, ENDED, paid, until)
    # 800 × 10 days + 700 × 90 days at 0.0175 % a day = 1.40 + 11.025 = 12.43 (half up)
    assert owed.interest_fen == 1_243
    nothing = balance(100_000, 80_000, ENDED, [_came(ENDED, 30_000, "错记")], until)
    assert (nothing.received_fen, nothing.interest_fen) == (0, 1_400)


def test_without_the_day_of_performance_no_interest_is_made_up() -> None:
    owed = balance(100_000, None, None, [_came(ENDED, 200_000)], ENDED)
    assert (owed.interest_fen, owed.interest_from, owed.remaining_fen) == (0, None, 0)


_FEN = st.integers(0, 10**13)


@given(
    amount=_FEN, share=st.integers(0, 100), days=st.integers(0, 2_000),
    came=st.lists(st.tuples(st.integers(-100, 2_500), st.integers(1, 10**12)), max_size=6),
)  # fmt: skip
def test_more_that_comes_in_never_leaves_more(
    amount: int, share: int, days: int, came: list[tuple[int, int]]
) -> None:
    until = ENDED + dt.timedelta(days)
    receipts = [_came(ENDED + dt.timedelta(at), fen) for at, fen in came]
    principal = amount * share // 100
    before = balance(amount, principal, ENDED, receipts, until)
    after = balance(amount, principal, ENDED, [*receipts, _came(until, 1)], until)
    assert 0 <= after.remaining_fen <= before.remaining_fen
    assert 0 <= before.interest_fen <= balance(amount, principal, ENDED, [], until).interest_fen
