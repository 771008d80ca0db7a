"""Records of acts from before they were forms, read as the form that took their place.

Version 0: what the form asks no such record lacks.
"""

from __future__ import annotations

import msgspec

from schemas.records import FieldAct, FieldRecord, SeizeMovables


def as_form(record: FieldRecord) -> FieldRecord:
    """Return a record of 扣押 of movables as one of the form; any other as it is."""
    body = record.body
    if not isinstance(body, SeizeMovables):
        return record
    act = FieldAct(
        form="seize_movables",
        version=0,
        started_ms=body.started_ms,
        finished_ms=body.finished_ms,
        place_text=body.place_text,
        facts={"not_exempt": "1"} if body.not_exempt else {},
        attendees=body.attendees,
        items=body.items,
        custodian=body.custodian,
        storage_place=body.storage_place,
        control_from=body.control_from,
        control_to=body.control_to,
        note=body.note,
    )
    return msgspec.structs.replace(record, body=act)
