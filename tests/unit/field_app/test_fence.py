"""S-04: the fence of an operation's place crosses only on fixes that leave no doubt."""

from __future__ import annotations

from geopy.distance import distance
from hypothesis import given
from hypothesis import strategies as st

from field_app.device.fence import HOLD_MS, Fence, near
from schemas.field_api import Site
from schemas.records import Where

HALL = Site(23.129111, 113.264389, 150)
_lat, _lon = st.floats(-89, 89), st.floats(-180, 180)
_fixes = st.lists(
    st.tuples(st.integers(0, 8_000), st.sampled_from([True, False, None])), max_size=60
)


def at(metres: float, accuracy_m: float, site: Site = HALL, bearing: float = 40) -> Where:
    there = distance(meters=metres).destination((site.lat, site.lon), bearing)
    return Where(there.latitude, there.longitude, accuracy_m)


def walked(fixes: list[tuple[int, bool | None]]) -> list[tuple[int, bool | None]]:
    """Return the fixes with the moments that their steps in time add up to."""
    found, now_ms = [], 0
    for later_ms, inside in fixes:
        now_ms += later_ms
        found.append((now_ms, inside))
    return found


@given(
    _lat, _lon, st.integers(20, 2000), st.floats(0, 20_000), st.floats(0, 3_000), st.floats(0, 360)
)
def test_accuracy_counts_against_either_answer(
    lat: float, lon: float, radius: int, metres: float, accuracy: float, bearing: float
) -> None:
    site = Site(lat, lon, radius)
    found = near(at(metres, accuracy, site, bearing), site)
    assert abs(found.distance_m - metres) < 0.01
    if abs(metres + accuracy - radius) > 0.1 and abs(metres - accuracy - radius) > 0.1:
        sure = metres + accuracy <= radius
        assert found.inside is (True if sure else False if metres - accuracy > radius else None)


def test_a_coarse_fix_says_neither() -> None:
    assert near(at(10, 200), HALL).inside is None
    assert near(at(300, 200), HALL).inside is None
    assert near(at(100, 15), HALL).inside is True
    assert near(at(400, 15), HALL).inside is False


@given(_fixes)
def test_it_crosses_only_after_sure_fixes_of_ten_seconds_agree(
    steps: list[tuple[int, bool | None]],
) -> None:
    fence, seen = Fence(), list[tuple[int, bool]]()
    for now_ms, inside in walked(steps):
        before = fence.inside
        crossed = fence.note(inside, now_ms)
        if inside is not None:
            seen.append((now_ms, inside))
        assert crossed == (fence.inside != before)
        if crossed:
            assert fence.inside is inside
            since = [one for one in seen if one[0] >= fence.since_ms]
            assert now_ms - fence.since_ms >= HOLD_MS
            assert since[-1][1] is inside
            assert (fence.since_ms, inside) in seen
            against = [one for one in seen if one[0] > fence.since_ms and one[1] is not inside]
            assert not against


@given(_fixes)
def test_doubt_neither_crosses_nor_speaks_against_a_crossing(
    steps: list[tuple[int, bool | None]],
) -> None:
    whole, sure = Fence(), Fence()
    for now_ms, inside in walked(steps):
        whole.note(inside, now_ms)
        if inside is not None:
            sure.note(inside, now_ms)
        assert (whole.inside, whole.since_ms) == (sure.inside, sure.since_ms)


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_one_stray_fix_moves_nobody(before: list[bool]) -> None:
    fence = Fence()
    for second in range(20):
        fence.note(True, second * 1_000)
    assert fence.inside
    for number, stray in enumerate(before):
        fence.note(not stray, 20_000 + number * HOLD_MS)
        fence.note(True, 20_500 + number * HOLD_MS)
    assert fence.inside
