"""The continuity strip of one recording, as shares of its length (连续性轴)."""

from __future__ import annotations

from dataclasses import dataclass

from field_app.local_api.recording import RecordingStatus

IN_FLIGHT_FRAGMENTS = 10
"""Up to this many unacknowledged fragments (2 s at the default length) are simply under way."""


@dataclass(frozen=True)
class Span:
    """A stretch of the strip; `state` is `archived`, `received` or `waiting`; shares of 1."""

    state: str
    start: float
    width: float


def spans(recording: RecordingStatus | None) -> list[Span]:
    """Return the strip from left to right; empty before the first fragment.

    Counts are fragments of the full rendition. Which numbers they are is the service's
    knowledge, so the strip orders them: proven first, then received, then waiting here.
    """
    if recording is None or recording.recorded <= 0:
        return []
    whole = recording.recorded
    archived = min(recording.archived, whole)
    received = min(max(recording.received, archived), whole)
    edges = [("archived", 0, archived), ("received", archived, received)]
    edges.append(("waiting", received, whole))
    return [
        Span(state, first / whole, (last - first) / whole)
        for state, first, last in edges
        if last > first
    ]


def arrived_share(recording: RecordingStatus | None) -> float:
    """Return how much of a recording has left this device, 0..1; 1 when nothing was recorded."""
    if recording is None or recording.recorded <= 0:
        return 1.0
    return min(1.0, max(recording.received, recording.archived) / recording.recorded)
