"""Presence: the last word of each device, forgotten when it is old."""

from __future__ import annotations

import msgspec

from command_center.operations.presence import FRESH_MS, PresenceBoard
from command_center.operations.words import ORDER, STATES, STEP_STATE, STEP_TEXT, later_state
from schemas.field_api import Presence
from schemas.records import Step

HERE = Presence("d1", None, 1, 23.1, 113.2, 5.0, 80, "good", 0, 0, None)


def test_the_last_word_counts_and_old_ones_are_forgotten() -> None:
    now = [0]
    board = PresenceBoard(lambda: now[0])
    board.report(HERE, "陈志远")
    board.report(msgspec.structs.replace(HERE, backlog_fragments=7), "陈志远", 99)
    (shown,) = board.now()
    assert (shown.backlog_fragments, shown.archived_to_ms) == (7, 99)
    now[0] = FRESH_MS + 1
    assert board.now() == []


def test_a_device_that_left_is_gone_at_once() -> None:
    board = PresenceBoard()
    board.report(HERE, "陈志远")
    board.gone("d1")
    board.gone("d1")
    assert board.now() == []


def test_states_only_move_forward_and_every_step_has_its_words() -> None:
    assert later_state("WITHDRAWN", "DEPARTED") == "WITHDRAWN"
    assert later_state("PLANNED", "ON_SCENE") == "ON_SCENE"
    assert set(STEP_STATE) == set(STEP_TEXT) == set(Step)
    assert set(STEP_STATE.values()) < set(STATES)
    assert tuple(STATES) == ORDER
