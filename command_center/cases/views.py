"""What other rooms and faces see of a case: frozen views, personal data masked."""

from __future__ import annotations

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
class PartyView:
    """A party as staff see it; the ID number is masked."""

    id: str
    role: str
    role_zh: str
    role_en: str
    name: str
    is_person: bool
    id_masked: str
    contacts: tuple[ContactView, ...]


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
    """A case page's card. `parties` in the order of the papers."""

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
