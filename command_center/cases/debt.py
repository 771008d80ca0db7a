"""What a debtor owes beyond the principal: delay interest and the enforcement fee, in fen. Pure.

Fractions of a fen are rounded half up, once, at the end of each sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

DELAY_RATE_PER_MILLION_PER_DAY = 175
"""日万分之一点七五 (迟延履行利息解释(2014) 1)."""
_MILLION = 1_000_000

FEE_STEPS_FEN = (
    (1_000_000, 0),
    (50_000_000, 150),
    (500_000_000, 100),
    (1_000_000_000, 50),
)
FEE_LEAST_FEN, FEE_ABOVE_RATE = 5_000, 10
"""诉讼费用交纳办法 14: 50 yuan to 10,000; then 1.5 % to 500,000, 1 % to 5 million, 0.5 % to
10 million, 0.1 % above. Rates in hundredths of a percent, each for the part in its step."""


@dataclass(frozen=True)
class Payment:
    """A part of the principal paid on a day."""

    day: dt.date
    principal_fen: int


def delay_interest(
    principal_fen: int, ended: dt.date, until: dt.date, payments: Sequence[Payment] = ()
) -> int:
    """Return the doubled part of the delay interest from the end of the performance period
    (a day not counted itself) to a day; each payment lowers the principal from the day after."""
    left, since, owed = principal_fen, ended, 0
    for one in sorted(payments, key=lambda payment: payment.day):
        day = min(max(one.day, ended), until)
        owed += left * (day - since).days
        left, since = max(0, left - one.principal_fen), day
    owed += left * max(0, (until - since).days)
    return _half_up(owed * DELAY_RATE_PER_MILLION_PER_DAY, _MILLION)


def enforcement_fee(amount_fen: int) -> int:
    """Return the fee for enforcing an amount; for none the least."""
    total, below = 0, 0
    for limit, rate in FEE_STEPS_FEN:
        total += max(0, min(amount_fen, limit) - below) * rate
        below = limit
    total += max(0, amount_fen - below) * FEE_ABOVE_RATE
    return FEE_LEAST_FEN + _half_up(total, 10_000)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
