"""What other rooms and faces see of a case: frozen views, personal data masked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class ContactView:
    """A way to reach a party; `masked` shows the ends only."""

    id: str
    kind: str
    masked: str
    source: str
    confirmed_ms: int | None
    created_ms: int
    confirmed_how: str


@dataclass(frozen=True)
class PartyChangeView:
    """What changed of a party on a day: act (`PARTY_ACTS`), from what, to what, by which paper."""

    act: str
    day: dt.date
    before: str
    after: str
    paper: str


@dataclass(frozen=True)
class RepresentativeView:
    """Who acts for a party; `until`: the first day on which he did no more."""

    id: str
    kind: str
    name: str
    authority: str
    unit: str
    paper: str
    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class PartyView:
    """A party as staff see it; the ID number is masked, `id_kind` one of `ID_KINDS`. `left`: since
    when it is none any more.

    birth_masked: the year of birth where one was stated, with its source; birth_wanted: a person
    whose number names none.
    """

    id: str
    role: str
    role_zh: str
    role_en: str
    name: str
    is_person: bool
    id_masked: str
    contacts: tuple[ContactView, ...]
    changes: tuple[PartyChangeView, ...] = ()
    representatives: tuple[RepresentativeView, ...] = ()
    left: dt.date | None = None
    id_kind: str = ""
    birth_masked: str = ""
    birth_source: str = ""
    birth_wanted: bool = False

    @property
    def printed(self) -> str:
        """The name as papers print it: `X（曾用名Y）`."""
        former = [one.before for one in self.changes if one.act == "NAME"]
        former = [name for name in dict.fromkeys(former) if name != self.name]
        return f"{self.name}（曾用名{'、'.join(former)}）" if former else self.name

    def name_on(self, day: dt.date) -> str:
        """Return the name that it bore on a day."""
        later = [one for one in self.changes if one.act == "NAME" and one.day > day]
        return min(later, key=lambda one: one.day).before if later else self.name


@dataclass(frozen=True)
class CaseOfficerView:
    """A member of staff in charge."""

    staff: str
    name: str
    role: str
    phone: str


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    id: str
    number: str
    kind: str
    state: str
    cause: str
    filed_ms: int
    amount_fen: int
    parties: tuple[tuple[str, str], ...]
    officers: tuple[str, ...]
    major: bool


@dataclass(frozen=True)
class CaseView:
    """A case page's card. `parties` in the order of the papers; those who left are `former`."""

    id: str
    number: str
    number_raw: str
    kind: str
    kind_zh: str
    kind_en: str
    state: str
    state_zh: str
    state_en: str
    cause: str
    basis: str
    amount_fen: int
    filed_ms: int
    major: bool
    parties: tuple[PartyView, ...]
    officers: tuple[CaseOfficerView, ...]
    basis_body: str
    basis_day: str
    perform_by: str
    claim: str
    principal_fen: int | None
    close_kind: str
    former: tuple[PartyView, ...]


@dataclass(frozen=True)
class PhoneFact:
    """A phone number in clear, for sending only: it is never shown, logged or put in a URL."""

    contact: str
    number: str
    confirmed: bool


@dataclass(frozen=True)
class CaseFacts:
    """A case as the one who tells its parties needs it; `clerk_phone` is an office number."""

    number: str
    clerk_phone: str
    parties: tuple[PartyFacts, ...]


@dataclass(frozen=True)
class PartyFacts:
    """A party as the one who tells it needs it."""

    id: str
    case: str
    role: str
    name: str
    is_person: bool
    phones: tuple[PhoneFact, ...]
