"""Markers that point into footage: the desk sets one for the moment that it looks at."""

from __future__ import annotations

from sqlalchemy import func, select

from command_center.footage.models import RecordingRow, RelayCursor, RenditionRow, SpanRow
from command_center.operations.markers import NewMarker, set_marker
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError

_FRAGMENT_MS = 1_000
"""What is known of the end is where the last fragment begins."""
_LATE_MS = 5_000
"""A viewer sees what is live before the feed tells of it."""


def mark_footage(uow: UnitOfWork, principal: Principal, message: NewMarker) -> str:
    """Set a marker at a moment of a recording, by its device's clock; return its id. A write verb.

    Errors: `recording.unknown` (or of another operation), `marker.outside`, those of `set_marker`.
    """
    principal.require("recording:read")
    row = uow.session.get(RecordingRow, message.recording or "")
    if row is None or row.operation not in (message.operation, None):
        raise MzError("recording.unknown", Kind.NOT_FOUND, (message.recording or "")[:40])
    from_ms, to_ms = _ends(uow, row)
    at_ms = uow.now_ms if message.at_ms is None else message.at_ms
    if not from_ms <= at_ms <= to_ms:
        raise MzError("marker.outside", Kind.INVALID, f"{at_ms} not in {from_ms}-{to_ms}")
    return set_marker(uow, principal, message, latest_ms=to_ms)


def _ends(uow: UnitOfWork, row: RecordingRow) -> tuple[int, int]:
    """Return between which moments of its device's clock there may be a picture of a recording;
    of one that still runs also such as the feed has not told of yet."""
    kept = list(uow.session.scalars(select(RenditionRow).where(RenditionRow.recording == row.id)))
    begins = [one.first_wall_ms for one in kept if one.first_wall_ms is not None]
    ends = [one.last_wall_ms + _FRAGMENT_MS for one in kept if one.last_wall_ms is not None]
    query = select(func.max(SpanRow.end_wall_ms)).where(SpanRow.recording == row.id)
    ends += [end for end in (uow.session.scalar(query),) if end is not None]
    to_ms = max([row.opened_wall_ms, *ends])
    if not kept or not all(one.ended for one in kept):
        cursor = uow.session.get(RelayCursor, row.relay)
        to_ms += _LATE_MS + (uow.now_ms - cursor.read_ms if cursor is not None else 0)
    return min([row.opened_wall_ms, *begins]), to_ms
