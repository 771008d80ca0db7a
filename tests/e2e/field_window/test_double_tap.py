"""A finger that trembles, or taps twice to be sure: what is said once is said once (S-01)."""

from __future__ import annotations

import pytest
from kivy.tests.common import UnitTestTouch

from schemas.records import Step
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import SimulatedService


def _two_fingers(hand: Hand) -> None:
    """Touch the key with two fingers within one frame."""
    touches = [UnitTestTouch(*_middle(hand)) for _ in range(2)]
    for touch in touches:
        touch.touch_down()
    for touch in touches:
        touch.touch_up()


def _tap_tap(hand: Hand) -> None:
    """Tap twice, the second time when the key says the next step already."""
    before = hand.part("step").text
    _tap(hand)
    hand.wait(lambda: hand.part("step").text != before)
    _tap(hand)


def _tap(hand: Hand) -> None:
    touch = UnitTestTouch(*_middle(hand))
    touch.touch_down()
    touch.touch_up()


def _middle(hand: Hand) -> tuple[float, float]:
    key = hand.part("step")
    x, y = key.to_window(*key.center)
    return float(x), float(y)


@pytest.mark.parametrize("twice", [_two_fingers, _tap_tap])
def test_s01_a_step_that_is_tapped_twice_is_told_once_and_the_next_one_is_not_told(
    twice: object, hand: Hand, service: SimulatedService
) -> None:
    hand.enter()
    hand.frames(4)
    assert callable(twice)
    twice(hand)
    hand.wait(lambda: service.steps and not hand.part("step").disabled)
    assert [one.step for one in service.steps] == [Step.DEPARTED]
    hand.tap(hand.part("step"))
    hand.wait(lambda: len(service.steps) == 2)
    assert service.steps[1].step is Step.ON_SCENE
