"""Continuity: recorded and missing fill arrival-to-withdrawal whole, whatever the spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from command_center.footage.continuity import Fault, Interval, Span, continuity, join_spans
from schemas.media.fragment import Rendition
from schemas.recording_notes import DeviceData, FaultCause


def _span(first: int, last: int, start: int, end: int, recording: str = "a") -> Span:
    return Span(recording, 1, first, last, start, end)


def test_neighbours_by_number_leave_no_gap_whatever_their_clocks() -> None:
    spans = [_span(0, 4, 0, 1_000), _span(5, 9, 1_030, 2_000)]
    assert join_spans(spans) == [_span(0, 9, 0, 2_000)]
    assert continuity(spans, 0, 2_000).missing == ()


def test_a_missing_number_is_a_gap() -> None:
    found = continuity([_span(0, 4, 0, 1_000), _span(6, 9, 1_200, 2_000)], 0, 2_000)
    assert found.missing == (Interval(1_000, 1_200),)
    assert (found.recorded_ms, found.missing_ms, found.permille) == (1_800, 200, 900)


def test_another_recording_fills_the_gap_of_the_first() -> None:
    spans = [_span(0, 4, 0, 1_000), _span(0, 9, 900, 2_500, "b")]
    assert continuity(spans, 0, 2_000).missing == ()


def test_nothing_recorded_is_all_missing() -> None:
    found = continuity([], 10, 20)
    assert (found.missing, found.permille) == ((Interval(10, 20),), 0)


def test_withdrawal_before_arrival_is_an_empty_visit() -> None:
    assert continuity([_span(0, 1, 0, 100)], 50, 40).recorded_ms == 0


def _fault(start: int, end: int, record: str = "n", device: str = "d") -> Fault:
    data = DeviceData("test")
    cause = FaultCause.BATTERY
    return Fault(record, device, start, end, cause, "更换电池", "梁可欣", end, False, data)


def _small(start: int, end: int) -> Span:
    return Span("a", Rendition.SMALL, 0, 9, start, end)


def test_u1_explained_is_neither_recorded_nor_missing() -> None:
    found = continuity([_span(0, 4, 0, 1_000)], 0, 4_000, [_fault(1_000, 3_000)])
    assert [(e.start_ms, e.end_ms, e.fault.officer_name) for e in found.explained] == [
        (1_000, 3_000, "梁可欣")
    ]
    assert found.missing == (Interval(3_000, 4_000),)
    assert (found.recorded_ms, found.permille) == (1_000, 250)


def test_small_only_is_its_own_kind_where_full_never_came() -> None:
    found = continuity([_span(0, 4, 0, 1_000), _small(500, 2_000)], 0, 3_000)
    assert found.recorded == (Interval(0, 1_000),)
    assert found.small == (Interval(1_000, 2_000),)
    assert found.missing == (Interval(2_000, 3_000),)


def test_u1_small_that_was_chosen_again_later_shows_nothing_of_the_time_between() -> None:
    runs = [(0, 0, 2_000), (10, 2_040, 4_000), (20, 60_000, 62_000)]
    spans = [Span("a", Rendition.SMALL, at, at + 9, start, end) for at, start, end in runs]
    found = continuity(spans, 0, 62_000)
    assert found.small == (Interval(0, 4_000), Interval(60_000, 62_000))
    assert found.missing == (Interval(4_000, 60_000),)


def test_what_was_shown_needs_no_explanation() -> None:
    found = continuity([_span(0, 9, 0, 2_000)], 0, 2_000, [_fault(500, 900)])
    assert (found.explained, found.missing) == ((), ())


_RUNS = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200)), max_size=6)


@given(_RUNS, _RUNS, _RUNS)
def test_the_four_kinds_are_a_partition(
    full: list[tuple[int, int]], small: list[tuple[int, int]], notes: list[tuple[int, int]]
) -> None:
    spans = [_span(0, 0, at, at + long, str(n)) for n, (at, long) in enumerate(full)]
    spans += [
        Span(f"s{n}", Rendition.SMALL, 0, 0, at, at + long) for n, (at, long) in enumerate(small)
    ]
    faults = [_fault(at, at + long, str(n)) for n, (at, long) in enumerate(notes)]
    found = continuity(spans, 100, 600, faults)
    kinds = (found.recorded, found.small, found.explained, found.missing)
    pieces = sorted((one for kind in kinds for one in kind), key=lambda item: item.start_ms)
    at = 100
    for piece in pieces:
        assert (piece.start_ms, piece.duration_ms > 0) == (at, True)
        at = piece.end_ms
    assert at == 600
    told = {ms for one, long in notes for ms in range(one, one + long)}
    assert all(told.issuperset(range(e.start_ms, e.end_ms)) for e in found.explained)
    assert all(told.isdisjoint(range(m.start_ms, m.end_ms)) for m in found.missing)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200)), max_size=12),
    st.integers(0, 300),
    st.integers(0, 400),
)
def test_recorded_and_missing_are_a_partition(
    runs: list[tuple[int, int]], start: int, length: int
) -> None:
    spans = [_span(0, 0, at, at + long, str(n)) for n, (at, long) in enumerate(runs)]
    found = continuity(spans, start, start + length)
    pieces = sorted([*found.recorded, *found.missing], key=lambda item: item.start_ms)
    at = start
    for piece in pieces:
        assert piece.start_ms == at
        assert piece.duration_ms > 0
        at = piece.end_ms
    assert at == start + length
    shown = {ms for one, long in runs for ms in range(one, one + long)}
    inside = [ms for ms in range(start, start + length) if ms in shown]
    assert found.recorded_ms == len(inside)
