"""What must not be done at all (U13): minors are never listed as dishonest, their spending is
restricted on an explicit legal basis only (失信规定(2017) 4), and nobody's property is taken for
that of another of the same name."""

from __future__ import annotations

import datetime as dt

from command_center.cases.identity import same_identity
from schemas.measures.kinds import MeasureKind
from schemas.problems import Kind, MzError

FULL_AGE = 18
_GUARDED = (MeasureKind.DISHONEST_LIST, MeasureKind.CONSUMPTION_ORDER)


def age_on(born: dt.date, day: dt.date) -> int:
    """Return the full years on a day; one is a year older on the birthday itself."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def check_minor(
    kind: MeasureKind, *, is_person: bool, born: dt.date | None, day: dt.date, override: str
) -> None:
    """Refuse a list entry or a consumption order against a minor, or one of unknown age (`born`
    None).

    Errors: `measure.minor`, `measure.age_unknown`.
    """
    if kind not in _GUARDED or not is_person:
        return
    allowed = kind is MeasureKind.CONSUMPTION_ORDER and bool(override.strip())
    if born is None and not allowed:
        raise MzError("measure.age_unknown", Kind.REFUSED, kind)
    if born is not None and age_on(born, day) < FULL_AGE and not allowed:
        raise MzError("measure.minor", Kind.REFUSED, kind)


def check_holder(held_by: str, debtor: str, confirmed: str) -> None:
    """Refuse property whose holder has another number than the debtor, until somebody states how
    the identity was confirmed. Numbers in clear; an empty one is not known.

    Errors: `measure.holder_differs`.
    """
    differs = held_by and debtor and not same_identity(held_by, debtor)
    if differs and not confirmed.strip():
        raise MzError("measure.holder_differs", Kind.REFUSED)
