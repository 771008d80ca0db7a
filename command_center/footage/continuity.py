"""Continuity: how much of arrival-to-withdrawal the archive shows, and where it shows nothing.

Pure. Times are Unix ms by the devices' clocks. Spans that follow each other by number within
one rendition have no gap between them, whatever their clocks say to the millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


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
class Continuity:
    """Coverage of [start_ms, end_ms): `recorded` and `missing` are in order and fill it whole."""

    start_ms: int
    end_ms: int
    recorded: tuple[Interval, ...]
    missing: tuple[Interval, ...]

    @property
    def recorded_ms(self) -> int:
        """Return how much is shown."""
        return sum(item.duration_ms for item in self.recorded)

    @property
    def missing_ms(self) -> int:
        """Return how much is not."""
        return sum(item.duration_ms for item in self.missing)

    @property
    def permille(self) -> int:
        """Return the recorded part in thousandths, rounded down: 1000 means no gap at all."""
        whole = self.end_ms - self.start_ms
        return self.recorded_ms * 1000 // whole if whole > 0 else 0


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the spans with neighbours by number joined, ordered by recording and number."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.recording, item.rendition, item.first)):
        former = joined[-1] if joined else None
        if (
            former is not None
            and (former.recording, former.rendition) == (span.recording, span.rendition)
            and span.first <= former.last + 1
        ):
            joined[-1] = Span(
                former.recording, former.rendition, former.first, max(former.last, span.last),
                former.start_ms, max(former.end_ms, span.end_ms),
            )  # fmt: skip
        else:
            joined.append(span)
    return joined


def continuity(spans: Sequence[Span], start_ms: int, end_ms: int) -> Continuity:
    """Return the coverage of arrival-to-withdrawal by the spans of all devices together."""
    recorded: list[Interval] = []
    times = sorted((span.start_ms, span.end_ms) for span in join_spans(spans))
    for low, high in times:
        low, high = max(low, start_ms), min(high, end_ms)
        if low >= high:
            continue
        if recorded and low <= recorded[-1].end_ms:
            recorded[-1] = Interval(recorded[-1].start_ms, max(recorded[-1].end_ms, high))
        else:
            recorded.append(Interval(low, high))
    missing: list[Interval] = []
    at = start_ms
    for item in [*recorded, Interval(end_ms, end_ms)]:
        if item.start_ms > at:
            missing.append(Interval(at, item.start_ms))
        at = max(at, item.end_ms)
    return Continuity(start_ms, max(start_ms, end_ms), tuple(recorded), tuple(missing))
