"""What faces see of services: of a paper, of a case, and one with its ladder and attempts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.access.views import note_view
from command_center.cases.models import Party
from command_center.deadlines.reckoning import today
from command_center.papers.models import PaperRow
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.models import AttemptRow, ServiceRow
from command_center.serving.service import ADDRESS, addresses_of, open_rungs, service_row
from command_center.serving.words import Method, Outcome, Rung


@dataclass(frozen=True)
class ServiceView:
    """A service; `effective` is its day, `served` whether that day has come."""

    service: str
    paper: str
    paper_title: str
    paper_number: str
    case: str
    party: str
    party_name: str
    effective: dt.date | None
    served: bool
    law: str


@dataclass(frozen=True)
class AddressView:
    """An address of the ladder; empty where it is known that there is none."""

    address: str
    rung: Rung
    value: str
    source: str


@dataclass(frozen=True)
class AttemptView:
    """An attempt in its order."""

    attempt: str
    number: int
    method: Method
    address: str
    made_ms: int
    reason: str
    outcome: Outcome
    outcome_day: str
    proof: str
    delivery: str | None


@dataclass(frozen=True)
class ServiceDetail:
    """A service to the end; `open_rungs`: what still stands before a publication."""

    service: ServiceView
    addresses: tuple[AddressView, ...]
    attempts: tuple[AttemptView, ...]
    open_rungs: tuple[Rung, ...]


@dataclass(frozen=True)
class ServicePage:
    """A page of services and how many there are."""

    rows: list[ServiceView]
    total: int


def services_of_paper(
    uow: UnitOfWork, principal: Principal, paper: str, page: int = 0
) -> ServicePage:
    """Return a page of those on whom a paper is being served or was (S-19), what has no effect yet
    before the rest."""
    principal.require("paper:read")
    query = select(ServiceRow).where(ServiceRow.paper == paper)
    of_page = query.order_by(
        ServiceRow.effective_day.is_not(None), ServiceRow.begun_ms, ServiceRow.service
    )
    rows = uow.session.scalars(of_page.offset(page * PAGE).limit(PAGE))
    total = uow.session.scalar(select(func.count()).select_from(query.subquery()))
    return ServicePage(_views(uow, rows), int(total or 0))


def service_views(uow: UnitOfWork, *, party: str = "", delivery: str = "") -> list[ServiceView]:
    """Return the services on a party, or those of a receipt's lines, for this room."""
    query = select(ServiceRow)
    if party:
        query = query.where(ServiceRow.party == party)
    if delivery:
        of_lines = select(AttemptRow.service).where(AttemptRow.delivery == delivery)
        query = query.where(ServiceRow.service.in_(of_lines))
    return _views(uow, uow.session.scalars(query))


def papers_served_on(uow: UnitOfWork, party: str) -> list[str]:
    """Return the papers whose service on a party has taken effect, for other rooms."""
    query = select(ServiceRow.paper).where(
        ServiceRow.party == party, ServiceRow.effective_day <= today(uow).isoformat()
    )
    return list(uow.session.scalars(query))


def read_service(uow: UnitOfWork, principal: Principal, service: str) -> ServiceDetail:
    """Return one service and write who looked. A write verb. Errors: `service.unknown`."""
    principal.require("paper:read")
    row = service_row(uow, service)
    note_view(uow, principal, "service", service, row.case)
    values = {
        one.address: uow.keys.cipher.decrypt(one.value, ADDRESS) if one.value else ""
        for one in addresses_of(uow, row.party)
    }
    query = select(AttemptRow).where(AttemptRow.service == service).order_by(AttemptRow.number)
    return ServiceDetail(
        _views(uow, [row])[0],
        tuple(
            AddressView(one.address, Rung(one.rung), values[one.address], one.source)
            for one in addresses_of(uow, row.party)
        ),
        tuple(
            AttemptView(
                one.attempt, one.number, Method(one.method), values.get(one.address or "", ""),
                one.made_ms, one.reason, Outcome(one.outcome), one.outcome_day or "", one.proof,
                one.delivery,
            )
            for one in uow.session.scalars(query)
        ),
        tuple(open_rungs(uow, row)),
    )  # fmt: skip


def _views(uow: UnitOfWork, found_rows: Iterable[ServiceRow]) -> list[ServiceView]:
    now, found, rows = today(uow), [], list(found_rows)
    of_papers = select(PaperRow).where(PaperRow.paper.in_({row.paper for row in rows}))
    papers = {paper.paper: paper for paper in uow.session.scalars(of_papers)}
    of_parties = select(Party).where(Party.id.in_({row.party for row in rows}))
    parties = {party.id: party for party in uow.session.scalars(of_parties)}
    for row in rows:
        paper, party = papers[row.paper], parties[row.party]
        day = dt.date.fromisoformat(row.effective_day) if row.effective_day else None
        found.append(
            ServiceView(
                row.service, row.paper, paper.title, paper.number, row.case, row.party, party.name,
                day, day is not None and day <= now, row.law,
            )
        )  # fmt: skip
    return found
