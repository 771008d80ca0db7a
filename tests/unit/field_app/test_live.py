"""The live lane's rules: window, jump to the newest key-frame, what it holds in hand."""

from __future__ import annotations

import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from field_app import local_socket
from field_app.capture.command import FRAGMENT_MS
from field_app.capture.media_clock import MediaClock
from field_app.capture.recording import Kept
from field_app.spool.footage import Key
from field_app.spool.spool import Spool
from field_app.sync.backoff import Backoff
from field_app.sync.choice import CUT_MS
from field_app.sync.lane import LaneEvents
from field_app.sync.live import LiveLane, after_jump, window
from field_app.sync.session import Session


def kept(number: int) -> Kept:
    return Kept(Key("r", 1, number), b"", number % 5 == 0, 200.0)


@given(st.floats(0, 60))
def test_the_window_is_two_and_half_as_much_again_as_the_round_trip(round_trip: float) -> None:
    assert window(round_trip) == 2 + int(1.5 * round_trip / (FRAGMENT_MS / 1000))


@given(st.lists(st.one_of(st.integers(0, 40).map(kept), st.just(b"head")), max_size=30))
def test_a_jump_begins_at_the_newest_key_frame_and_keeps_heads(queue: list[Kept | bytes]) -> None:
    left = after_jump(queue)
    fragments = [item for item in left if isinstance(item, Kept)]
    assert left.count(b"head") == queue.count(b"head")
    if any(isinstance(item, Kept) and item.key_frame for item in queue):
        assert fragments[0].key_frame
        assert not any(item.key_frame for item in fragments[1:])
    else:
        assert left == queue


def test_unsent_pictures_older_than_the_limit_are_left_to_the_archive(spool: Spool) -> None:
    events = LaneEvents(lambda m: None, lambda e: None, lambda: None)
    lane = LiveLane(Session(spool.facts), spool.footage, events)
    for number in range(100):
        lane.fragment(kept(number))
        assert lane._queued_ms() <= CUT_MS
    assert not lane.holds(Key("r", 1, 99)), "nothing is in hand without a link"
    assert not lane.connected


def test_what_arrived_is_no_part_of_what_is_on_its_way(spool: Spool) -> None:
    events = LaneEvents(lambda m: None, lambda e: None, lambda: None)
    lane = LiveLane(Session(spool.facts), spool.footage, events)
    lane._lost = False
    for number in range(30):
        lane.fragment(kept(number))
        lane._queue.popleft()
        lane._outstanding[Key("r", 1, number)] = time.monotonic(), 1
        lane.got([Key("r", 1, number)], 0.0)
        lane.got([Key("r", 1, number)], 0.0)  # named again: nothing changes
    assert lane._backlog() == 0


@given(st.lists(st.floats(0, 300), min_size=1, max_size=80))
def test_the_clock_of_a_fragment_is_never_in_the_future(delays: list[float]) -> None:
    clock = MediaClock(90_000)
    for number, delay in enumerate(delays):
        arrived = round(10_000 + (number + 1) * 200 + delay)
        taken = clock.taken_mono_ms(number * 18_000, 18_000, arrived)
        assert taken <= arrived
        assert taken >= 10_000 + number * 200 - 1


def test_a_camera_that_stood_still_is_followed() -> None:
    clock = MediaClock(90_000)
    for number in range(200):
        pause = 5_000 if number >= 100 else 0
        taken = clock.taken_mono_ms(number * 18_000, 18_000, (number + 1) * 200 + pause)
    assert taken == 199 * 200 + 5_000


def test_back_off_doubles_to_its_cap_and_starts_again() -> None:
    backoff = Backoff(0.2, 5.0)
    waits = [backoff.seconds() for _ in range(10)]
    assert 0.1 <= waits[0] <= 0.2
    assert all(wait <= 5.0 for wait in waits)
    assert waits[-1] >= 2.5
    backoff.reset()
    assert backoff.seconds() <= 0.2


def test_a_spool_path_of_any_length_can_be_listened_on(tmp_path: Path) -> None:
    folder = tmp_path / ("长" * 30) / ("x" * 60)
    folder.mkdir(parents=True)
    door = local_socket.listen(folder / "service.sock")
    near = local_socket.connect(folder / "service.sock")
    far, _ = door.accept()
    with door, near, far:
        near.sendall(b"x")
        assert far.recv(1) == b"x"
