"""The fault note's form: which gaps are offered, what it lacks, and that times read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_app.local_api.recording import RecordingStatus
from field_app.window.fault import FaultDraft, Gap, gaps

T0 = 1_773_297_428_240  # 2026-03-12 14:37:08.240 in Guangdong
MINUTE = 60_000


def _run(
    name: str, start: int, length: int, *, ended: bool = True, operation: str | None = "o"
) -> RecordingStatus:
    count = length // 200
    return RecordingStatus(name, operation, start, ended, count, count, count, start + length)


def _whole() -> FaultDraft:
    return FaultDraft("o", "2026-03-12 14:37:08", "2026-03-12 14:39:00", "battery", "更换电池")


def test_v_03_gaps_lie_between_recordings_of_this_operation_newest_first() -> None:
    first = _run("a", T0, 10 * MINUTE)
    second = _run("b", T0 + 12 * MINUTE, 5 * MINUTE)
    running = _run("c", T0 + 20 * MINUTE, MINUTE, ended=False)
    other = _run("x", T0 + 11 * MINUTE, 30_000, operation=None)
    found = gaps([running, second, other, first, running], "o", T0 + 21 * MINUTE)
    assert found == [
        Gap(T0 + 17 * MINUTE, T0 + 20 * MINUTE),
        Gap(T0 + 10 * MINUTE, T0 + 12 * MINUTE),
    ]


def test_after_the_last_recording_the_gap_is_open_until_now() -> None:
    assert gaps([_run("a", T0, MINUTE)], "o", T0 + 2 * MINUTE) == [
        Gap(T0 + MINUTE, T0 + 2 * MINUTE)
    ]
    assert gaps([_run("a", T0, MINUTE, ended=False)], "o", T0 + 2 * MINUTE) == []
    assert gaps([_run("a", T0, MINUTE)], "o", T0 + MINUTE + 999) == []
    assert gaps([], "o", T0) == []


def test_an_end_that_is_not_archived_is_reckoned_from_what_is() -> None:
    half = RecordingStatus("a", "o", T0, True, 100, 60, 50, T0 + 25_000)
    none = RecordingStatus("a", "o", T0, True, 100, 0, 0, None)
    back = RecordingStatus("a", "o", T0, True, 100, 100, 100, T0 - 9_000)
    assert gaps([half], "o", T0 + MINUTE)[0].from_ms == T0 + 50_000
    assert gaps([none], "o", T0 + MINUTE)[0].from_ms == T0 + 16_000
    assert gaps([back], "o", T0 + MINUTE)[0].from_ms == T0 + 16_000


@given(st.integers(0, 10**9), st.integers(1_000, 10**8))
def test_a_gap_that_was_taken_is_covered_and_never_ends_after_now(start: int, length: int) -> None:
    draft, gap = _whole(), Gap(T0 + start, T0 + start + length)
    draft.take(gap)
    assert draft.wrong(gap.to_ms) == {}
    first, last = draft.interval(gap.to_ms)
    assert gap.from_ms - 1_000 < first <= gap.from_ms
    assert last == gap.to_ms


def test_a_whole_note_lacks_nothing() -> None:
    assert _whole().wrong(T0 + 10 * MINUTE) == {}


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"from_text": ""}, {"from": "time"}),
        ({"to_text": "14:39"}, {"to": "time"}),
        ({"from_text": "0001-01-01 00:00:00"}, {"from": "time"}),
        ({"to_text": "2026-03-12 14:37:08"}, {"to": "order"}),
        ({"to_text": "2026-03-12 15:00:00"}, {"to": "future"}),
        ({"cause": ""}, {"cause": "cause"}),
        ({"cause": "weather"}, {"cause": "cause"}),
        ({"text": "  "}, {"text": "text"}),
    ],
)
def test_what_is_missing_is_named_where_it_is(
    changed: dict[str, str], lacks: dict[str, str]
) -> None:
    draft = _whole()
    for name, value in changed.items():
        setattr(draft, name, value)
    assert draft.wrong(T0 + 10 * MINUTE) == lacks
