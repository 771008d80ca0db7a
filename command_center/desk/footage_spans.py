"""Which time of a recording or an operation is archived, in small only, on its way, explained, or
shown by nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from command_center.desk.strip import Span, Window
from command_center.footage.continuity import Continuity, Fault, Interval, continuity
from command_center.footage.continuity import Span as Archived
from command_center.footage.views import OperationFootage, RecordingView

_LATELY_MS = 30_000
_SETTLED_MS = 120_000
"""A hole this young may still be filled by the archive lane of a device that records."""


def last_wall_ms(recording: RecordingView) -> int:
    """Return the device's wall clock at the newest fragment a relay holds."""
    known = [r.last_wall_ms for r in recording.renditions if r.last_wall_ms is not None]
    return max(known, default=recording.opened_ms)


def recording_spans(
    recording: RecordingView, archived: Sequence[Archived], faults: Sequence[Fault] = ()
) -> list[Span]:
    """Return a recording's time from its first to its newest fragment, without holes."""
    start_ms = min((span.start_ms for span in archived), default=recording.opened_ms)
    newest_ms = max((span.end_ms for span in archived), default=start_ms)
    end_ms = max(last_wall_ms(recording), newest_ms)
    mine = [fault for fault in faults if fault.device == recording.device]
    found = continuity(archived, start_ms, end_ms, mine)
    spans = _shown(found)
    for hole in found.missing:
        young = not recording.ended and end_ms - hole.end_ms < _SETTLED_MS
        coming = young or hole.start_ms >= newest_ms
        spans.append(Span("back" if coming else "gap", hole.start_ms, hole.end_ms))
    return sorted(spans, key=lambda span: span.from_ms)


def _shown(found: Continuity) -> list[Span]:
    """Return what is archived in full, archived in small only, and explained."""
    kinds = (("ok", found.recorded), ("small", found.small), ("ex", found.explained))
    return [Span(kind, one.start_ms, one.end_ms) for kind, ones in kinds for one in ones]


def recording_window(recording: RecordingView, spans: Sequence[Span]) -> Window:
    """Return the time that a recording's strip shows."""
    ends = [span.to_ms for span in spans]
    starts = [span.from_ms for span in spans]
    return Window.over(
        min(starts, default=recording.opened_ms), max(ends, default=recording.opened_ms)
    )


def operation_spans(footage: OperationFootage, archived: dict[str, list[Archived]]) -> list[Span]:
    """Return arrival-to-withdrawal: archived, in small only, explained, on its way (received,
    part not closed), or a gap."""
    if footage.continuity is None:
        return []
    spans = _shown(footage.continuity)
    now_ms = footage.continuity.end_ms if footage.open_end else None
    coming = [_coming(one, archived.get(one.id, []), now_ms) for one in footage.recordings]
    for hole in footage.continuity.missing:
        spans += _split(hole, [one for one in coming if one is not None])
    return sorted(spans, key=lambda span: span.from_ms)


def _coming(
    recording: RecordingView, archived: Sequence[Archived], now_ms: int | None
) -> Interval | None:
    """What a recording still owes the archive; to now, while its device was heard of lately.

    now_ms: None after the withdrawal, when nothing grows any more.
    """
    start = max((span.end_ms for span in archived), default=recording.opened_ms)
    end = last_wall_ms(recording)
    if not recording.ended and now_ms is not None and now_ms - end < _LATELY_MS:
        end = max(end, now_ms)
    return Interval(start, end) if end > start else None


def _split(hole: Interval, coming: Sequence[Interval]) -> list[Span]:
    """Return a hole as what is on its way and what nothing shows."""
    spans: list[Span] = []
    at_ms = hole.start_ms
    for one in sorted(coming, key=lambda item: item.start_ms):
        low, high = max(one.start_ms, at_ms), min(one.end_ms, hole.end_ms)
        if low >= high:
            continue
        if low > at_ms:
            spans.append(Span("gap", at_ms, low))
        spans.append(Span("back", low, high))
        at_ms = high
    if at_ms < hole.end_ms:
        spans.append(Span("gap", at_ms, hole.end_ms))
    return spans
