"""Papers served at the scene, line by line (送达回证), as the fact `served` of a record keeps them.

A line of text for each paper, its columns apart by tabs: what is signed for is served, what is
refused stands open or is left there (民诉法(2023) 87-89).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.measures.people import MAY_RECEIVE, OUTSIDE_WITNESSES, attendee_code
from schemas.records import SIGNED_SOMEHOW, Attendee, FieldAct

SERVE = "serve"
MOST_LINES, MOST_COPIES = 40, 99
_COLUMNS, _LONGEST = 7, 200


class ServedEnd(StrEnum):
    """How a line ended: signed for, refused and left there, refused and taken back, not served."""

    SIGNED = "SIGNED"
    LEFT = "LEFT"
    REFUSED = "REFUSED"
    FAILED = "FAILED"


END_WORDS: dict[ServedEnd, tuple[str, str]] = {
    ServedEnd.SIGNED: ("签收", "signed for"),
    ServedEnd.LEFT: ("拒收留置", "refused, left there"),
    ServedEnd.REFUSED: ("拒收带回", "refused, taken back"),
    ServedEnd.FAILED: ("未能送达", "not served"),
}
EXPLAINED = (ServedEnd.REFUSED, ServedEnd.FAILED)
"""Ends that say why."""


@dataclass(frozen=True)
class ServedLine:
    """A paper and how it was served.

    paper: its id where the centre told it, empty where its number was typed; copies: 件数;
    receiver: the number, from 1, of the person among those of the record who took or refused it,
    0: nobody; note: why it was refused or not served.
    """

    end: ServedEnd
    receiver: int
    copies: int
    paper: str
    number: str
    title: str
    note: str = ""

    def text(self) -> str:
        """Return it as the record keeps it."""
        parts = (self.end, self.receiver, self.copies, self.paper, self.number, self.title,
                 self.note)  # fmt: skip
        return "\t".join(" ".join(str(part).split())[:_LONGEST] for part in parts)

    @property
    def named(self) -> str:
        """How it is told: its title, or else its number."""
        return self.title or self.number


def written(lines: Iterable[ServedLine]) -> str:
    """Return lines as the record keeps them."""
    return "\n".join(line.text() for line in lines)


def read(text: str) -> list[ServedLine] | None:
    """Return the lines of a text, None where it is anything else or they are too many."""
    found = [_line(one) for one in text.splitlines() if one.strip()]
    lines = [one for one in found if one is not None]
    return lines if len(lines) == len(found) <= MOST_LINES else None


def served_of(body: FieldAct) -> list[ServedLine]:
    """Return the lines of an act; none where there are none that can be read."""
    return read(body.facts.get("served", "")) or []


def receiver_of(line: ServedLine, people: list[Attendee]) -> Attendee | None:
    """Return who took or refused a paper, None: nobody of those who are there."""
    if not 1 <= line.receiver <= len(people):
        return None
    person = people[line.receiver - 1]
    return person if person.attended else None


def without_person(lines: Iterable[ServedLine], number: int) -> list[ServedLine]:
    """Return lines after the person of this number was taken off: his lines name nobody."""
    return [
        replace(line, receiver=line.receiver - (line.receiver > number))
        if line.receiver != number else replace(line, receiver=0)
        for line in lines
    ]  # fmt: skip


def is_signed(line: ServedLine, people: list[Attendee]) -> bool:
    """Return whether somebody who may receive papers signed for it (民诉法(2023) 88)."""
    person = receiver_of(line, people)
    return (
        person is not None
        and person.signed in SIGNED_SOMEHOW
        and attendee_code(person.kind) in MAY_RECEIVE
    )


def is_witnessed(people: Iterable[Attendee]) -> bool:
    """Return whether a representative of the neighbourhood or employer signed as a witness."""
    return any(
        one.attended and one.signed in SIGNED_SOMEHOW
        and attendee_code(one.kind) in OUTSIDE_WITNESSES
        for one in people
    )  # fmt: skip


def normal(text: str) -> str | None:
    """Return lines as the record keeps them, None where the text cannot be read."""
    lines = read(text)
    return None if lines is None else written(lines)


def lacking(body: FieldAct) -> list[str]:
    """Return what lines lack, as codes with the lines' numbers: `served_unsigned:1、3` (nobody who
    may receive signed), `served_reason:2` (no reason), `served_twice:4` (named above already), and
    `left_shown` (left without a photo or a witness)."""
    lines, known = served_of(body), set[str]()
    unsigned, unexplained, twice = [], [], []
    for at, line in enumerate(lines, 1):
        name = line.paper or line.number
        if line.end is ServedEnd.SIGNED and not is_signed(line, body.attendees):
            unsigned.append(at)
        if line.end in EXPLAINED and not line.note:
            unexplained.append(at)
        if name in known:
            twice.append(at)
        known.add(name)
    named = {"served_unsigned": unsigned, "served_reason": unexplained, "served_twice": twice}
    found = [f"{code}:{numbers_text(those)}" for code, those in named.items() if those]
    left = any(line.end is ServedEnd.LEFT for line in lines)
    if (left or body.facts.get("serve_method") == "LEFT") and not (
        body.photos or is_witnessed(body.attendees)
    ):
        found.append("left_shown")
    return found


def numbers_text(numbers: Iterable[int]) -> str:
    """Return numbers of lines as they are told: `1、3`."""
    return "、".join(map(str, numbers))


def _line(text: str) -> ServedLine | None:
    parts = [part.strip() for part in text.split("\t")]
    parts += [""] * (_COLUMNS - len(parts))
    if len(parts) != _COLUMNS or max(map(len, parts)) > _LONGEST:
        return None
    end, receiver, copies, paper, number, title, note = parts
    if end not in ServedEnd.__members__ or not (paper or number):
        return None
    if not (_is_count(receiver) and _is_count(copies) and 1 <= int(copies) <= MOST_COPIES):
        return None
    return ServedLine(ServedEnd(end), int(receiver), int(copies), paper, number, title, note)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4
