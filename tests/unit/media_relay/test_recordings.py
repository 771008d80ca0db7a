"""When a part is due, and what goes into it."""

from __future__ import annotations

import time

import pytest

from media_relay.recordings import FINAL_GRACE_S, TAIL_PATIENCE_S, RecordingState
from schemas.media.fragment import Rendition
from schemas.media.head import Head
from schemas.problems import MzError
from schemas.sign import Ed25519Signer
from tests.unit.media_relay.openings import add_fragment, make_state, sign_to

PART_S, PART_BYTES = 60.0, 10_000


@pytest.fixture
def state() -> RecordingState:
    return make_state(Ed25519Signer.generate())


def numbers(state: RecordingState, after_s: float = 0.0) -> list[int]:
    taken = state.choose(time.monotonic() + after_s, PART_S, PART_BYTES)
    return [entry.fragment.number for entry in taken if entry.fragment is not None]


def due(state: RecordingState, after_s: float = 0.0) -> bool:
    return state.due(time.monotonic() + after_s, PART_S, PART_BYTES)


def test_a_part_is_due_by_age_or_by_size(state: RecordingState) -> None:
    assert not due(state, 10 * PART_S)
    add_fragment(state, 0)
    assert not due(state, PART_S - 1)
    assert due(state, PART_S + 1)
    add_fragment(state, 1, PART_BYTES)
    assert due(state)
    state.closing = True
    assert not due(state)


def test_the_tail_that_no_head_covers_waits_but_not_for_ever(state: RecordingState) -> None:
    for number in range(7):
        add_fragment(state, number)
    sign_to(state, 4)
    assert numbers(state, PART_S) == list(range(5))
    assert numbers(state, TAIL_PATIENCE_S + 1) == list(range(7))
    assert numbers(state, 2 * PART_S + 1) == list(range(7))


def test_a_whole_recording_is_due_at_once(state: RecordingState) -> None:
    for number in range(3):
        add_fragment(state, number)
    sign_to(state, 2, final=True)
    assert state.whole()
    assert due(state)
    assert numbers(state) == [0, 1, 2]


def test_an_ended_recording_with_a_gap_waits_for_its_grace(state: RecordingState) -> None:
    for number in (0, 2):
        add_fragment(state, number)
    sign_to(state, 2, final=True)
    assert not state.whole()
    assert state.renditions[1].gaps() == [(1, 1)]
    assert not due(state, FINAL_GRACE_S - 1)
    assert due(state, FINAL_GRACE_S + 1)


def test_what_is_settled_is_archived_and_no_longer_pending(state: RecordingState) -> None:
    entries = [add_fragment(state, number) for number in range(5)]
    state.settle(entries[:3])
    assert state.renditions[1].archived == [(0, 2)]
    assert [entry.position for entry in state.pending] == [3, 4]
    assert state.pending_bytes == 200


def head(state: RecordingState, number: int, *, final: bool = False) -> Head:
    return Head(Rendition.FULL, state.id, number, b"link %d" % number, 0, 0, final=final)


def test_heads_of_what_is_settled_take_no_memory_and_are_known(state: RecordingState) -> None:
    rendition = state.renditions[1]
    entries = [add_fragment(state, number) for number in range(11)]
    for number in (4, 9):
        sign_to(state, number)
        rendition.heads_seen.add((number, False))
    rendition.heads_seen.add((10, True))
    state.settle(entries[:8])
    assert rendition.heads_seen == {(9, False), (10, True)}
    assert [number for number in range(11) if rendition.knows_head(head(state, number))] == [
        *range(8),
        9,
    ]
    assert rendition.knows_head(head(state, 10, final=True))
    assert not rendition.knows_head(head(state, 4, final=True))


def test_a_part_is_cut_at_its_size(state: RecordingState) -> None:
    for number in range(5):
        add_fragment(state, number, PART_BYTES // 2)
    sign_to(state, 4, final=True)
    assert numbers(state) == [0, 1]


def test_an_unknown_rendition_is_refused(state: RecordingState) -> None:
    with pytest.raises(MzError, match=r"opening\.unknown_rendition"):
        state.rendition(3)
