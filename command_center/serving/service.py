"""Verbs of service: begin, know an address, attempt, write the outcome with its proof.

A service takes effect by the earliest effect of its attempts (在线诉讼规则 31); with the first,
the certificate is made as a paper in the same transaction. Papers that were served together have
one receipt, made when each of its lines has ended (`delivery`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.cases.log import LogLine, append_log
from command_center.cases.service import case_view
from command_center.deadlines.clock import day_text
from command_center.deadlines.reckoning import today
from command_center.papers.kinds import PaperKind, PaperState
from command_center.papers.models import PaperRow
from command_center.papers.parties import addressee
from command_center.papers.service import issued_on, paper_row
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.certificate import close_receipt, make_certificate
from command_center.serving.effect import Effect, effect_of
from command_center.serving.models import AddressRow, AttemptRow, ServiceRow
from command_center.serving.words import METHOD_WORDS, OUTCOMES, Method, Outcome, Rung
from schemas.ids import id_bytes, new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

ADDRESS = "service.address"
_TRIED_IN_VAIN = (Outcome.RETURNED, Outcome.FAILED)


@dataclass(frozen=True)
class Line:
    """A line of a receipt: its place, from 1, and how many copies of the paper (件数)."""

    delivery: str
    line: int
    copies: int


def begin_service(uow: UnitOfWork, principal: Principal, paper: str, party: str) -> str:
    """Begin to serve an issued paper on a party; return the service, the same one again.

    Errors: `paper.unknown`, `service.paper_not_issued`, `party.unknown`.
    """
    principal.require("paper:serve")
    row = paper_row(uow, paper)
    if row.state != PaperState.ISSUED:
        raise MzError("service.paper_not_issued", Kind.REFUSED, row.number)
    addressee(case_view(uow, row.case), party)
    return new_service(uow, principal, row, party)


def new_service(uow: UnitOfWork, principal: Principal, row: PaperRow, party: str) -> str:
    """Return the service of an issued paper on a party for this room, begun on first use."""
    known = uow.session.scalar(
        select(ServiceRow.service).where(ServiceRow.paper == row.paper, ServiceRow.party == party)
    )
    if known is not None:
        return known
    made = new_id()
    uow.session.add(
        ServiceRow(
            service=made, paper=row.paper, case=row.case, party=party, begun_by=principal.id,
            begun_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    _ledger(uow, principal, "begun", made, row.case, row.paper)
    return made


def add_address(
    uow: UnitOfWork, principal: Principal, party: str, rung: str, value: str, source: str
) -> str:
    """Keep an address for service with what it is known from; an empty one says that there is
    none on this rung.

    Errors: `service.unknown_rung`, `service.no_source`.
    """
    principal.require("paper:serve")
    if rung not in Rung.__members__:
        raise MzError("service.unknown_rung", Kind.INVALID, rung[:40])
    known_from, text = typed.line(source), typed.line(value)
    if not known_from:
        raise MzError("service.no_source", Kind.INVALID, rung)
    made = new_id()
    uow.session.add(
        AddressRow(
            address=made, party=party, rung=rung, source=known_from, added_by=principal.id,
            value=uow.keys.cipher.encrypt(text, ADDRESS) if text else None, added_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    uow.ledger("party:address:added", principal.id, made, sha256_hex(known_from.encode()),
               {"party": party})  # fmt: skip
    return made


def add_address_for(
    uow: UnitOfWork, principal: Principal, service: str, rung: str, value: str, source: str
) -> str:
    """Keep an address of the party of a service; errors as `add_address`, `service.unknown`."""
    return add_address(uow, principal, service_row(uow, service).party, rung, value, source)


def attempt(
    uow: UnitOfWork, principal: Principal, attempt_: str, service: str, method: str,
    address: str, reason: str,
) -> None:  # fmt: skip
    """Attempt a service by a method; again changes nothing.

    Errors: `id.malformed`, `service.unknown`, `service.sms_alone`, `service.unknown_method`,
    `service.no_address`, `service.no_reason` and `service.ladder_open` (publication).
    """
    principal.require("paper:serve")
    id_bytes(attempt_)
    if uow.session.get(AttemptRow, attempt_) is not None:
        return
    row = service_row(uow, service, lock=True)
    if method == "SMS":
        raise MzError("service.sms_alone", Kind.REFUSED, service)
    if method not in Method.__members__:
        raise MzError("service.unknown_method", Kind.INVALID, method[:40])
    why = typed.line(reason)
    if method == Method.PUBLIC:
        _check_exhausted(uow, row, why)
    elif _address(uow, row.party, address) is None:
        raise MzError("service.no_address", Kind.INVALID, address[:40])
    to = None if method == Method.PUBLIC else address
    new_attempt(uow, principal, attempt_, row, Method(method), to, why)


def new_attempt(
    uow: UnitOfWork, principal: Principal, attempt_: str, row: ServiceRow, method: Method,
    address: str | None, reason: str, on: Line | None = None,
) -> AttemptRow:  # fmt: skip
    """Write down an attempt for this room; `on`: the line of a receipt that it is."""
    last = select(func.max(AttemptRow.number)).where(AttemptRow.service == row.service)
    made = AttemptRow(
        attempt=attempt_, service=row.service, number=1 + int(uow.session.scalar(last) or 0),
        method=method, address=address, made_by=principal.id, made_ms=uow.now_ms, reason=reason,
        outcome=Outcome.PENDING,
    )  # fmt: skip
    if on is not None:
        made.delivery, made.line, made.copies = on.delivery, on.line, on.copies
    uow.session.add(made)
    uow.session.flush()
    _ledger(uow, principal, "attempted", attempt_, row.case, method)
    return made


def _check_exhausted(uow: UnitOfWork, row: ServiceRow, why: str) -> None:
    """Publication is the last resort (民诉法 95): every rung tried in vain, or known to be empty,
    and the reason stands in the file."""
    if not why:
        raise MzError("service.no_reason", Kind.INVALID, row.service)
    still_open = open_rungs(uow, row)
    if still_open:
        raise MzError("service.ladder_open", Kind.REFUSED, " ".join(still_open))


def open_rungs(uow: UnitOfWork, row: ServiceRow) -> list[Rung]:
    """Return the rungs that were neither tried in vain nor found empty."""
    in_vain = select(AttemptRow.address).where(
        AttemptRow.service == row.service, AttemptRow.outcome.in_(_TRIED_IN_VAIN)
    )
    tried = set(uow.session.scalars(in_vain))
    known: dict[Rung, list[bool]] = {rung: [] for rung in Rung}
    for one in addresses_of(uow, row.party):
        known[Rung(one.rung)].append(one.value is None or one.address in tried)
    return [rung for rung, done in known.items() if not done or not all(done)]


def write_outcome(
    uow: UnitOfWork, principal: Principal, attempt_: str, outcome: str, day: str, proof: str
) -> None:
    """Write how an attempt ended, on which day, and what proves it.

    Errors: `service.unknown_attempt`, `service.outcome_written`, `service.wrong_outcome`,
    `service.no_proof`, `form.day_malformed`, `service.day_ahead`, `service.day_before` (before the
    paper was out, or he read what had not arrived).
    """
    principal.require("paper:serve")
    row = uow.session.get(AttemptRow, attempt_, with_for_update=True)
    if row is None:
        raise MzError("service.unknown_attempt", Kind.NOT_FOUND, attempt_[:40])
    method, proven, ended = Method(row.method), typed.line(proof), typed.day(day)
    if outcome not in OUTCOMES[method]:
        raise MzError("service.wrong_outcome", Kind.INVALID, f"{method} {outcome[:40]}")
    if row.outcome != Outcome.PENDING and not (
        method is Method.ELECTRONIC and row.outcome == Outcome.ARRIVED
    ):
        raise MzError("service.outcome_written", Kind.CONFLICT, row.outcome)
    if not proven:
        raise MzError("service.no_proof", Kind.INVALID, row.attempt)
    if ended > today(uow):
        raise MzError("service.day_ahead", Kind.INVALID, day[:20])
    earliest = row.outcome_day or earliest_day(uow, service_row(uow, row.service)).isoformat()
    if ended.isoformat() < earliest:
        raise MzError("service.day_before", Kind.INVALID, f"{ended} {earliest}")
    end_attempt(uow, principal, row, Outcome(outcome), ended, proven)


def earliest_day(uow: UnitOfWork, service: ServiceRow) -> dt.date:
    """Return the day before which nobody can have been served, for this room: that on which the
    paper was issued; of one that was made elsewhere the day that it bears."""
    return issued_on(uow, paper_row(uow, service.paper))


def end_attempt(
    uow: UnitOfWork, principal: Principal, row: AttemptRow, outcome: Outcome, ended: dt.date,
    proven: str,
) -> None:  # fmt: skip
    """Write how an attempt ended and what follows, for this room."""
    row.outcome, row.outcome_day = outcome, ended.isoformat()
    row.proof = "；".join(filter(None, (row.proof, proven)))
    service = service_row(uow, row.service, lock=True)
    told = f"{outcome} {ended.isoformat()} {proven}"
    _ledger(uow, principal, "outcome", row.attempt, service.case, told)
    address = uow.session.get(AddressRow, row.address) if row.address else None
    method = Method(row.method)
    found = effect_of(method, Rung(address.rung) if address else None, outcome, ended)
    if found is not None:
        how = Method.LEFT if outcome is Outcome.LEFT else method
        _take_effect(uow, principal, service, how, found, together=row.delivery is not None)
    if row.delivery is not None:
        close_receipt(uow, principal, row.delivery)


def _take_effect(
    uow: UnitOfWork, principal: Principal, row: ServiceRow, method: Method, found: Effect, *,
    together: bool,
) -> None:  # fmt: skip
    """The earliest effect counts; the first one of all makes the certificate of its own."""
    first = row.effective_day is None
    if not first and found.day >= dt.date.fromisoformat(row.effective_day or ""):
        return
    row.effective_day, row.law = found.day.isoformat(), found.law
    uow.session.flush()
    paper = paper_row(uow, row.paper)
    name = addressee(case_view(uow, row.case), row.party)
    zh = (f"《{paper.title}》（{paper.number}）{METHOD_WORDS[method][0]}{name}，"
          f"{day_text(found.day)}生效")  # fmt: skip
    append_log(
        uow, LogLine(row.case, uow.now_ms, "SERVICE", zh, principal.name, subject=row.service)
    )
    uow.emit("PaperServed", zh, f"Served: {paper.number}, effective {found.day}", case=row.case,
             subject=row.service)  # fmt: skip
    _ledger(uow, principal, "effective", row.service, row.case, zh)
    if first and method is not Method.PUBLIC and not together:
        electronic = method is Method.ELECTRONIC
        kind = PaperKind.E_SERVICE_CERT if electronic else PaperKind.SERVICE_RECEIPT
        make_certificate(uow, principal, row, kind)


def addresses_of(uow: UnitOfWork, party: str) -> list[AddressRow]:
    """Return a party's addresses in the order of the ladder, for this room."""
    order = list(Rung)
    query = select(AddressRow).where(AddressRow.party == party).order_by(AddressRow.added_ms)
    return sorted(uow.session.scalars(query), key=lambda one: order.index(Rung(one.rung)))


def service_row(uow: UnitOfWork, service: str, *, lock: bool = False) -> ServiceRow:
    """Return a service's row for this room; `service.unknown`."""
    row = uow.session.get(ServiceRow, service, with_for_update=lock or None)
    if row is None:
        raise MzError("service.unknown", Kind.NOT_FOUND, service[:40])
    return row


def _address(uow: UnitOfWork, party: str, address: str) -> AddressRow | None:
    row = uow.session.get(AddressRow, address)
    return row if row is not None and row.party == party and row.value is not None else None


def _ledger(
    uow: UnitOfWork, principal: Principal, act: str, subject: str, case: str, fact: str
) -> None:
    uow.ledger(f"paper:service:{act}", principal.id, subject, sha256_hex(fact.encode()),
               {"case": case})  # fmt: skip
