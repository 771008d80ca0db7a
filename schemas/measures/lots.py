"""A list of many things is filled in lots (分册) by several devices; the act names them all.

A lot is an act by the form `list_lot`: of which act, its number, the number of its first row. Its
mark goes to the device of the act by QR or by hand; the paper of the act prints it, so that one
signature there binds rows and pages of every lot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.records import FieldAct, SeizedItem

LIST_LOT = "list_lot"
OWN_LOT = 1
"""The lot of the rows that stand in the act itself."""
MOST_ROWS = 2_500
_WORD, _PARTS = "MZL1", 7


@dataclass(frozen=True)
class LotMark:
    """What a lot says of itself: its rows from `first` to `last`, its pages by their digest."""

    lot: int
    first: int
    last: int
    rows: int
    pages: int
    paper: str

    def text(self) -> str:
        """Return it as its QR code says it."""
        return f"{_WORD} {self.lot} {self.first} {self.last} {self.rows} {self.pages} {self.paper}"


def read_marks(text: str) -> list[LotMark]:
    """Return the marks of a text, one a line; a line that is none is passed over."""
    marks = []
    for line in text.splitlines():
        parts = line.split()
        numbers = parts[1:-1]
        if len(parts) == _PARTS and parts[0] == _WORD and all(map(_is_number, numbers)):
            lot, first, last, rows, pages = map(int, numbers)
            marks.append(LotMark(lot, first, last, rows, pages, parts[-1]))
    return marks


def mark_of(body: FieldAct, pages: int, paper: str) -> LotMark:
    """Return the mark of a lot, or of the rows that stand in an act itself."""
    numbers = [item.number for item in body.items]
    return LotMark(
        number_of(body), min(numbers, default=0), max(numbers, default=0), len(numbers), pages,
        paper,
    )  # fmt: skip


def number_of(body: FieldAct) -> int:
    """Return the number of a lot, 0 where it is unreadable; of another act the own lot's."""
    if body.form != LIST_LOT:
        return OWN_LOT
    number = body.facts.get("lot", "")
    return int(number) if _is_number(number) else 0


def repeated(items: Iterable[SeizedItem], taken: Iterable[int]) -> list[int]:
    """Return the numbers of rows that are taken already, in their order."""
    return sorted({item.number for item in items} & set(taken))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6
