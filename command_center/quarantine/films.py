"""Footage in the quarantine, for the persons who decide: what came of a recording, and a ticket
that shows it to them alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.access.views import note_view
from command_center.cases.models import Case
from command_center.devices.tickets import EXPORT_MS, sign_ticket
from command_center.footage.models import StoredExhibit
from command_center.footage.views import RelayPass
from command_center.measures import columns
from command_center.operations.models import Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.quarantine import packed
from command_center.quarantine.intake import FOOTAGE
from command_center.quarantine.models import QuarantineDecision, QuarantinedRecord
from schemas.problems import Kind, MzError
from schemas.ticket import Act


@dataclass(frozen=True)
class QuarantinedFilm:
    """Footage of one recording that waits, in one decision or in none: the rows that stand for its
    `parts`, of which `stored` reached a relay; clocks are the device's. `late`: all of it was made
    after the revocation. `films` are the digests to play one after the other, none where the reader
    may not; `plays` are the rows that stand for them. `failed`: the code why a relay could not take
    them in last time, or nothing."""

    recording: str
    parts: list[str]
    stored: int
    officer: str
    case_number: str
    first_ms: int
    last_ms: int
    received_ms: int
    size: int
    late: bool
    decision: str | None
    films: list[str]
    plays: list[str]
    failed: str


def quarantined_films(
    uow: UnitOfWork, principal: Principal, device: str, revoked_ms: int
) -> list[QuarantinedFilm]:
    """Return the footage of a device that waits, the oldest first. The caller checked the
    permission to read."""
    query = (
        select(QuarantinedRecord)
        .where(QuarantinedRecord.device == device, QuarantinedRecord.settled_ms.is_(None),
               QuarantinedRecord.kind == FOOTAGE)
        .order_by(QuarantinedRecord.recorded_ms, QuarantinedRecord.record)
    )  # fmt: skip
    groups: dict[tuple[str | None, str | None, bool, str], list[QuarantinedRecord]] = {}
    for row in uow.session.scalars(query):
        key = row.recording, row.decision, row.recorded_ms >= revoked_ms, row.outcome
        groups.setdefault(key, []).append(row)
    return [_film(uow, principal, rows, late=key[2]) for key, rows in groups.items()]


def examine_ticket(uow: UnitOfWork, principal: Principal, part: str) -> RelayPass:
    """Return a ticket to look at a part; the look is written down. A write verb.

    Errors: `quarantine.unknown`, `quarantine.not_yours`.
    """
    principal.require("quarantine:ask")
    row = uow.session.get(QuarantinedRecord, columns.ident(part))
    if row is None or row.kind != FOOTAGE:
        raise MzError("quarantine.unknown", Kind.NOT_FOUND, part[:40])
    if not _may_look(uow, principal, row):
        raise MzError("quarantine.not_yours", Kind.REFUSED, row.device)
    note_view(uow, principal, "quarantined_footage", row.recording or "", None)
    named = [packed.said(row).sha256]
    ticket, until_ms = sign_ticket(uow, Act.EXAMINE, principal.id, EXPORT_MS, exhibits=named)
    relay = uow.settings.relay
    return RelayPass(ticket, until_ms, relay.stream_url, relay.http_url)


def _may_look(uow: UnitOfWork, principal: Principal, row: QuarantinedRecord) -> bool:
    """Whoever may ask, while nobody did; then he who asked and those who may agree; once it was
    answered, the two who decided."""
    decision = uow.session.get(QuarantineDecision, row.decision) if row.decision else None
    if decision is None:
        return principal.may("quarantine:ask")
    if decision.answered_ms is None:
        return principal.id == decision.asked_by or principal.may("quarantine:agree")
    return principal.id in (decision.asked_by, decision.answered_by)


def _film(
    uow: UnitOfWork, principal: Principal, rows: list[QuarantinedRecord], *, late: bool
) -> QuarantinedFilm:
    said = [packed.said(row) for row in rows]
    opening = packed.opening(rows[0])
    staff = uow.session.get(Staff, columns.ident(opening.officer))
    operation = uow.session.get(Operation, columns.ident(opening.operation or ""))
    case = uow.session.get(Case, operation.case) if operation is not None else None
    digests = {one.sha256 for one in said}
    stored = set(uow.session.scalars(
        select(StoredExhibit.sha256).where(StoredExhibit.sha256.in_(digests))
    ))  # fmt: skip
    best = min(one.rendition for one in said)
    sees = principal.may("quarantine:ask") and _may_look(uow, principal, rows[0])
    plays = [
        (row.record, one.sha256) for row, one in zip(rows, said, strict=True)
        if sees and one.rendition == best and one.sha256 in stored
    ]  # fmt: skip
    return QuarantinedFilm(
        rows[0].recording or "", [row.record for row in rows], len(stored),
        staff.name if staff else "", case.number if case else "",
        min(one.first_wall_ms for one in said), max(one.last_wall_ms for one in said),
        max(row.received_ms for row in rows), sum(row.size for row in rows), late,
        rows[0].decision,
        [sha256 for _, sha256 in plays], [part for part, _ in plays], rows[0].outcome,
    )  # fmt: skip
