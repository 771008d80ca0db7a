"""Recordings that were begun without an operation, placed where their officer assigned them.

The signed record may come before the recording or after it, so a loop of the worker joins both.
The opening stays as it was signed: the record says who assigned it, and when.
"""

from __future__ import annotations

import threading

from sqlalchemy import select

from command_center.footage.models import RecordingRow
from command_center.footage.signed import is_accepted, records_of_device
from command_center.operations.models import Operation
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import RecordingAssigned

_ROUND_S = 2.0
_LOOKED_BACK_MS = 30 * 86_400_000


def loop(database: Database) -> Loop:
    """Return the loop that places recordings."""

    def work(_stop: threading.Event) -> bool:
        return bool(database.read(_unplaced)) and database.run(place) > 0

    return Loop("assignment", work, _ROUND_S, gives_way=True)


def place(uow: UnitOfWork) -> int:
    """Give each recording without an operation the one that its own device signed for; return
    how many were placed."""
    placed = 0
    for row in _unplaced(uow):
        for record, signed, _ in records_of_device(uow, row.device, "recording_assigned"):
            body = signed.body
            if not isinstance(body, RecordingAssigned) or body.recording != row.id:
                continue
            operation = uow.session.get(Operation, record.operation)
            if operation is None or not is_accepted(uow, record):
                continue
            row.operation = operation.id
            placed += 1
            uow.ledger("recording:operation:assigned", record.device, row.id,
                       record.payload_sha256,
                       {"operation": operation.id, "case": operation.case})  # fmt: skip
            uow.emit("RecordingAssigned", "一段先行录制的录像已归入行动",
                     "A recording that was begun first was assigned to an operation",
                     case=operation.case, operation=operation.id, device=record.device,
                     subject=row.id)  # fmt: skip
            break
    return placed


def _unplaced(uow: UnitOfWork) -> list[RecordingRow]:
    query = select(RecordingRow).where(
        RecordingRow.operation.is_(None), RecordingRow.learnt_ms > uow.now_ms - _LOOKED_BACK_MS
    )
    return list(uow.session.scalars(query.order_by(RecordingRow.id).limit(100)))
