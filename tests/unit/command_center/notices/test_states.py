"""A notice's state never goes backwards, whatever order the receipts come in."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.notices.states import FINAL_FAILURES, NoticeState, advance

S = NoticeState


@pytest.mark.parametrize(
    ("state", "seen", "result"),
    [
        (S.QUEUED, S.SENDING, S.SENDING),
        (S.SENDING, S.TEMP_FAIL, S.TEMP_FAIL),
        (S.TEMP_FAIL, S.SENDING, S.SENDING),
        (S.SENDING, S.SENT, S.SENT),
        (S.SENT, S.DELIVERED, S.DELIVERED),
        (S.DELIVERED, S.SENT, S.DELIVERED),
        (S.DELIVERED, S.PERM_FAIL, S.DELIVERED),
        (S.PERM_FAIL, S.DELIVERED, S.DELIVERED),
        (S.EXPIRED, S.PERM_FAIL, S.EXPIRED),
        (S.READ, S.DELIVERED, S.READ),
        (S.SENT, S.TEMP_FAIL, S.SENT),
    ],
)
def test_advance(state: S, seen: S, result: S) -> None:
    assert advance(state, seen) is result


@given(st.permutations([S.SENT, S.SENT, S.DELIVERED, S.PERM_FAIL, S.SENT, S.DELIVERED]))
def test_any_order_of_receipts_ends_delivered(order: list[S]) -> None:
    state = S.SENDING
    for seen in order:
        state = advance(state, seen)
    assert state is S.DELIVERED


def test_no_final_failure_becomes_sent_again() -> None:
    for failed, seen in itertools.product(FINAL_FAILURES, (S.QUEUED, S.SENDING, S.SENT)):
        assert advance(failed, seen) is failed


def test_every_state_has_words() -> None:
    assert all(state.zh and state.en for state in S)
