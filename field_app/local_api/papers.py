"""Papers on the local socket: typeset, signed, printed."""

from __future__ import annotations

from typing import Annotated

import msgspec

from schemas.records import FieldAct


class TypesetArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """typeset → Typeset: record and list of an act as pages, kept as an exhibit; the same act
    gives the same bytes."""

    operation: str
    body: FieldAct
    second_officer: str | None = None


class Typeset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pages by their digest, what they say, line by line, and how many they are; the slip of
    remedies likewise, the receipt where cash was taken, the seal tags where the act names some;
    `missing`: characters that the font cannot print."""

    sha256: str
    lines: list[str]
    pages: int = 1
    slip: str = ""
    slip_lines: list[str] = []
    missing: list[str] = []
    receipt: str = ""
    receipt_lines: list[str] = []
    tags: str = ""
    tag_lines: list[str] = []


Point = tuple[
    Annotated[int, msgspec.Meta(ge=0, le=4096)], Annotated[int, msgspec.Meta(ge=0, le=4096)]
]
Stroke = Annotated[list[Point], msgspec.Meta(min_length=1, max_length=2_000)]


class SignArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """sign → Signed: a handwriting image bound to a typeset paper that is kept here."""

    paper: str
    kind: str
    name: str
    width: int
    height: int
    strokes: Annotated[list[Stroke], msgspec.Meta(min_length=1, max_length=200)]


class SignOnPaperArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """sign_on_paper → Signed: somebody signed the printed pages; one photo of each."""

    paper: str
    kind: str
    name: str
    photos: Annotated[list[str], msgspec.Meta(min_length=1, max_length=200)]


class PrintArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """print → Printed: a kept paper by one of `printers`."""

    paper: str
    printer: str


class ReadAloudArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """read_aloud → None: lines of a paper as they show, one after another; what was being read
    before is left. `stop_reading` → None ends it."""

    lines: list[str]


class Printed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the pages went: the path of the file, or the printer."""

    where: str


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The handwriting image by its digest."""

    sha256: str
