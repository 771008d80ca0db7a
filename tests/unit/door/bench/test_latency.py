"""Latency figures from frames drawn and frames seen."""

from __future__ import annotations

import pytest

from door.bench.latency import report
from door.bench.result import begin


def test_delays_stalls_and_share_of_frames() -> None:
    drawn = {n: 1_000_000 + 40 * n for n in range(1000)}
    seen = {n: at + 250 for n, at in drawn.items() if n % 10}
    late = {n: at + (600 if n >= 500 else 0) for n, at in seen.items()}
    result = begin("latency")
    report(result, late, drawn, 0, rounds=2)
    assert result.figures["latency.p50_ms"].spread == (250.0, 850.0)
    assert result.figures["latency.stalls_per_10min"].value == pytest.approx(15, abs=0.5)
    assert result.figures["latency.frames_read"].value == pytest.approx(90, abs=0.2)


def test_what_was_seen_before_it_settled_is_left_out() -> None:
    drawn = {n: 40 * n for n in range(100)}
    seen = {n: at + (5000 if n < 10 else 100) for n, at in drawn.items()}
    result = begin("latency")
    report(result, {n: at for n, at in seen.items() if n >= 10}, drawn, 0, rounds=3)
    assert result.figures["latency.p95_ms"].value == 100.0


def test_nothing_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="no frame number"):
        report(begin("latency"), {}, {1: 1}, 0, rounds=3)
