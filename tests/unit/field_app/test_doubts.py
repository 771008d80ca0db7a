"""S-04: clocks that jump and places that cannot be are noticed, and honest ones never are."""

from __future__ import annotations

import msgspec
from geopy.distance import distance
from hypothesis import given
from hypothesis import strategies as st

from field_app.device.doubts import AGAIN_MS, FASTEST_KMH, JUMP_MS, Doubt, Doubts, least_kmh
from schemas.recording_notes import NoticedKind
from schemas.records import Where

HERE = Where(23.129111, 113.264389, 6.0)
T0 = 1_800_000_000_000


def moved(metres: float, accuracy_m: float = 6.0) -> Where:
    there = distance(meters=metres).destination((HERE.lat, HERE.lon), 70)
    return Where(there.latitude, there.longitude, accuracy_m)


@given(st.lists(st.tuples(st.integers(1, 5_000), st.integers(-(10**7), 10**7)), max_size=30))
def test_each_set_of_the_clock_is_told_by_how_much(rounds: list[tuple[int, int]]) -> None:
    doubts, wall_ms, mono_ms = Doubts(), T0, 1_000
    doubts.look(wall_ms, mono_ms, None)
    for passed_ms, set_ms in rounds:
        wall_ms, mono_ms = wall_ms + passed_ms + set_ms, mono_ms + passed_ms
        said = [Doubt(NoticedKind.CLOCK_SET, set_ms)] if abs(set_ms) >= JUMP_MS else []
        assert doubts.look(wall_ms, mono_ms, None) == said


@given(st.lists(st.tuples(st.integers(500, 5_000), st.floats(0, 80)), max_size=30))
def test_who_travels_by_road_or_rail_is_never_doubted(legs: list[tuple[int, float]]) -> None:
    doubts, mono_ms, metres = Doubts(), 1_000, 0.0
    for passed_ms, metres_a_second in legs:
        mono_ms, metres = mono_ms + passed_ms, metres + metres_a_second * passed_ms / 1_000
        assert doubts.look(T0 + mono_ms, mono_ms, moved(metres)) == []


@given(st.floats(0, 50_000), st.floats(0, 500), st.integers(1, 60_000))
def test_accuracy_counts_for_the_officer(metres: float, accuracy: float, took_ms: int) -> None:
    speed = least_kmh(HERE, moved(metres, accuracy), took_ms)
    assert speed >= 0
    assert speed <= metres * 3_600 / took_ms + 1
    if metres <= accuracy:
        assert speed == 0


def test_a_place_that_jumps_is_told_once_a_minute() -> None:
    doubts, far = Doubts(), moved(5_000)
    doubts.look(T0, 0, HERE)
    (said,) = doubts.look(T0 + 1_000, 1_000, far)
    assert said.what is NoticedKind.IMPOSSIBLE_SPEED
    assert said.value > FASTEST_KMH
    assert doubts.look(T0 + 2_000, 2_000, HERE) == []
    assert doubts.look(T0 + 2_000 + AGAIN_MS, 2_000 + AGAIN_MS, HERE) == []
    assert doubts.look(T0 + 3_000 + AGAIN_MS, 3_000 + AGAIN_MS, far)


def test_a_simulated_place_is_told_once_a_recording() -> None:
    doubts, given_ = Doubts(), msgspec.structs.replace(HERE, mock=True)
    assert doubts.look(T0, 0, given_) == [Doubt(NoticedKind.SIMULATED_PLACE)]
    assert doubts.look(T0 + 1_000, 1_000, given_) == []
    assert Doubts().look(T0, 0, HERE) == []
