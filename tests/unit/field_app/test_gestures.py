"""What the volume keys mean, by the clock of each press."""

from __future__ import annotations

import pytest

from field_app.theme.tokens import STOP_HOLD_S
from field_app.window.gestures import KEYS, Gesture, Gestures
from field_app.window.idle import Idle

F9, F10, DOWN, UP = sorted(KEYS)
_MINUTE_MS = 60_000
HOLD_MS = STOP_HOLD_S * 1_000


def _tap(gestures: Gestures, key: int, at_ms: int) -> Gesture | None:
    gestures.pressed(key, at_ms)
    return gestures.released(key, at_ms + 1)


def test_u17_five_presses_within_three_seconds_call_once() -> None:
    gestures = Gestures()
    meant = [_tap(gestures, key, at * 10) for at, key in enumerate([UP, DOWN, F9, F10, UP, UP])]
    assert meant == [Gesture.PRESS] * 4 + [Gesture.HELP, Gesture.PRESS]


def test_s01_slow_presses_are_presses_and_other_keys_are_nothing() -> None:
    gestures = Gestures()
    assert {_tap(gestures, UP, at * 800) for at in range(20)} == {Gesture.PRESS}
    assert {_tap(gestures, 13, at) for at in range(20)} == {None}


def test_s01_a_key_held_for_two_seconds_is_a_hold_once_and_no_press() -> None:
    gestures = Gestures()
    for at_ms in range(0, HOLD_MS, 40):
        gestures.pressed(UP, at_ms)  # a keyboard repeats a key that is down
        assert gestures.held(at_ms) is None
    assert gestures.held(HOLD_MS) is Gesture.HOLD
    assert gestures.held(HOLD_MS + 500) is None
    assert gestures.released(UP, HOLD_MS + 600) is None
    assert _tap(gestures, UP, HOLD_MS + 700) is Gesture.PRESS


def test_s01_a_hold_that_a_busy_window_did_not_see_is_a_hold_when_it_ends() -> None:
    gestures = Gestures()
    gestures.pressed(F9, 0)
    assert gestures.released(F9, HOLD_MS) is Gesture.HOLD
    assert _tap(gestures, F9, HOLD_MS + 100) is Gesture.PRESS


@pytest.mark.parametrize(
    ("after_ms", "due"),
    [(3 * _MINUTE_MS - 1, False), (3 * _MINUTE_MS, True), (-_MINUTE_MS, True)],
)
def test_the_window_locks_when_nobody_touched_it_and_when_the_clock_went_back(
    after_ms: int, due: bool
) -> None:
    idle = Idle(0)
    idle.touched(1_000_000)
    assert idle.is_due(1_000_000 + after_ms, 3) is due
