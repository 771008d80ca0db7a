"""Papers served together (一并送达): one receipt, of which each line is an attempt by itself.

What he signs for is served; what he refuses stands open, or is left there (民诉法(2023) 87-89).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from command_center.cases.service import case_view
from command_center.papers.kinds import PaperState
from command_center.papers.parties import addressee
from command_center.papers.service import paper_row
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.certificate import delivery_row, lines_of
from command_center.serving.models import AddressRow, AttemptRow, DeliveryRow
from command_center.serving.service import (
    Line,
    add_address,
    new_attempt,
    new_service,
    service_row,
    write_outcome,
)
from command_center.serving.words import BY_HAND, Method
from schemas.ids import id_bytes, new_id
from schemas.measures.served import MOST_COPIES, MOST_LINES
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


@dataclass(frozen=True)
class Copies:
    """A paper to be served, and how many copies of it."""

    paper: str
    copies: int = 1


@dataclass(frozen=True)
class NewDelivery:
    """Message: papers of a case that are served together; `delivery` is its maker's id."""

    delivery: str
    case: str
    party: str
    method: str
    address: str
    papers: Sequence[Copies]


@dataclass(frozen=True)
class LineEnd:
    """How a line ended: outcome, day, and what proves it; each as the form has it."""

    outcome: str
    day: str
    proof: str


def deliver(uow: UnitOfWork, principal: Principal, message: NewDelivery) -> str:
    """Begin to serve papers together; again changes nothing.

    Errors: `id.malformed`, `case.unknown`, `party.unknown`, `delivery.method`,
    `service.no_address`, `delivery.no_line`, `delivery.copies`, `delivery.twice`,
    `paper.unknown`, `delivery.not_his` (of another case or party), `service.paper_not_issued`.
    """
    principal.require("paper:serve")
    id_bytes(message.delivery)
    if uow.session.get(DeliveryRow, message.delivery) is not None:
        return message.delivery
    addressee(case_view(uow, message.case), message.party)
    if message.method not in BY_HAND:
        raise MzError("delivery.method", Kind.INVALID, message.method[:40])
    address = uow.session.get(AddressRow, message.address)
    if address is None or address.party != message.party or address.value is None:
        raise MzError("service.no_address", Kind.INVALID, message.address[:40])
    _check_lines(uow, message)
    new_delivery(uow, principal, message)
    return message.delivery


def _check_lines(uow: UnitOfWork, message: NewDelivery) -> None:
    if not 1 <= len(message.papers) <= MOST_LINES:
        raise MzError("delivery.no_line", Kind.INVALID, str(len(message.papers)))
    if len({one.paper for one in message.papers}) < len(message.papers):
        raise MzError("delivery.twice", Kind.INVALID, message.delivery)
    for one in message.papers:
        if not 1 <= one.copies <= MOST_COPIES:
            raise MzError("delivery.copies", Kind.INVALID, str(one.copies)[:20])
        row = paper_row(uow, one.paper)
        if row.case != message.case or row.party not in (None, message.party):
            raise MzError("delivery.not_his", Kind.REFUSED, row.number)
        if row.state != PaperState.ISSUED:
            raise MzError("service.paper_not_issued", Kind.REFUSED, row.number)


def new_delivery(uow: UnitOfWork, principal: Principal, message: NewDelivery) -> list[AttemptRow]:
    """Write down papers served together for this room; return the attempts in their order."""
    uow.session.add(
        DeliveryRow(
            delivery=message.delivery, case=message.case, party=message.party,
            method=message.method, address=message.address, made_by=principal.id,
            made_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    told = "\n".join(f"{one.paper} {one.copies}" for one in message.papers)
    uow.ledger("paper:service:together", principal.id, message.delivery,
               sha256_hex(told.encode()), {"case": message.case})  # fmt: skip
    return [
        _new_line(uow, principal, message, number, one)
        for number, one in enumerate(message.papers, 1)
    ]


def _new_line(
    uow: UnitOfWork, principal: Principal, message: NewDelivery, number: int, one: Copies
) -> AttemptRow:
    service = new_service(uow, principal, paper_row(uow, one.paper), message.party)
    return new_attempt(
        uow, principal, new_id(), service_row(uow, service, lock=True), Method(message.method),
        message.address, "", Line(message.delivery, number, one.copies),
    )  # fmt: skip


def end_lines(
    uow: UnitOfWork, principal: Principal, delivery: str, ends: Mapping[str, LineEnd]
) -> None:
    """Write how lines ended, by their attempts; the others wait on. All or none.

    Errors: `delivery.unknown`, `service.unknown_attempt` (not of this receipt), and of
    `write_outcome`.
    """
    principal.require("paper:serve")
    delivery_row(uow, delivery, lock=True)
    lines = [attempt.attempt for attempt, _service in lines_of(uow, delivery)]
    for other in ends.keys() - set(lines):
        raise MzError("service.unknown_attempt", Kind.NOT_FOUND, other[:40])
    for attempt in filter(ends.__contains__, lines):
        end = ends[attempt]
        write_outcome(uow, principal, attempt, end.outcome, end.day, end.proof)


def add_party_address(
    uow: UnitOfWork, principal: Principal, case: str, party: str, rung: str, value: str,
    source: str,
) -> None:  # fmt: skip
    """Keep an address of a party of a case; errors as `add_address`, `case.unknown`,
    `party.unknown`."""
    addressee(case_view(uow, case), party)
    add_address(uow, principal, party, rung, value, source)
