"""Service at the scene: an officer's signed record begins the service and ends its attempt.

Served in person with the addressee's signature, or left with photo and footage, it takes effect;
with either lacking the attempt stands open and a person decides (民诉法(2023) 88, 89).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.service import case_view
from command_center.papers.kinds import PaperState
from command_center.papers.models import PaperRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.models import AddressRow, AttemptRow
from command_center.serving.service import (
    ADDRESS,
    end_attempt,
    new_attempt,
    new_service,
    service_row,
)
from command_center.serving.words import Method, Outcome, Rung
from schemas.ids import new_id
from schemas.time import court_time


@dataclass(frozen=True)
class Handed:
    """What a record says: the paper by its number, to whom, where, how; proven: signed for in
    person, or left with photo and footage. `record` is the attempt's id: again changes nothing."""

    record: str
    case: str
    number: str
    receiver: str
    place: str
    method: Method
    at_ms: int
    proof: str
    proven: bool


def find(uow: UnitOfWork, handed: Handed) -> tuple[PaperRow, str] | None:
    """Return the issued paper of a number and the party that it is served on: the one whom the
    paper is for, else the one who is called as the receiver; None: neither is told."""
    query = select(PaperRow).where(
        PaperRow.case == handed.case,
        PaperRow.state == PaperState.ISSUED,
        PaperRow.number == handed.number.strip(),
    )
    papers = list(uow.session.scalars(query))
    if len(papers) != 1:
        return None
    if papers[0].party is not None:
        return papers[0], papers[0].party
    parties = case_view(uow, handed.case).parties
    named = [one.id for one in parties if one.name == handed.receiver.strip()]
    return (papers[0], named[0]) if len(named) == 1 else None


def take(uow: UnitOfWork, officer: Principal, handed: Handed) -> str | None:
    """Write a service from the scene; return it, None where paper or party are not told."""
    found = find(uow, handed)
    if found is None or uow.session.get(AttemptRow, handed.record) is not None:
        return None
    service = new_service(uow, officer, *found)
    row = service_row(uow, service, lock=True)
    address = new_id()
    uow.session.add(
        AddressRow(
            address=address, party=row.party, rung=Rung.USED, source="现场送达",
            value=uow.keys.cipher.encrypt(handed.place or "现场", ADDRESS),
            added_by=officer.id, added_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    made = new_attempt(uow, officer, handed.record, row, handed.method, address, "")
    if handed.proven:
        left = handed.method is Method.LEFT
        day = court_time(handed.at_ms).date()
        end_attempt(uow, officer, made, Outcome.LEFT if left else Outcome.SIGNED, day, handed.proof)
    return service
