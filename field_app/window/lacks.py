"""What list and record of an act lack, by name; one alone blocks (`Lack.forbids`): a done act is
saved as it was done (民诉法(2023) 256, 查扣冻规定(2020) 18 say what they should hold)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from field_app.window.items import ItemDraft
from field_app.window.people import DEBTOR_SIDE, OUTSIDE_SIDE, AttendeeDraft
from field_app.window.words import attendee, pick
from schemas.measures.fields import FIELDS
from schemas.measures.guide import STEPS, GuideStep
from schemas.measures.people import MUST_SIGN, attendee_code
from schemas.records import SignedHow

_NAMED_ROWS = 6


@dataclass(frozen=True)
class Lack:
    """Something that list or record lacks; `key` names its words (`lack.<key>`); `forbids`: the act
    cannot be saved with it."""

    key: str
    values: tuple[tuple[str, str], ...] = ()
    forbids: bool = False

    def said(self) -> dict[str, str]:
        """Return its values in the language that is spoken."""
        values = dict(self.values)
        if "kind" in values:
            values["kind"] = attendee(values["kind"])
        if "name" in values:
            named = FIELDS[values["name"]]
            values["name"] = pick(named.zh, named.en)
        if "step" in values:
            words = STEPS[GuideStep(values["step"])]
            values["step"] = pick(words.zh, words.en)
        return values


def lack_of_code(code: str) -> Lack:
    """Return a lack by its code in `schemas.measures.forms.lacking`."""
    what, _, name = code.partition(":")
    match what:
        case "field" if name == "not_exempt":
            return Lack("exempt")
        case "field":
            return Lack("field", (("name", name),))
        case "step" | "reason":
            return Lack("step", (("step", name),))
    return Lack(what, (("n", name),) if name else ())


def lack_of_second(*, cash: bool) -> Lack:
    """Return that no second officer is chosen; one alone takes no cash."""
    return Lack("cash_second", forbids=True) if cash else Lack("second_officer")


def lacks_of_items(items: list[ItemDraft], first: int = 1) -> list[Lack]:
    """Return what the list lacks."""
    if not items:
        return [Lack("items")]
    rows = list(enumerate(items, start=first))
    return [
        *_rows_that_lack("item_name", [n for n, item in rows if not item.name.strip()]),
        *_rows_that_lack("item_photo", [n for n, item in rows if not item.photos]),
    ]


def _rows_that_lack(key: str, numbers: list[int]) -> list[Lack]:
    """Name the first rows, and count the others: a list may be of thousands."""
    if not numbers:
        return []
    named = "、".join(map(str, numbers[:_NAMED_ROWS]))
    more = len(numbers) - _NAMED_ROWS
    return [Lack(key, (("n", f"{named} (+{more})" if more > 0 else named),))]


def lacks_of_presence(attendees: list[AttendeeDraft]) -> list[Lack]:
    """Return who of 民诉法(2023) 256 is not entered."""
    found = []
    if not any(person.kind in DEBTOR_SIDE for person in attendees):
        found.append(Lack("debtor_side"))
    if not any(person.kind in OUTSIDE_SIDE for person in attendees):
        found.append(Lack("outside_side"))
    return found


def lacks_of_attendees(attendees: list[AttendeeDraft]) -> list[Lack]:
    """Return which reasons and signatures are wanting."""
    found = []
    for person in attendees:
        who = (("kind", person.kind),)
        if person.to_explain and not person.refusal_reason.strip():
            found.append(Lack(f"reason_{person.to_explain}", who))
        if not person.attended and not person.notified_how.strip():
            found.append(Lack("notified", who))
        signs = attendee_code(person.kind) in MUST_SIGN
        if person.attended and signs and person.signed is SignedHow.NOT_YET:
            found.append(Lack("not_signed", who))
    return found


def lacks_of_dates(control_from: str, control_to: str) -> list[Lack]:
    """Return what is wrong with the dates of the paper."""
    typed = [control_from.strip(), control_to.strip()]
    if not any(typed):
        return [Lack("dates")]
    try:
        first, last = (dt.date.fromisoformat(text) for text in typed)
    except ValueError:
        return [Lack("dates_form")]
    return [] if first <= last else [Lack("dates_order")]
