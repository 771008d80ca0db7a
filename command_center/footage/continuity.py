"""Continuity: how much of arrival-to-withdrawal the archive shows, and where it shows nothing.

Pure. Times are Unix ms by the devices' clocks. Spans of the full picture that follow each other by
number have no gap between them, whatever their clocks say to the millisecond; small and sound are
numbered when they are chosen, so theirs follow only where their clocks do. What a
fault note explains is named so and never counts as recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.media.fragment import Rendition
from schemas.recording_notes import DeviceData, FaultCause

_JOIN_MS = 500
"""Small and sound closer than this follow each other: a part ends between them, nothing more."""


@dataclass(frozen=True)
class Span:
    """A run of consecutive fragments of one rendition."""

    recording: str
    rendition: int
    first: int
    last: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Interval:
    """From `start_ms` on, up to but not including `end_ms`."""

    start_ms: int
    end_ms: int

    @property
    def duration_ms(self) -> int:
        """Return the length in ms."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True)
class Fault:
    """An accepted fault note: it explains what `device` did not show in [start_ms, end_ms).

    officer_name: the presiding officer, who signed it at `at_ms`; late: long after it began.
    """

    record: str
    device: str
    start_ms: int
    end_ms: int
    cause: FaultCause
    text: str
    officer_name: str
    at_ms: int
    late: bool
    data: DeviceData


@dataclass(frozen=True)
class Explained(Interval):
    """A part of a gap that a fault note explains."""

    fault: Fault


@dataclass(frozen=True)
class Continuity:
    """Coverage of [start_ms, end_ms): `recorded` (full picture), `small` (small picture or sound
    only), `explained` and `missing` are each in order and together fill it whole."""

    start_ms: int
    end_ms: int
    recorded: tuple[Interval, ...]
    missing: tuple[Interval, ...]
    small: tuple[Interval, ...] = ()
    explained: tuple[Explained, ...] = ()

    @property
    def recorded_ms(self) -> int:
        """Return how much is shown in full."""
        return total_ms(self.recorded)

    @property
    def missing_ms(self) -> int:
        """Return how much is neither shown nor explained."""
        return total_ms(self.missing)

    @property
    def permille(self) -> int:
        """Return the recorded part in thousandths, rounded down: 1000 means no gap at all."""
        whole = self.end_ms - self.start_ms
        return self.recorded_ms * 1000 // whole if whole > 0 else 0


def total_ms(intervals: Iterable[Interval]) -> int:
    """Return the length of all of them, ms."""
    return sum(item.duration_ms for item in intervals)


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the spans, those that follow each other joined, ordered by recording and number."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.recording, item.rendition, item.first)):
        former = joined[-1] if joined else None
        if (
            former is not None
            and (former.recording, former.rendition) == (span.recording, span.rendition)
            and span.first <= former.last + 1
            and (span.rendition == Rendition.FULL or span.start_ms <= former.end_ms + _JOIN_MS)
        ):
            joined[-1] = Span(
                former.recording, former.rendition, former.first, max(former.last, span.last),
                former.start_ms, max(former.end_ms, span.end_ms),
            )  # fmt: skip
        else:
            joined.append(span)
    return joined


def continuity(
    spans: Sequence[Span], start_ms: int, end_ms: int, faults: Sequence[Fault] = ()
) -> Continuity:
    """Return the coverage of arrival-to-withdrawal by all these spans and fault notes together."""
    whole = Interval(start_ms, max(start_ms, end_ms))
    joined = join_spans(spans)
    full = _merged((s for s in joined if s.rendition == Rendition.FULL), whole)
    rest = _merged((s for s in joined if s.rendition != Rendition.FULL), whole)
    small: list[Interval] = []
    dark: list[Interval] = []
    for hole in _holes(whole, full):
        shown = [
            Interval(max(item.start_ms, hole.start_ms), min(item.end_ms, hole.end_ms))
            for item in rest
            if item.start_ms < hole.end_ms and item.end_ms > hole.start_ms
        ]
        small += shown
        dark += _holes(hole, shown)
    explained: list[Explained] = []
    missing: list[Interval] = []
    for hole in dark:
        told = _explained(hole, faults)
        explained += told
        missing += _holes(hole, told)
    return Continuity(
        whole.start_ms, whole.end_ms, tuple(full), tuple(missing), tuple(small), tuple(explained)
    )


def _merged(spans: Iterable[Span], whole: Interval) -> list[Interval]:
    """Return the time that the spans show within the whole, in order, overlaps joined."""
    found: list[Interval] = []
    for low, high in sorted((span.start_ms, span.end_ms) for span in spans):
        low, high = max(low, whole.start_ms), min(high, whole.end_ms)
        if low >= high:
            continue
        if found and low <= found[-1].end_ms:
            found[-1] = Interval(found[-1].start_ms, max(found[-1].end_ms, high))
        else:
            found.append(Interval(low, high))
    return found


def _holes(whole: Interval, shown: Sequence[Interval]) -> list[Interval]:
    """Return what of the whole is not shown; `shown` is in order and within it."""
    holes: list[Interval] = []
    at = whole.start_ms
    for item in [*shown, Interval(whole.end_ms, whole.end_ms)]:
        if item.start_ms > at:
            holes.append(Interval(at, item.start_ms))
        at = max(at, item.end_ms)
    return holes


def _explained(hole: Interval, faults: Sequence[Fault]) -> list[Explained]:
    """Return the parts of a hole that notes explain, each by the note that begins first."""
    found: list[Explained] = []
    at = hole.start_ms
    for fault in sorted(faults, key=lambda item: (item.start_ms, item.record)):
        low, high = max(fault.start_ms, at), min(fault.end_ms, hole.end_ms)
        if low < high:
            found.append(Explained(low, high, fault))
            at = high
    return found
