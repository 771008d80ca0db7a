"""Clocks that jump and counters that never came."""

from __future__ import annotations

import pytest

from command_center.footage.anomalies import clock_jumps, unseen_counters
from command_center.footage.continuity import Span
from schemas.ranges import Range


def _span(first: int, last: int, start: int, end: int, recording: str = "a") -> Span:
    return Span(recording, 1, first, last, start, end)


def test_a_clock_set_back_between_spans_is_found() -> None:
    spans = [_span(0, 9, 100_000, 102_000), _span(10, 19, 42_000, 44_000)]
    (jump,) = clock_jumps(spans, {"a": 200})
    assert (jump.number, jump.moved_ms) == (10, -60_000)


def test_a_clock_set_forward_within_a_span_is_found() -> None:
    (jump,) = clock_jumps([_span(0, 9, 0, 62_000)], {"a": 200})
    assert (jump.number, jump.moved_ms) == (0, 60_000)


def test_frames_and_missing_numbers_are_no_jumps() -> None:
    spans = [_span(0, 9, 0, 2_040), _span(10, 19, 2_100, 4_100), _span(50, 59, 90_000, 92_000)]
    assert clock_jumps(spans, {"a": 200}) == []
    assert clock_jumps([_span(0, 9, 0, 2_000), _span(0, 9, 9_000, 11_000, "b")], {}) == []


@pytest.mark.parametrize(
    ("known", "here", "reported", "lost"),
    [
        ({1, 2, 3}, {2}, 3, []),
        ({1, 3}, {3}, 3, [(2, 2)]),
        ({3}, {3}, 3, [(1, 2)]),
        ({1, 2, 6, 9}, {6}, 9, [(3, 5), (7, 8)]),
        ({1, 2}, {2}, 4, [(3, 4)]),
        ({1, 2, 7, 8}, {2}, 8, [(3, 6)]),
        ({5}, set(), 5, []),
    ],
)
def test_counters_from_the_recording_before_to_the_one_after(
    known: set[int], here: set[int], reported: int, lost: list[Range]
) -> None:
    assert unseen_counters(known, here, reported) == lost
