"""Tickets to take a recording, or a clip of it, away as one MP4."""

from __future__ import annotations

from typing import Annotated

import msgspec

from command_center.access.views import note_view
from command_center.devices.tickets import EXPORT_MS, sign_ticket
from command_center.footage.models import RecordingRow
from command_center.footage.openings import opened_to
from command_center.footage.views import RelayPass
from command_center.operations.models import Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.ticket import Act

WallMs = Annotated[int, msgspec.Meta(ge=0, lt=10**15)]


class AskClip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be taken: a recording between two wall clocks of its device, ms; without one of
    them from its beginning or to its end."""

    recording: str
    from_wall_ms: WallMs | None = None
    to_wall_ms: WallMs | None = None

    def __post_init__(self) -> None:
        begin, end = self.from_wall_ms, self.to_wall_ms
        if begin is not None and end is not None and begin >= end:
            raise ValueError("a clip ends after it begins")


def request_clip(uow: UnitOfWork, principal: Principal, asked: AskClip) -> RelayPass:
    """Return an export ticket to one recording. A write verb: who took what is written down.

    The relay answers with whole groups of pictures, so a clip may begin a little earlier and end
    a little later than asked. Errors: `recording.unknown`.
    """
    principal.require("recording:export")
    row = uow.session.get(RecordingRow, asked.recording)
    if row is None:
        raise MzError("recording.unknown", Kind.NOT_FOUND, asked.recording[:40])
    operation = uow.session.get(Operation, row.operation) if row.operation else None
    opened, term_ms = opened_to(uow, principal, [row], EXPORT_MS)
    ticket, until_ms = sign_ticket(
        uow, Act.EXPORT, principal.id, term_ms, recordings=[asked.recording], opened=opened
    )
    note_view(uow, principal, "clip", asked.recording, operation.case if operation else None)
    refs = {"recording": asked.recording}
    if operation is not None:
        refs |= {"operation": operation.id, "case": operation.case}
    uow.ledger("recording:clip:requested", principal.id, new_id(),
               sha256_hex(msgspec.json.encode(asked)), refs)  # fmt: skip
    relay = uow.settings.relay
    return RelayPass(ticket, until_ms, relay.stream_url, relay.http_url)
