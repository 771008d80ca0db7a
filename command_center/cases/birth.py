"""Days of birth of parties whose document names none (护照、通行证), each with where it is from.

Guards of law ask for the age of a party: of an identity card or residence permit the number tells
it, else somebody states it. It is kept encrypted and shown by its year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from command_center.cases.identity import FIRST_BIRTH, birth_day
from command_center.cases.models import Party
from command_center.cases.words import BIRTH_SOURCES
from command_center.platform import typed
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.time import court_time

PURPOSE = "party.birth"


@dataclass(frozen=True)
class Birth:
    """A day of birth, and of `BIRTH_SOURCES` where it is from."""

    day: dt.date
    source: str


def read_birth(
    uow: UnitOfWork, written: str, source: str, number: str, *, is_person: bool
) -> Birth | None:
    """Return a day of birth as it was typed; None where the number names that day.

    Errors: `form.day_malformed`, `party.birth_of_unit`, `party.birth_ahead`, `party.birth_differs`
    (from the day that the number names), `party.birth_source`.
    """
    if not is_person:
        raise MzError("party.birth_of_unit", Kind.INVALID)
    day, named = typed.day(written, FIRST_BIRTH), birth_day(number)
    if day > court_time(uow.now_ms).date():
        raise MzError("party.birth_ahead", Kind.INVALID)
    if named is not None and named != day:
        raise MzError("party.birth_differs", Kind.INVALID)
    if named is None and source not in BIRTH_SOURCES:
        raise MzError("party.birth_source", Kind.INVALID, source[:40])
    return Birth(day, source) if named is None else None


def born_on(uow: UnitOfWork, party: Party) -> dt.date | None:
    """Return a party's day of birth, by its number or as somebody stated it; None: not known."""
    cipher = uow.keys.cipher
    if party.birth is not None:
        return dt.date.fromisoformat(cipher.decrypt(party.birth, PURPOSE))
    number = cipher.decrypt(party.id_number, "party.id_number") if party.id_number else ""
    return birth_day(number) if party.is_person else None


def as_kept(uow: UnitOfWork, birth: Birth | None) -> bytes | None:
    """Return a day of birth as it is kept."""
    return uow.keys.cipher.encrypt(birth.day.isoformat(), PURPOSE) if birth else None
