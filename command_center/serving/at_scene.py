"""Service at the scene: a signed record begins the service of papers and ends its lines.

Signed for by whoever may receive it, or left with photo and footage or a witness, a paper is
served; with these lacking its line stands open and a person decides (民诉法(2023) 87-89). The
lines are those of a receipt (送达回证), as at the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from command_center.cases.models import Party
from command_center.papers.kinds import PaperState
from command_center.papers.models import PaperRow
from command_center.papers.service import issued_on
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.delivery import Copies, NewDelivery, new_delivery
from command_center.serving.models import AddressRow, AttemptRow, DeliveryRow
from command_center.serving.service import ADDRESS, addresses_of, end_attempt
from command_center.serving.words import Method, Outcome, Rung
from schemas.ids import new_id
from schemas.time import court_time


@dataclass(frozen=True)
class SceneLine:
    """A line of a record: the paper by id or else by number, how it ended and what proves it;
    `ended` False: nothing proves it yet."""

    paper: str
    number: str
    copies: int
    outcome: Outcome
    proof: str
    ended: bool


@dataclass(frozen=True)
class Handed:
    """What a record says: on whom papers were served, where, how, when. `record` is the receipt's
    id: again changes nothing. by_paper: the record names who took the paper, which says itself
    whom it is for."""

    record: str
    case: str
    addressee: str
    place: str
    method: Method
    at_ms: int
    lines: tuple[SceneLine, ...]
    by_paper: bool = False


@dataclass(frozen=True)
class Found:
    """The party, and the lines that an issued paper for him is known for; each paper once."""

    party: str
    lines: tuple[tuple[SceneLine, PaperRow], ...]


def find(uow: UnitOfWork, handed: Handed) -> Found | None:
    """Return what of a record can be tied to the case's issued papers and party; None: nothing."""
    papers = _papers(uow, handed)
    party = _party(uow, handed, papers)
    if party is None:
        return None
    found: dict[str, tuple[SceneLine, PaperRow]] = {}
    for line, row in papers:
        if row.party in (None, party):
            found.setdefault(row.paper, (line, row))
    return Found(party, tuple(found.values())) if found else None


def take(uow: UnitOfWork, officer: Principal, handed: Handed) -> None:
    """Write a service from the scene as a receipt; what is not known is left out, and a line stays
    open whose paper was not out on that day."""
    found = find(uow, handed)
    if found is None or _is_taken(uow, handed.record):
        return
    address = _address(uow, officer, found.party, handed.place)
    papers = [Copies(row.paper, line.copies) for line, row in found.lines]
    message = NewDelivery(handed.record, handed.case, found.party, handed.method, address, papers)
    attempts, day = new_delivery(uow, officer, message), court_time(handed.at_ms).date()
    for attempt, (line, row) in zip(attempts, found.lines, strict=True):
        if line.ended and day >= issued_on(uow, row):
            end_attempt(uow, officer, attempt, line.outcome, day, line.proof)


def before_issue(uow: UnitOfWork, handed: Handed, found: Found) -> list[SceneLine]:
    """Return the lines whose paper was not issued yet on the day of the record."""
    day = court_time(handed.at_ms).date()
    return [line for line, row in found.lines if day < issued_on(uow, row)]


def parties_named(uow: UnitOfWork, case: str, name: str) -> Sequence[Party]:
    """Return a case's parties of a name, those who left it too."""
    query = select(Party).where(Party.case == case, Party.name == name)
    return uow.session.scalars(query).all()


def _is_taken(uow: UnitOfWork, record: str) -> bool:
    """Records of before papers were served together are attempts by their id."""
    return (
        uow.session.get(DeliveryRow, record) is not None
        or uow.session.get(AttemptRow, record) is not None
    )


def _papers(uow: UnitOfWork, handed: Handed) -> list[tuple[SceneLine, PaperRow]]:
    """Return the lines whose paper is known: by its id, or by a number that no other bears."""
    query = select(PaperRow).where(
        PaperRow.case == handed.case,
        PaperRow.state == PaperState.ISSUED,
        or_(
            PaperRow.paper.in_([one.paper for one in handed.lines if one.paper]),
            PaperRow.number.in_([one.number for one in handed.lines]),
        ),
    )
    by_id, by_number = dict[str, PaperRow](), dict[str, list[PaperRow]]()
    for row in uow.session.scalars(query):
        by_id[row.paper] = row
        by_number.setdefault(row.number, []).append(row)
    found = []
    for line in handed.lines:
        alike = by_number.get(line.number, [])
        if line.paper in by_id:
            found.append((line, by_id[line.paper]))
        elif len(alike) == 1:
            found.append((line, alike[0]))
    return found


def _party(uow: UnitOfWork, handed: Handed, papers: list[tuple[SceneLine, PaperRow]]) -> str | None:
    own = {row.party for _line, row in papers if row.party is not None}
    if handed.by_paper and len(own) == 1:
        return own.pop()
    named = parties_named(uow, handed.case, handed.addressee)
    return named[0].id if len(named) == 1 else None


def _address(uow: UnitOfWork, officer: Principal, party: str, place: str) -> str:
    """Return the party's address that is this place, kept on first use."""
    said = place or "现场"
    for row in addresses_of(uow, party):
        if row.value is not None and uow.keys.cipher.decrypt(row.value, ADDRESS) == said:
            return row.address
    address = new_id()
    uow.session.add(
        AddressRow(
            address=address, party=party, rung=Rung.USED, source="现场送达",
            value=uow.keys.cipher.encrypt(said, ADDRESS), added_by=officer.id,
            added_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    return address
