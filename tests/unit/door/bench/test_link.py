"""Ages on a thin link, and the bare upload beside it."""

from __future__ import annotations

from door.bench.link import bare_upload, report
from door.bench.result import begin
from door.proxy import Link


def test_age_grows_while_the_picture_stands_and_the_outage_is_left_out() -> None:
    drawn = {n: 40 * n for n in range(2000)}
    seen = {n: at + 400 for n, at in drawn.items() if at < 20_000 or at >= 31_000}
    result = begin("link")
    report(result, seen, drawn, (1_000, 20_400, 30_400, 79_000))
    assert result.figures["link.fresh_after_ms"].value == 31_000 + 400 - 30_400
    assert 400 <= result.figures["link.age_p50_ms"].value <= 440
    assert result.figures["link.age_p95_ms"].value <= 440


def test_a_picture_that_stood_still_was_old() -> None:
    drawn = {n: 40 * n for n in range(1000)}
    seen = {n: at + 400 for n, at in drawn.items() if not 5_000 <= at < 15_000}
    result = begin("link")
    report(result, seen, drawn, (1_000, 30_000, 30_000, 39_000))
    assert result.figures["link.age_p95_ms"].value > 7_000


def test_a_bare_upload_is_as_slow_as_the_link() -> None:
    assert 0.4 < bare_upload(60_000, Link(rate_bits=1_000_000)) < 3
