"""What devices noticed by themselves while they recorded, read from the signed records."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.footage.signed import records_of_operation
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import Noticed, NoticedKind


@dataclass(frozen=True)
class NoticedView:
    """One thing; `value` in the unit of its kind, `at_ms` by the device's clock."""

    recording: str
    what: NoticedKind
    at_ms: int
    value: int


def noticed_in(uow: UnitOfWork, operation: str | None, recording: str) -> list[NoticedView]:
    """Return what was noticed during a recording, in the order in which it was told."""
    if operation is None:
        return []
    return [
        NoticedView(record.body.recording, record.body.what, row.recorded_ms, record.body.value)
        for row, record, _ in records_of_operation(uow, operation, "noticed")
        if isinstance(record.body, Noticed) and record.body.recording == recording
    ]
