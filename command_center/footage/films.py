"""The films of a whole operation: one order to the relay for each recording of each device."""

from __future__ import annotations

import re

import msgspec
from sqlalchemy import select

from command_center.access.views import note_view
from command_center.devices.tickets import EXPORT_MS, sign_ticket
from command_center.footage.models import RecordingRow
from command_center.footage.openings import opened_to
from command_center.footage.service import recording_views
from command_center.footage.views import ExportPass, RecordingView
from command_center.operations.service import operation_times
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.exports import MAX_FILMS, ExportOrder, Film
from schemas.ids import new_id
from schemas.media.fragment import Rendition
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.ticket import Act
from schemas.time import court_time

_UNSAFE = re.compile(r"[\x00-\x1f/\\:*?\"<>|.\s]+")
_WORDS = {Rendition.FULL: "", Rendition.SMALL: "-小画面", Rendition.SOUND: "-仅声音"}


def request_films(uow: UnitOfWork, principal: Principal, operation: str) -> ExportPass:
    """Return an export ticket and the order to post to the relay. A write verb: it is logged.

    Errors: `operation.unknown`, `recording.unknown` where nothing was recorded,
    `export.too_many`.
    """
    principal.require("recording:export")
    case, _, _ = operation_times(uow, operation)
    query = select(RecordingRow).where(RecordingRow.operation == operation)
    ordered = query.order_by(RecordingRow.opened_wall_ms, RecordingRow.id)
    rows = list(uow.session.scalars(ordered))
    films = [film for one in recording_views(uow, rows) for film in films_of(one)]
    if not films:
        raise MzError("recording.unknown", Kind.NOT_FOUND, operation[:40])
    if len(films) > MAX_FILMS:
        raise MzError("export.too_many", Kind.TOO_LARGE, f"{len(films)} films")
    order = ExportOrder(new_id(), films)
    recordings = list(dict.fromkeys(film.recording for film in films))
    opened, term_ms = opened_to(uow, principal, rows, EXPORT_MS)
    ticket, until_ms = sign_ticket(
        uow, Act.EXPORT, principal.id, term_ms, recordings=recordings, opened=opened
    )
    note_view(uow, principal, "films", operation, case)
    raw = msgspec.json.encode(order)
    uow.ledger("operation:films:requested", principal.id, order.export, sha256_hex(raw),
               {"operation": operation, "case": case})  # fmt: skip
    return ExportPass(ticket, until_ms, uow.settings.relay.http_url, msgspec.Raw(raw))


def films_of(recording: RecordingView) -> list[Film]:
    """Return the films of a recording: the full picture; beside it what is left where that has
    gaps, first the small one, else the sound."""
    held = [one for one in recording.renditions if one.received]
    whole = [one for one in held if one.rendition == Rendition.FULL and not one.missing]
    taken = whole or held[:2]
    began = court_time(recording.opened_ms).strftime("%Y%m%d-%H%M%S")
    device = _UNSAFE.sub("-", recording.device_name).strip("-")[:40] or "device"
    return [
        Film(
            f"{began}-{device}-{recording.counter}{_WORDS[Rendition(one.rendition)]}.mp4",
            recording.id, one.rendition,
        )
        for one in taken
    ]  # fmt: skip
