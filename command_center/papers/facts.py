"""What is printed on a paper: frozen facts, taken from the record when the paper is made.

They are kept encrypted with the paper, so that it can be typeset again to the same bytes however
the record goes on. Texts are plain: no template reads them as markup.
"""

from __future__ import annotations

import msgspec


class Person(msgspec.Struct, frozen=True):
    """A party as a paper names it; the number is masked."""

    role: str
    name: str
    id_masked: str


class Item(msgspec.Struct, frozen=True):
    """A row of a list of property."""

    number: str
    name: str
    quantity: str
    about: str
    value: str


class MeasureFacts(msgspec.Struct, frozen=True, tag="measure"):
    """A measure. Empty texts are what the record does not say.

    account: in full, for the assisting unit alone. remedy: what the addressee may do, with its
    article.
    """

    parties: list[Person]
    basis: str
    kind: str
    what: str
    when: str
    place: str
    officers: str
    ruling: str
    period_from: str
    period_to: str
    amount: str
    custodian: str = ""
    storage_place: str = ""
    items: list[Item] = []
    unit: str = ""
    account: str = ""
    asked: str = ""
    days: str = ""
    hours: str = ""
    fine: str = ""
    remedy: str = ""
    to: str = ""
    started: str = ""
    note: str = ""
    law: str = ""
    next_from: str = ""
    next_to: str = ""
    ground: str = ""


class ReasonFacts(msgspec.Struct, frozen=True, tag="reason"):
    """Why something was not done in time (S-15)."""

    parties: list[Person]
    what: str
    due: str
    reason: str
    given_by: str
    given: str
    to: str


class ServedPaper(msgspec.Struct, frozen=True):
    """A paper that is served. result: how its line of the receipt ended, empty: not yet."""

    title: str
    number: str
    copies: str = "一"
    result: str = ""


class ServiceFacts(msgspec.Struct, frozen=True, tag="service"):
    """A service of papers: what, to whom, where and how; `lines` are further facts by name."""

    cause: str
    papers: list[ServedPaper]
    to: str
    address: str = ""
    method: str = ""
    lines: list[tuple[str, str]] = []


class CaseFacts(msgspec.Struct, frozen=True, tag="case"):
    """A case, and what the form of a paper that comes before the act says."""

    parties: list[Person]
    basis: str
    case_number: str
    filed: str
    officers: str
    to: str
    address: str
    place: str
    reason: str
    amount: str
    days: str
    law: str


class ImportedFacts(msgspec.Struct, frozen=True, tag="imported"):
    """A paper made elsewhere; stamped: whoever registered it saw the court's stamp on it."""

    stamped: bool


Facts = MeasureFacts | ReasonFacts | ServiceFacts | CaseFacts | ImportedFacts


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """What every paper bears: court, title, number, ISO day, template; `url` is its QR code.

    edition, wording: of the court's own text, its version and the SHA-256 of what it says; 0 and
    empty for a shipped template.
    """

    court: str
    title: str
    number: str
    day: str
    template: str
    version: int
    file: str
    url: str
    edition: int = 0
    wording: str = ""


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a paper's body in its order; `sort` says how it is drawn, texts are plain."""

    sort: str
    text: str = ""
    head: list[str] = []
    rows: list[list[str]] = []


class Worded(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paper in the court's own words, its facts filled in when it was made.

    said: what must be readable on the print, each with its name. lacking: what kept it from being
    filled in: such a paper is never typeset.
    """

    blocks: list[Block]
    foot: str = ""
    said: list[tuple[str, str]] = []
    lacking: list[str] = []


class Printed(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a paper is typeset from."""

    frame: Frame
    facts: Facts
    worded: Worded | None = None
