"""Exhibits of private intervals: photos that were taken, bursts of talk that were held meanwhile.

A photo's signed reference and the relay's word about a burst name the interval. Only a ticket
gives an exhibit's bytes, so what is not open to its holder is not named in it (ADR 0009).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select

from command_center.access.views import note_view
from command_center.devices.tickets import PLAY_MS, sign_ticket
from command_center.footage.models import OpeningRow, TalkRow
from command_center.footage.views import RelayPass
from command_center.measures.models import ExhibitRow, MeasureRow, RecordRow
from command_center.measures.service import exhibits_of
from command_center.operations.models import Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.serving.models import DeliveryRow
from schemas.feed import TALK_BURST, TalkBurst
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, FieldRecord
from schemas.sign import Envelope, decode, decode_payload
from schemas.ticket import Act

Taken = Mapping[str, frozenset[str]]
"""By digest: the private intervals in which an exhibit was taken."""


def private_exhibits(uow: UnitOfWork, operation: str) -> dict[str, frozenset[str]]:
    """Return an operation's private exhibits, whatever record names them."""
    found: dict[str, frozenset[str]] = {}
    records = select(RecordRow.envelope).where(RecordRow.operation == operation)
    for envelope in uow.session.scalars(records):
        stated = decode_payload(decode(envelope, Envelope), FIELD_RECORD, FieldRecord)
        for ref in exhibits_of(stated):
            if ref.private:
                found[ref.sha256] = found.get(ref.sha256, frozenset()) | {ref.private}
    for row in uow.session.scalars(select(TalkRow).where(TalkRow.operation == operation)):
        found |= private_talk(row)
    return found


def private_talk(row: TalkRow) -> dict[str, frozenset[str]]:
    """Return a burst's sound if it is private."""
    stated = decode_payload(decode(row.statement, Envelope), TALK_BURST, TalkBurst)
    return {row.sha256: frozenset(stated.private)} if stated.private else {}


def open_exhibits(uow: UnitOfWork, principal: Principal, taken: Taken) -> dict[str, int]:
    """Return which of these are open to a person, and until when: every interval must be."""
    query = select(OpeningRow.interval, func.max(OpeningRow.until_ms)).where(
        OpeningRow.viewer == principal.id, OpeningRow.until_ms > uow.now_ms,
        OpeningRow.interval.in_(_intervals(taken, taken)),
    )  # fmt: skip
    found = uow.session.execute(query.group_by(OpeningRow.interval))
    until = {interval: until_ms or 0 for interval, until_ms in found}
    return {
        sha256: min(until[one] for one in intervals)
        for sha256, intervals in taken.items()
        if intervals <= until.keys()
    }


def look_at_exhibits(
    uow: UnitOfWork, principal: Principal, taken: Taken, term_ms: int
) -> tuple[list[str], int]:
    """Return what of these a ticket may name, and how long it may live: `term_ms`, or as long as
    all of that is open.

    A write verb: each interval that the ticket opens is written down as looked at.
    """
    open_ = open_exhibits(uow, principal, taken)
    looked = select(OpeningRow.interval, Operation.case).distinct().where(
        OpeningRow.operation == Operation.id, OpeningRow.viewer == principal.id,
        OpeningRow.interval.in_(_intervals(taken, open_)),
    )  # fmt: skip
    for interval, case in uow.session.execute(looked.order_by(OpeningRow.interval)):
        note_view(uow, principal, "private", interval, case)
    left_ms = (until_ms - uow.now_ms for until_ms in open_.values())
    return sorted(open_), min([term_ms, *left_ms])


def _intervals(taken: Taken, exhibits: Collection[str]) -> list[str]:
    return sorted({one for sha256 in exhibits for one in taken[sha256]})


def exhibit_ticket(uow: UnitOfWork, principal: Principal, act: str, sha256: str) -> RelayPass:
    """Return a ticket to an exhibit of the record of a measure, or of papers served at the scene;
    the look is written down. A write verb.

    Errors: `exhibit.unknown`, `exhibit.awaited` (no relay holds it yet), `playback.private`.
    """
    principal.require("recording:play")
    found = _of_measure(uow, act, sha256) or _of_service(uow, act, sha256)
    if found is None:
        raise MzError("exhibit.unknown", Kind.NOT_FOUND, sha256[:16])
    case, operation, exhibit = found
    if exhibit.stored_ms is None:
        raise MzError("exhibit.awaited", Kind.UNAVAILABLE, sha256[:16])
    every = private_exhibits(uow, operation) if operation else {}
    taken = {sha256: every[sha256]} if sha256 in every else {}
    opened, term_ms = look_at_exhibits(uow, principal, taken, PLAY_MS)
    if len(opened) < len(taken):
        raise MzError("playback.private", Kind.REFUSED, sha256[:16])
    note_view(uow, principal, "exhibit", act, case)
    ticket, until_ms = sign_ticket(
        uow, Act.PLAY, principal.id, term_ms, exhibits=[sha256], opened_exhibits=opened
    )
    relay = uow.settings.relay
    return RelayPass(ticket, until_ms, relay.stream_url, relay.http_url)


_Named = tuple[str, str | None, ExhibitRow]
"""The case and operation of a record, and an exhibit that it names."""


def _of_measure(uow: UnitOfWork, measure: str, sha256: str) -> _Named | None:
    found = uow.session.execute(
        select(MeasureRow.case, MeasureRow.operation, ExhibitRow)
        .join(ExhibitRow, ExhibitRow.record == MeasureRow.record)
        .where(MeasureRow.measure == measure, ExhibitRow.sha256 == sha256)
    ).one_or_none()
    return found and (found[0], found[1], found[2])


def _of_service(uow: UnitOfWork, delivery: str, sha256: str) -> _Named | None:
    found = uow.session.execute(
        select(DeliveryRow.case, RecordRow.operation, ExhibitRow)
        .join(RecordRow, RecordRow.record == DeliveryRow.delivery)
        .join(ExhibitRow, ExhibitRow.record == RecordRow.record)
        .where(DeliveryRow.delivery == delivery, ExhibitRow.sha256 == sha256)
    ).one_or_none()
    return found and (found[0], found[1], found[2])
