"""The form for 扣押 of movables as the officer fills it: a draft, what it lacks, the record body.

What is missing is named and never blocks: a done act is saved as it was done (民诉法(2023) 256,
查扣冻规定(2020) 18 say what list and record should hold; the centre lists the same defects).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from schemas.ids import new_id
from schemas.measures.people import ATTENDEE_WORDS, MUST_SIGN, attendee_code
from schemas.money import read_yuan
from schemas.records import Attendee, FootageAt, SeizedItem, SeizeMovables, SignedHow

UNITS = ("台", "件", "张", "套", "辆", "部", "箱", "只")
ATTENDEE_KINDS = tuple(zh for zh, _en in ATTENDEE_WORDS.values())
DEBTOR_SIDE = ("被执行人", "成年家属", "法定代表人", "主要负责人")
OUTSIDE_SIDE = ("基层组织代表", "工作单位代表")
CUSTODIAN_KIND = "保管人"
SEIZE_MOVABLES = "seize_movables"
MOVABLES_YEARS = 2
_UNSIGNED = (SignedHow.REFUSED, SignedHow.UNABLE)


@dataclass
class ItemDraft:
    """One row of the list while it is typed; `value` is yuan as typed."""

    name: str = ""
    quantity: int = 1
    unit: str = "件"
    brand_model: str = ""
    serial: str = ""
    condition: str = ""
    value: str = ""
    photos: list[str] = field(default_factory=list)
    footage: FootageAt | None = None

    def value_fen(self) -> int | None:
        """Return the value in fen, None when empty. Raises `ValueError` when it is no amount."""
        return read_yuan(self.value) if self.value.strip() else None


@dataclass
class AttendeeDraft:
    """A person present, called, or refusing, while he is entered."""

    kind: str = ATTENDEE_KINDS[0]
    name: str = ""
    attended: bool = True
    signed: SignedHow = SignedHow.NOT_YET
    refusal_reason: str = ""
    notified_how: str = ""
    signature: str = ""

    @property
    def to_explain(self) -> str:
        """Return what needs a reason: `absent`, `refused`, `unable`, or nothing."""
        if not self.attended:
            return "absent"
        return self.signed.value if self.signed in _UNSIGNED else ""


@dataclass
class PaperDraft:
    """A typeset paper: its digest, what it says, and the act that it was written from."""

    sha256: str
    lines: list[str]
    written_from: str

    @property
    def code(self) -> str:
        """The short code of the pages: `7C21 E04B`."""
        return f"{self.sha256[:4]} {self.sha256[4:8]}".upper()


@dataclass
class SeizureDraft:
    """The whole form. `confirmed_not_exempt` is 查扣冻规定(2020) 3's confirmation."""

    operation: str
    started_ms: int
    place_text: str = ""
    items: list[ItemDraft] = field(default_factory=list)
    custodian: str = ""
    storage_place: str = ""
    attendees: list[AttendeeDraft] = field(default_factory=list)
    confirmed_not_exempt: bool = False
    control_from: str = ""
    control_to: str = ""
    note: str = ""
    second_officer: str | None = None
    record: str = field(default_factory=new_id)
    finished_ms: int = 0
    paper: PaperDraft | None = None

    @property
    def name(self) -> str:
        """Under which name the service keeps it."""
        return f"{SEIZE_MOVABLES}/{self.operation}"

    def total_fen(self) -> int:
        """Return the sum of the values that are amounts."""
        return total_fen(self.items)

    def lacks(self) -> list[Lack]:
        """Return what the law wants and the draft lacks."""
        return lacks(self)

    def body(self, finished_ms: int) -> SeizeMovables:
        """Return the record as typed. An unreadable value is kept in the item's condition."""
        return SeizeMovables(
            started_ms=self.started_ms,
            finished_ms=max(self.finished_ms or finished_ms, self.started_ms),
            place_text=self.place_text.strip(),
            items=list_of(self.items),
            custodian=self.custodian.strip(),
            storage_place=self.storage_place.strip(),
            attendees=people_of(self.attendees),
            not_exempt=self.confirmed_not_exempt,
            control_from=self.control_from.strip(),
            control_to=self.control_to.strip(),
            note=self.note.strip(),
        )


def total_fen(items: list[ItemDraft]) -> int:
    """Return the sum of the values that are amounts."""
    total = 0
    for item in items:
        try:
            total += item.value_fen() or 0
        except ValueError:
            continue
    return total


def list_of(items: list[ItemDraft]) -> list[SeizedItem]:
    """Return the list as the record writes it, numbered in its order."""
    return [_item(number, draft) for number, draft in enumerate(items, start=1)]


def people_of(people: list[AttendeeDraft]) -> list[Attendee]:
    """Return the people present as the record writes them."""
    return [_attendee(draft) for draft in people]


def _item(number: int, draft: ItemDraft) -> SeizedItem:
    condition = draft.condition.strip()
    try:
        value = draft.value_fen()
    except ValueError:
        value, condition = None, f"{condition} {draft.value.strip()}".strip()
    return SeizedItem(
        number=number,
        name=draft.name.strip(),
        quantity=draft.quantity,
        unit=draft.unit,
        brand_model=draft.brand_model.strip(),
        serial=draft.serial.strip(),
        condition=condition,
        estimated_value_fen=value,
        photos=list(draft.photos),
        footage=draft.footage,
    )


def _attendee(draft: AttendeeDraft) -> Attendee:
    return Attendee(
        kind=draft.kind,
        name=draft.name.strip(),
        attended=draft.attended,
        signed=draft.signed if draft.attended else SignedHow.NOT_YET,
        refusal_reason=draft.refusal_reason.strip(),
        notified_how=draft.notified_how.strip(),
        signature_sha256=draft.signature or None,
    )


@dataclass(frozen=True)
class Lack:
    """Something that list or record lacks; `key` names its words (`lack.<key>`)."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


def lacks(draft: SeizureDraft) -> list[Lack]:
    """Return what the law wants and the draft lacks, in the order of the form."""
    found = lacks_of_items(draft.items)
    if not draft.place_text.strip():
        found.append(Lack("place"))
    if not draft.confirmed_not_exempt:
        found.append(Lack("exempt"))
    if not draft.custodian.strip():
        found.append(Lack("custodian"))
    if not draft.storage_place.strip():
        found.append(Lack("storage"))
    found += [*lacks_of_presence(draft.attendees), *lacks_of_attendees(draft.attendees)]
    kinds = {person.kind for person in draft.attendees}
    if draft.custodian.strip() and CUSTODIAN_KIND not in kinds:
        found.append(Lack("custodian_sign"))
    if not draft.second_officer:
        found.append(Lack("second_officer"))
    found += lacks_of_dates(draft.control_from, draft.control_to)
    return found


def lacks_of_items(items: list[ItemDraft]) -> list[Lack]:
    """Return what the list lacks."""
    if not items:
        return [Lack("items")]
    found = []
    for number, item in enumerate(items, start=1):
        row = (("n", str(number)),)
        if not item.name.strip():
            found.append(Lack("item_name", row))
        if not item.photos:
            found.append(Lack("item_photo", row))
    return found


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


def suggested_period(today: dt.date) -> tuple[str, str]:
    """Return the longest period for movables: two years, ending the day before the anniversary.

    Source: 民诉解释 485; practice of 起止日期 on the paper. Only a hint, never written for him.
    """
    try:
        anniversary = today.replace(year=today.year + MOVABLES_YEARS)
    except ValueError:  # 29 February
        anniversary = dt.date(today.year + MOVABLES_YEARS, 3, 1)
    return today.isoformat(), (anniversary - dt.timedelta(days=1)).isoformat()
