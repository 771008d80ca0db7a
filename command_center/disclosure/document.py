"""What a disclosure document holds: everything a party may see of his case, and nothing else.

The portal renders these documents only, so it cannot leak what it never had. A document is the
payload of an envelope `disclosure/1`, signed by the centre, with the time it is "as of". All
sentences stand in Chinese and English. Names of natural persons on the other side are masked.
"""

from __future__ import annotations

import msgspec

DISCLOSURE = "disclosure/1"


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word or sentence in both languages."""

    zh: str
    en: str


class PartyShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A party: whole name for himself and for units, masked for other persons. unit: it is no
    person; documents of before do not say so."""

    role: Text
    name: str
    own: bool
    unit: bool = False


class OfficerShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member of staff in charge; `phone` is an office telephone or empty."""

    role: Text
    name: str
    phone: str


class CaseCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Filing data (S-20): basis, parties, number, day, staff, the clerk's office telephone; and
    what is left of the claim (S-21) on the document's day, None in documents of before.
    interest_fen: None where it cannot be computed."""

    number: str
    state: Text
    cause: str
    basis: str
    amount_fen: int
    filed_ms: int
    parties: list[PartyShown]
    officers: list[OfficerShown]
    clerk: OfficerShown | None
    basis_body: str = ""
    claim: str = ""
    interest_fen: int | None = None
    fee_fen: int = 0
    received_fen: int = 0
    remaining_fen: int | None = None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a section; `at_ms` where it happened at a time."""

    text: Text
    at_ms: int | None = None


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the nine classes of S-30. Without lines, `empty` says so honestly."""

    key: str
    title: Text
    lines: list[Line]
    empty: Text


class ItemShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the list (清单)."""

    number: int
    name: str
    quantity: int
    unit: str


class LawCited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An article that plain words cite; `verified`: False where no primary text was read."""

    instrument: str
    article: str
    version: str
    verified: bool


class MeasureShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measure in plain words (U18). Days are ISO, empty where no period runs;
    `period_suggested`: not from the paper; words:
    kind, side and version of the plain words, law: what they cite."""

    measure: str
    kind: Text
    state: Text
    summary: str
    executed_ms: int
    items: list[ItemShown]
    custodian: str
    control_from: str
    control_to: str
    period_suggested: bool
    meaning: Text
    may_do: Text
    lift: Text
    footage: Text
    words: str = ""
    law: list[LawCited] = []


class NoticeShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A notice to this party and how far it got."""

    notice: str
    channel: Text
    state: Text
    text: str
    created_ms: int
    sent_ms: int | None
    delivered_ms: int | None
    failed_ms: int | None
    acknowledge: bool = False
    """Whether the party may confirm that he took note of it: of portal notices only."""
    acked_ms: int | None = None


class PaperShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper that was issued to this party or served on him; `sha256` of its bytes."""

    paper: str
    title: str
    number: str
    issued_ms: int
    sha256: str


class LogShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the enforcement log; recorded_ms: written down late, at that time; corrects_ms:
    the time of the line that it sets right."""

    at_ms: int
    text: Text
    recorded_ms: int | None = None
    corrects_ms: int | None = None


class ValueShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An integrity value (U3) that was signed at the scene: the code on the paper, the whole value,
    of how many recordings and records."""

    code: str
    value: str
    at_ms: int
    chains: int
    records: int


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `disclosure/1`: one document for one grant, as of a moment."""

    document: str
    grant: str
    version: int
    as_of_ms: int
    court: str
    court_phone: str
    party: PartyShown
    card: CaseCard
    sections: list[Section]
    measures: list[MeasureShown]
    notices: list[NoticeShown]
    papers: list[PaperShown] = []
    log: list[LogShown] = []
    values: list[ValueShown] = []
