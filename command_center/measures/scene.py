"""The record of an act at the scene, where something else came of it: who, when, what shows it."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.measures import columns
from command_center.measures.execution import officer_names
from command_center.measures.models import RecordRow
from command_center.measures.views import ExhibitView, exhibits_of_record
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.records import FIELD_RECORD, SIGNED_SOMEHOW, Attendee, FieldAct, FieldRecord
from schemas.sign import Envelope, decode, decode_payload


@dataclass(frozen=True)
class SceneView:
    """An act's record: its officers, when it ended, who of those present signed, its exhibits, and
    the footage that it points into."""

    record: str
    officers: str
    at_ms: int
    signers: tuple[Attendee, ...]
    exhibits: tuple[ExhibitView, ...]
    recording: str | None


def scene_of(uow: UnitOfWork, principal: Principal, record: str) -> SceneView | None:
    """Return the record of an act by a form, None where there is none of this id."""
    principal.require("paper:read")
    row = uow.session.get(RecordRow, record)
    if row is None:
        return None
    found = decode_payload(decode(row.envelope, Envelope), FIELD_RECORD, FieldRecord)
    body = found.body
    if not isinstance(body, FieldAct):
        return None
    return SceneView(
        record, officer_names(uow, found.officer, found.second_officer),
        columns.moment(body.finished_ms, row.received_ms),
        tuple(one for one in body.attendees if one.attended and one.signed in SIGNED_SOMEHOW),
        exhibits_of_record(uow, record),
        columns.ident(found.footage.recording) if found.footage else None,
    )  # fmt: skip
