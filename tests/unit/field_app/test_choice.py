"""The live lane's choice among renditions, and the pace of the archive lane beside it (S-02)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from field_app.sync.choice import CUT_MS, DOWN_MS, Choice
from field_app.sync.pacing import Pacing
from schemas.media.fragment import Rendition

FULL_BYTES = 35_000


def run(choice: Choice, since: float, seconds: float, delivered: int) -> float:
    """Let a link deliver so many bytes a second beside a full picture of 1.4 Mbit/s."""
    at = since
    for _ in range(int(seconds * 5)):
        at += 0.2
        choice.made(at, Rendition.FULL, FULL_BYTES)
        choice.delivered.note(at, delivered // 5)
        choice.consider(at, backlog=1000)
    return at


def test_s02_sound_outlives_the_picture() -> None:
    choice = Choice()
    assert choice.now is Rendition.FULL
    assert not choice.waits(1.0, DOWN_MS)
    assert choice.waits(1.0, DOWN_MS + 1)
    assert choice.now is Rendition.SMALL
    assert not choice.waits(2.0, CUT_MS + 1)
    assert not choice.waits(9.0, CUT_MS + 1)
    assert choice.waits(11.0, CUT_MS + 1)
    assert choice.now is Rendition.SOUND
    assert not choice.waits(12.0, 60_000)


def test_s02_a_new_connection_begins_with_a_picture() -> None:
    choice = Choice()
    choice.again(0.0)
    assert choice.now is Rendition.FULL
    for at in (1.0, 2.0, 3.0):
        choice.waits(at, CUT_MS + 1)
    assert choice.now is Rendition.SOUND
    choice.again(4.0)
    assert choice.now is Rendition.SMALL


def test_s02_it_goes_up_when_the_link_carries_clearly_more() -> None:
    choice = Choice()
    choice.waits(0.0, DOWN_MS + 1)
    at = run(choice, 0.0, 20, delivered=75_000)
    assert choice.now is Rendition.SMALL
    run(choice, at, 10, delivered=300_000)
    assert choice.now is Rendition.FULL


def test_s02_it_goes_up_when_nothing_waits_any_more() -> None:
    choice = Choice()
    choice.waits(0.0, DOWN_MS + 1)
    assert not choice.consider(1.0, backlog=0)
    assert choice.consider(6.0, backlog=0)
    assert choice.now is Rendition.FULL


def test_s02_a_step_up_that_fails_waits_twice_as_long() -> None:
    choice = Choice()
    choice.waits(0.0, DOWN_MS + 1)
    assert choice.consider(6.0, backlog=0)
    assert not choice.waits(8.0, DOWN_MS + 1), "TCP is given time to learn the link"
    assert choice.waits(8.0, 2 * DOWN_MS + 1)
    assert not choice.consider(17.0, backlog=0)
    assert choice.consider(19.0, backlog=0)


def test_s02_a_link_that_became_wide_is_used_soon_whatever_failed_before() -> None:
    choice, at = Choice(), 0.0
    choice.waits(at, DOWN_MS + 1)
    for _ in range(4):  # each step up fails, and the patience grows to a minute
        while not choice.consider(at, backlog=0):
            at += 0.2
        choice.waits(at + 1, 2 * DOWN_MS + 1)
    at = run(choice, at + 1, 8, delivered=600_000)
    assert choice.now is Rendition.SMALL
    run(choice, at, 3, delivered=600_000)
    assert choice.now is Rendition.FULL


def test_the_archive_lane_slows_down_for_a_queue_and_not_for_one_loss() -> None:
    pacing = Pacing()
    for _ in range(10):
        pacing.acknowledged(0.1, 1e6)
    before = pacing.bytes_a_second()
    pacing.acknowledged(0.9, 1e6)
    assert pacing.bytes_a_second() > before
    for _ in range(3):
        pacing.acknowledged(0.9, 1e6)
    assert pacing.bytes_a_second() < before


def test_s02_where_nothing_queues_the_archive_lane_soon_uses_the_link() -> None:
    pacing, acks = Pacing(), 0
    while pacing.bytes_a_second() < 500_000:
        pacing.acknowledged(0.31, 1e6)
        acks += 1
    assert acks < 25  # five seconds


def test_s02_a_way_that_became_longer_is_no_queue() -> None:
    """From 90 to 310 ms at one blow: the archive lane goes slow, doubts, and goes on."""
    pacing = Pacing()
    for _ in range(50):
        pacing.acknowledged(0.09, 20_000)
    acks = 0
    while pacing.least_delay_s < 0.31:
        pacing.acknowledged(0.31, 20_000)
        acks += 1
        assert acks < 30
    assert pacing.bytes_a_second() < 10_000
    for _ in range(25):
        pacing.acknowledged(0.31, 20_000)
    assert pacing.bytes_a_second() == 60_000  # as much as was tried lately, three times over


@given(st.lists(st.floats(min_value=0.01, max_value=5.0), max_size=200))
def test_the_pace_stays_within_its_bounds_whatever_the_delays(delays: list[float]) -> None:
    pacing = Pacing()
    for delay in delays:
        pacing.acknowledged(delay, 100_000)
        assert 6_000 <= pacing.bytes_a_second() <= 300_000
