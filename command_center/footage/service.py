"""Verbs of footage for faces: recordings, continuity, tickets."""

from __future__ import annotations

from sqlalchemy import func, select

from command_center.access.staff import staff_names
from command_center.access.views import note_view
from command_center.devices.contact import live_device
from command_center.devices.service import device_names
from command_center.devices.tickets import PLAY_MS, WATCH_MS, sign_ticket
from command_center.footage.feed import load_ranges
from command_center.footage.models import (
    ArchivedPart,
    FootageFinding,
    RecordingRow,
    RenditionRow,
    SpanRow,
)
from command_center.footage.openings import opened_to
from command_center.footage.views import (
    FindingView,
    RecordingView,
    RelayPass,
    RenditionView,
)
from command_center.operations.models import Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas import ranges
from schemas.media.opening import OPENING, Bridged, RecordingOpening, Source
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, decode_payload
from schemas.ticket import Act

_NO_BREAK = ("fragment.conflict", "device.revoked")
"""What is found and leaves the chain whole."""


def read_recording(uow: UnitOfWork, principal: Principal, recording: str) -> RecordingView:
    """Return one recording; `recording.unknown`."""
    principal.require("recording:read")
    return recording_views(uow, [_row(uow, recording)])[0]


def is_told_of(uow: UnitOfWork, recording: str) -> bool:
    """Return whether a relay's feed told of a recording and of footage in it."""
    told = select(RenditionRow.rendition).where(
        RenditionRow.recording == recording, RenditionRow.first_wall_ms.is_not(None)
    )
    return uow.session.scalars(told.limit(1)).first() is not None


def archived_to_ms(uow: UnitOfWork, recording: str) -> int | None:
    """Return the device's wall clock up to which a recording is archived."""
    query = select(func.max(SpanRow.end_wall_ms)).where(SpanRow.recording == recording)
    return uow.session.scalar(query)


def watch_ticket(uow: UnitOfWork, principal: Principal, device: str) -> RelayPass:
    """Return a ticket to a device's live pictures; the look is written down. A write verb.

    Errors: `device.unknown`, `device.revoked`.
    """
    principal.require("live:watch")
    live_device(uow, device)
    note_view(uow, principal, "live", device)
    return _pass(uow, *sign_ticket(uow, Act.WATCH, principal.id, WATCH_MS, devices=[device]))


def play_ticket(uow: UnitOfWork, principal: Principal, recording: str) -> RelayPass:
    """Return a ticket to an archived recording; the look is written down. A write verb.

    Its private footage is in it only where two persons opened it to this reader, and the ticket
    ends with that. Errors: `recording.unknown`.
    """
    return _look(uow, principal, recording, "recording")


def still_ticket(uow: UnitOfWork, principal: Principal, recording: str) -> RelayPass:
    """Return a ticket to take a picture of what is live; written down as that. A write verb.

    Errors: `recording.unknown`.
    """
    return _look(uow, principal, recording, "still")


def _look(uow: UnitOfWork, principal: Principal, recording: str, what: str) -> RelayPass:
    principal.require("recording:play")
    row = _row(uow, recording)
    operation = uow.session.get(Operation, row.operation) if row.operation else None
    note_view(uow, principal, what, recording, operation.case if operation else None)
    opened, term_ms = opened_to(uow, principal, [row], PLAY_MS)
    return _pass(
        uow,
        *sign_ticket(uow, Act.PLAY, principal.id, term_ms, recordings=[recording], opened=opened),
    )


def _pass(uow: UnitOfWork, ticket: str, until_ms: int) -> RelayPass:
    relay = uow.settings.relay
    return RelayPass(ticket, until_ms, relay.stream_url, relay.http_url)


def _row(uow: UnitOfWork, recording: str) -> RecordingRow:
    row = uow.session.get(RecordingRow, recording)
    if row is None:
        raise MzError("recording.unknown", Kind.NOT_FOUND, recording[:40])
    return row


def recording_views(uow: UnitOfWork, rows: list[RecordingRow]) -> list[RecordingView]:
    """Return what faces see of these rows, in their order."""
    ids = [row.id for row in rows]
    renditions: dict[str, list[RenditionView]] = {recording: [] for recording in ids}
    query = select(RenditionRow).where(RenditionRow.recording.in_(ids))
    for rendition in uow.session.scalars(query.order_by(RenditionRow.rendition)):
        renditions[rendition.recording].append(_rendition(rendition))
    findings: dict[str, list[FindingView]] = {recording: [] for recording in ids}
    marked = select(FootageFinding).where(FootageFinding.recording.in_(ids))
    for item in uow.session.scalars(marked.order_by(FootageFinding.seq)):
        findings[item.recording].append(
            FindingView(item.rendition, item.number, item.code, item.at_ms)
        )
    counted = select(ArchivedPart.recording, func.count()).group_by(ArchivedPart.recording)
    of_these = counted.where(ArchivedPart.recording.in_(ids))
    parts = dict(uow.session.execute(of_these).all())
    names = device_names(uow, {row.device for row in rows})
    officers = staff_names(uow, {row.officer for row in rows})
    return [
        _view(row, (names.get(row.device, ("", ""))[0], officers.get(row.officer, "")),
              parts.get(row.id, 0), renditions[row.id], findings[row.id])
        for row in rows
    ]  # fmt: skip


def _view(
    row: RecordingRow,
    names: tuple[str, str],
    parts: int,
    renditions: list[RenditionView],
    findings: list[FindingView],
) -> RecordingView:
    ended = bool(renditions) and all(item.ended for item in renditions)
    broken = any(item.code not in _NO_BREAK for item in findings)
    return RecordingView(
        row.id, row.device, names[0], names[1], row.operation, row.counter, row.source,
        row.opened_wall_ms, ended, row.quarantined,
        "broken" if broken else "whole" if ended else "open",
        parts, tuple(renditions), tuple(findings), _bridged(row),
    )  # fmt: skip


def _bridged(row: RecordingRow) -> Bridged | None:
    """Return what the opening says of a bridge; it was checked when it came."""
    if row.source != Source.BRIDGE:
        return None
    return decode_payload(decode(row.opening, Envelope), OPENING, RecordingOpening).bridged


def _rendition(row: RenditionRow) -> RenditionView:
    received, archived = load_ranges(row.received), load_ranges(row.archived)
    if row.ended:
        recorded = 0 if row.last is None else row.last + 1
    else:
        recorded = received[-1][1] + 1 if received else 0
    missing = ranges.missing(archived, 0, recorded - 1) if recorded else []
    return RenditionView(
        row.rendition, recorded, ranges.count(received), ranges.count(archived), tuple(missing),
        tuple(load_ranges(row.unsigned)), row.bytes, row.first_wall_ms, row.last_wall_ms,
        row.ended,
    )  # fmt: skip
