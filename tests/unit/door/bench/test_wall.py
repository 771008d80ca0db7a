"""The figures of sixteen tiles."""

from __future__ import annotations

import pytest

from door.bench.result import Result, begin
from door.bench.wall import report


def shown(age_ms: int, every_ms: int = 80) -> list[tuple[int, int]]:
    """Return pictures from 0 to 10 s, each so old when it is seen."""
    return [(at, at - age_ms) for at in range(0, 10_000, every_ms)]


def reported(*tiles: list[tuple[int, int]]) -> Result:
    result = begin("wall")
    report(result, list(tiles), 1_000, 9_000)
    return result


def test_the_age_of_a_picture_grows_until_the_next_is_seen() -> None:
    figures = reported(*[shown(500, every_ms=400)] * 4).figures
    assert 600 <= figures["latency.wall16_age_p50_ms"].value <= 750
    assert 800 <= figures["latency.wall16_age_p95_ms"].value <= 900
    assert figures["latency.wall16_frames_a_second"].value == pytest.approx(2.5)


def test_a_tile_that_stands_still_is_not_hidden_by_the_others() -> None:
    stopped = [picture for picture in shown(500) if picture[0] < 2_000]
    figures = reported(*[shown(500)] * 15, stopped).figures
    assert figures["latency.wall16_worst_tile_p95_ms"].value > 6_000


def test_a_tile_that_never_showed_anything_is_an_error() -> None:
    with pytest.raises(ValueError, match="never read"):
        reported(shown(500), [])
