"""Archived spans by recording, and each device's newest recording: what strips are drawn from."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from command_center.footage.continuity import Span, join_spans
from command_center.footage.models import RecordingRow, SpanRow
from command_center.platform.uow import UnitOfWork


def archived_spans(uow: UnitOfWork, recordings: Iterable[str]) -> dict[str, list[Span]]:
    """Return the archived spans of these recordings, neighbours joined, in order of time."""
    found: dict[str, list[Span]] = {recording: [] for recording in recordings}
    query = select(SpanRow).where(SpanRow.recording.in_(sorted(found)))
    for span in join_spans(
        Span(row.recording, row.rendition, row.first, row.last, row.start_wall_ms, row.end_wall_ms)
        for row in uow.session.scalars(query)
    ):
        found[span.recording].append(span)
    return {key: sorted(spans, key=lambda span: span.start_ms) for key, spans in found.items()}


def newest_recordings(uow: UnitOfWork, devices: Iterable[str]) -> dict[str, str]:
    """Return the id of each device's newest recording; devices without one are left out."""
    newest = (
        select(RecordingRow.device, func.max(RecordingRow.counter).label("counter"))
        .where(RecordingRow.device.in_(sorted(set(devices))))
        .group_by(RecordingRow.device)
        .subquery()
    )
    query = select(RecordingRow.device, RecordingRow.id).join(
        newest,
        (newest.c.device == RecordingRow.device) & (newest.c.counter == RecordingRow.counter),
    )
    return dict(uow.session.execute(query).tuples().all())
