"""Where the device is: a receiver's fix, a track that says it is simulated, nothing invented."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from field_app.device.gpsd import fix_of
from field_app.device.gpx import GpxPlace
from field_app.device.places import make_place
from schemas.problems import MzError
from schemas.records import Where

FIX = {"class": "TPV", "mode": 3, "lat": 23.12911, "lon": 113.264385}


@pytest.mark.parametrize(
    ("said", "accuracy"),
    [({"eph": 4.5, "epx": 9.0}, 4.5), ({"epx": 3.0, "epy": 7.5}, 7.5), ({}, 50.0)],
)
def test_a_fix_has_the_accuracy_that_the_receiver_says(
    said: dict[str, float], accuracy: float
) -> None:
    assert fix_of({**FIX, **said}) == Where(23.12911, 113.264385, accuracy)


@pytest.mark.parametrize(
    "without",
    [{"mode": 1}, {"mode": 0}, {"lat": None}, {"lon": "113"}, {"lat": math.nan}, {"lat": 91.0}],
)
def test_what_is_no_fix_is_no_place(without: dict[str, object]) -> None:
    assert fix_of({**FIX, **without}) is None


def track(folder: Path, *points: str) -> Path:
    path = folder / "walk.gpx"
    path.write_text(
        '<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
        + "".join(points)
        + "</trkseg></trk></gpx>"
    )
    return path


def point(lat: float, lon: float, time: str = "") -> str:
    return f'<trkpt lat="{lat}" lon="{lon}">{f"<time>{time}</time>" if time else ""}</trkpt>'


def test_a_track_is_walked_by_its_own_times_and_ends_where_it_ends(tmp_path: Path) -> None:
    walk = GpxPlace(
        track(
            tmp_path,
            point(23.0, 113.0, "2026-03-01T01:00:00Z"),
            point(23.001, 113.0, "2026-03-01T01:00:10Z"),
            point(23.001, 113.002, "2026-03-01T01:00:20Z"),
        )
    )
    assert walk.after(0).lat == 23.0
    assert walk.after(5).lat == pytest.approx(23.0005)
    assert walk.after(15).lon == pytest.approx(113.001)
    assert (walk.after(99).lat, walk.after(99).lon) == (23.001, 113.002)
    assert walk.now().mock


@given(seconds=st.floats(min_value=0, max_value=10_000))
def test_a_track_without_times_is_walked_on_foot(
    tmp_path_factory: pytest.TempPathFactory, seconds: float
) -> None:
    walk = GpxPlace(track(tmp_path_factory.mktemp("t"), point(23.0, 113.0), point(23.01, 113.0)))
    start, here = walk.after(0), walk.after(seconds)
    gone = geodesic((start.lat, start.lon), (here.lat, here.lon)).m
    whole = geodesic((23.0, 113.0), (23.01, 113.0)).m
    assert gone == pytest.approx(min(whole, 1.4 * seconds), abs=1.0)


@pytest.mark.parametrize("content", ["", "no xml", "<gpx></gpx>", "<gpx><trk></gpx>"])
def test_what_is_no_track_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "walk.gpx"
    path.write_text(content)
    with pytest.raises(MzError) as caught:
        make_place(f"gpx:{path}")
    assert caught.value.code == "place.track_unreadable"


@pytest.mark.parametrize("text", ["gpsd:here", "gpsd:host:0", "gpsd:host:70000"])
def test_no_such_daemon_is_refused(text: str) -> None:
    with pytest.raises(MzError) as caught:
        make_place(text)
    assert caught.value.code == "place.malformed"


def test_a_place_given_by_hand_says_that_no_receiver_measured_it() -> None:
    where = make_place("23.1291,113.2644").now()
    assert where is not None
    assert where.mock
