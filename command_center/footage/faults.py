"""Fault notes and reasons for one recorder, read from the signed records that hold them."""

from __future__ import annotations

from sqlalchemy import select

from command_center.footage.continuity import Fault
from command_center.footage.signed import is_accepted, records_of_operation
from command_center.measures.models import RecordRow
from command_center.operations.models import Crew
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import LATE_NOTE_MS, FaultNote, RecorderReason
from schemas.records import FieldRecord


def faults_of(uow: UnitOfWork, operation: str) -> list[Fault]:
    """Return the accepted fault notes of an operation, in order of the faults.

    Accepted is what had no defect when it came, or was only late: the receipt says so.
    """
    found = [
        _fault(row, record, record.body, name)
        for row, record, name in records_of_operation(uow, operation, "fault_note")
        if isinstance(record.body, FaultNote) and is_accepted(uow, row)
    ]
    return sorted(found, key=lambda fault: (fault.start_ms, fault.record))


def refused_notes(uow: UnitOfWork, operation: str) -> int:
    """Return how many fault notes of an operation explain nothing."""
    notes = records_of_operation(uow, operation, "fault_note")
    return sum(not is_accepted(uow, row) for row, _, _ in notes)


def recorder_reasons(uow: UnitOfWork, operation: str) -> list[str]:
    """Return why fewer than two recorders ran, as officers told it."""
    return [
        record.body.text.strip()
        for row, record, _ in records_of_operation(uow, operation, "recorder_reason")
        if isinstance(record.body, RecorderReason) and is_accepted(uow, row)
    ]


def presiding_officers(uow: UnitOfWork, operation: str) -> list[str]:
    """Return the staff ids of who presides over an operation."""
    query = select(Crew.staff).where(Crew.operation == operation, Crew.presiding.is_(True))
    return sorted(uow.session.scalars(query))


def _fault(row: RecordRow, record: FieldRecord, body: FaultNote, name: str) -> Fault:
    late = record.recorded_wall_ms - body.from_ms > LATE_NOTE_MS
    return Fault(
        row.record, body.device, body.from_ms, body.to_ms, body.cause, body.text.strip(), name,
        row.recorded_ms, late, body.device_data,
    )  # fmt: skip
