"""The control period that a paper may name: a hint for the officer, never written for him."""

from __future__ import annotations

import datetime as dt

from schemas.field_api import CaseStake
from schemas.measures.property import PropertyKind

_MONTHS = {PropertyKind.MOVABLE: 24, PropertyKind.VEHICLE: 24, PropertyKind.REAL_ESTATE: 36,
           PropertyKind.DEPOSIT: 12}  # fmt: skip
_LAW = "《最高人民法院关于适用〈民事诉讼法〉的解释》（2022）第485条"
"""The longest first periods until a contact brought the centre's."""


def longest(over: PropertyKind, stake: CaseStake | None) -> tuple[int, str]:
    """Return the months of the longest period over a kind of property, and where that stands."""
    if stake is not None and over.value in stake.months:
        return stake.months[over.value], stake.months_law
    return _MONTHS[over], _LAW


def suggested_period(today: dt.date, months: int) -> tuple[str, str]:
    """Return the longest period from today, ending the day before the anniversary."""
    years, month = divmod(today.month - 1 + months, 12)
    try:
        anniversary = today.replace(year=today.year + years, month=month + 1)
    except ValueError:  # a day that this month has not
        anniversary = dt.date(today.year + years, month + 2, 1)
    return today.isoformat(), (anniversary - dt.timedelta(days=1)).isoformat()
