"""The continuity proof of an operation: every device against arrival-to-withdrawal."""

from __future__ import annotations

from sqlalchemy import func, select

from command_center.devices.models import Device
from command_center.footage.anomalies import ClockJump, clock_jumps, unseen_counters
from command_center.footage.continuity import Continuity, Fault, Span, continuity
from command_center.footage.delay import waiting_ms
from command_center.footage.faults import faults_of, recorder_reasons, refused_notes
from command_center.footage.models import RecordingRow, SpanRow
from command_center.footage.service import recording_views
from command_center.footage.views import DeviceFootage, OperationFootage
from command_center.measures.models import RecordRow
from command_center.operations.service import operation_times
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.media.opening import OPENING, RecordingOpening
from schemas.ranges import Range
from schemas.sign import Envelope, decode, decode_payload


def footage_of_operation(uow: UnitOfWork, principal: Principal, operation: str) -> OperationFootage:
    """Return an operation's recordings and continuity. Errors: `operation.unknown`."""
    principal.require("operation:read")
    rows = recordings_of(uow, operation)
    _, arrived_ms, withdrawn_ms = operation_times(uow, operation)
    end_ms = withdrawn_ms if withdrawn_ms is not None else uow.now_ms
    spans, faults = _spans(uow, rows), faults_of(uow, operation)
    views = tuple(recording_views(uow, rows))
    whole = None if arrived_ms is None else continuity(spans, arrived_ms, end_ms, faults)
    return OperationFootage(
        views, whole, arrived_ms is not None and withdrawn_ms is None,
        tuple(_devices(uow, rows, spans, faults, whole)), tuple(faults),
        refused_notes(uow, operation), tuple(_jumps(rows, spans)),
        tuple(recorder_reasons(uow, operation)),
        max((waiting_ms(view, _fragment_ms(row)) for view, row in zip(views, rows, strict=True)),
            default=0),
        _quarantined(uow, operation),
    )  # fmt: skip


def _quarantined(uow: UnitOfWork, operation: str) -> int:
    query = select(func.count()).where(
        RecordRow.operation == operation, RecordRow.quarantined.is_(True)
    )
    return uow.session.scalar(query) or 0


def recordings_of(uow: UnitOfWork, operation: str) -> list[RecordingRow]:
    """Return the recordings of an operation in order of time."""
    query = select(RecordingRow).where(RecordingRow.operation == operation)
    return list(uow.session.scalars(query.order_by(RecordingRow.opened_wall_ms, RecordingRow.id)))


def unseen_by_device(uow: UnitOfWork, rows: list[RecordingRow]) -> dict[str, list[Range]]:
    """Return, for each device of these recordings, the counters of which none ever came."""
    found: dict[str, list[Range]] = {}
    for key in sorted({row.device for row in rows}):
        device = uow.session.get(Device, key)
        known = set(
            uow.session.scalars(select(RecordingRow.counter).where(RecordingRow.device == key))
        )
        here = {row.counter for row in rows if row.device == key}
        found[key] = unseen_counters(known, here, device.last_counter if device else 0)
    return found


def _spans(uow: UnitOfWork, rows: list[RecordingRow]) -> list[Span]:
    query = select(SpanRow).where(SpanRow.recording.in_([row.id for row in rows]))
    return [
        Span(row.recording, row.rendition, row.first, row.last, row.start_wall_ms, row.end_wall_ms)
        for row in uow.session.scalars(query.order_by(SpanRow.seq))
    ]


def _devices(
    uow: UnitOfWork,
    rows: list[RecordingRow],
    spans: list[Span],
    faults: list[Fault],
    whole: Continuity | None,
) -> list[DeviceFootage]:
    """Each device by itself: its own spans, and only the notes about it."""
    if whole is None:
        return []
    found = []
    for key, unseen in unseen_by_device(uow, rows).items():
        device = uow.session.get(Device, key)
        mine = {row.id for row in rows if row.device == key}
        shown = continuity(
            [span for span in spans if span.recording in mine], whole.start_ms, whole.end_ms,
            [fault for fault in faults if fault.device == key],
        )  # fmt: skip
        name = device.name if device else key[:8]
        found.append(DeviceFootage(key, name, shown, tuple(unseen)))
    return found


def _jumps(rows: list[RecordingRow], spans: list[Span]) -> list[ClockJump]:
    return clock_jumps(spans, {row.id: _fragment_ms(row) for row in rows})


def _fragment_ms(row: RecordingRow) -> int:
    opening = decode_payload(decode(row.opening, Envelope), OPENING, RecordingOpening)
    return opening.fragment_ms
