"""What faces see of papers served together: what can be, a receipt by lines, a party's receipts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from command_center.access.views import note_view
from command_center.cases.service import case_view
from command_center.papers.kinds import RECEIPTS, PaperState
from command_center.papers.models import PaperRow
from command_center.papers.parties import addressee
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.certificate import delivery_row, lines_of
from command_center.serving.models import AttemptRow, DeliveryRow
from command_center.serving.service import ADDRESS, addresses_of
from command_center.serving.views import AddressView, ServiceView, service_views
from command_center.serving.words import Method, Outcome, Rung

_MOST = 60
"""So many papers of a case are offered, and receipts shown, the newest."""


@dataclass(frozen=True)
class LineView:
    """A line of a receipt: its attempt, and the service that it is of with its effect."""

    attempt: str
    line: int
    copies: int
    outcome: Outcome
    outcome_day: str
    proof: str
    service: ServiceView


@dataclass(frozen=True)
class DeliveryView:
    """A receipt in a list: how many of its lines wait yet."""

    delivery: str
    method: Method
    made_ms: int
    lines: int
    waiting: int


@dataclass(frozen=True)
class DeliveryDetail:
    """A receipt whole."""

    delivery: str
    case: str
    case_number: str
    party: str
    party_name: str
    method: Method
    address: str
    made_ms: int
    lines: tuple[LineView, ...]


@dataclass(frozen=True)
class PaperToServe:
    """An issued paper that may be served on a party; served: it was already."""

    paper: str
    title: str
    number: str
    served: bool


@dataclass(frozen=True)
class ToServe:
    """What may be served together on a party of a case, where, and what was."""

    case: str
    case_number: str
    party: str
    party_name: str
    papers: tuple[PaperToServe, ...]
    addresses: tuple[AddressView, ...]
    before: tuple[DeliveryView, ...]


def to_serve(uow: UnitOfWork, principal: Principal, case: str, party: str) -> ToServe:
    """Return what may be served together; who looked is written. A write verb.

    Errors: `case.unknown`, `party.unknown`.
    """
    principal.require("paper:serve")
    seen = case_view(uow, case)
    name = addressee(seen, party)
    note_view(uow, principal, "party.addresses", party, case)
    rows = uow.session.scalars(
        select(PaperRow)
        .where(PaperRow.case == case, PaperRow.state == PaperState.ISSUED,
               PaperRow.kind.not_in(RECEIPTS),
               or_(PaperRow.party.is_(None), PaperRow.party == party))
        .order_by(PaperRow.made_ms.desc(), PaperRow.paper)
        .limit(_MOST)
    ).all()  # fmt: skip
    done = {one.paper for one in service_views(uow, party=party) if one.effective}
    return ToServe(
        case, seen.number, party, name,
        tuple(PaperToServe(one.paper, one.title, one.number, one.paper in done) for one in rows),
        tuple(
            AddressView(one.address, Rung(one.rung), uow.keys.cipher.decrypt(one.value, ADDRESS),
                        one.source)
            for one in addresses_of(uow, party) if one.value is not None
        ),
        _of_party(uow, party),
    )  # fmt: skip


def _of_party(uow: UnitOfWork, party: str) -> tuple[DeliveryView, ...]:
    waits = func.count().filter(AttemptRow.outcome == Outcome.PENDING)
    rows = uow.session.execute(
        select(DeliveryRow, func.count(), waits)
        .join(AttemptRow, AttemptRow.delivery == DeliveryRow.delivery)
        .where(DeliveryRow.party == party)
        .group_by(DeliveryRow.delivery)
        .order_by(DeliveryRow.made_ms.desc())
        .limit(_MOST)
    )
    return tuple(
        DeliveryView(row.delivery, Method(row.method), row.made_ms, lines, waiting)
        for row, lines, waiting in rows
    )


def read_delivery(uow: UnitOfWork, principal: Principal, delivery: str) -> DeliveryDetail:
    """Return one receipt and write who looked. A write verb. Errors: `delivery.unknown`."""
    principal.require("paper:read")
    row = delivery_row(uow, delivery)
    note_view(uow, principal, "delivery", delivery, row.case)
    case, found = case_view(uow, row.case), lines_of(uow, delivery)
    services = {one.service: one for one in service_views(uow, delivery=delivery)}
    known = {one.address: one.value for one in addresses_of(uow, row.party)}
    value = known.get(row.address)
    return DeliveryDetail(
        delivery, row.case, case.number, row.party, addressee(case, row.party), Method(row.method),
        uow.keys.cipher.decrypt(value, ADDRESS) if value else "", row.made_ms,
        tuple(
            LineView(one.attempt, one.line, one.copies, Outcome(one.outcome),
                     one.outcome_day or "", one.proof, services[service.service])
            for one, service in found
        ),
    )  # fmt: skip
