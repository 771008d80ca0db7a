"""The gesture that calls for help."""

from __future__ import annotations

from field_app.window.five_presses import KEYS, FivePresses

UP, DOWN = sorted(KEYS)


def test_u17_five_presses_within_three_seconds_call_once() -> None:
    presses = FivePresses()
    told = [presses.released(key, at) for at, key in enumerate([UP, DOWN, UP, UP, UP, UP])]
    assert told == [False, False, False, False, True, False]


def test_slow_presses_and_other_keys_call_nobody() -> None:
    presses = FivePresses()
    assert not any(presses.released(UP, at * 800) for at in range(20))
    assert not any(FivePresses().released(13, at) for at in range(20))
