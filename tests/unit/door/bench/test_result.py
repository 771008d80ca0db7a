"""The result of a bench: medians, spreads, ratios, goals, and the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from door.bench.names import NAMES
from door.bench.result import Baseline, Figure, begin, percentile
from door.verbs import parser_of, verb


def test_a_figure_is_the_median_of_its_rounds_with_spread_and_ratio() -> None:
    result = begin("archive")
    result.add(
        "archive.received_rate", [90.0, 120.0, 100.0], "MB/s",
        goal=">= 80", baseline=Baseline("bare", 200.0, "MB/s"),
    )  # fmt: skip
    figure = result.figures["archive.received_rate"]
    assert (figure.value, figure.spread, figure.ratio) == (100.0, (90.0, 120.0), 0.5)
    assert figure.met() is True


def test_a_ratio_needs_the_same_unit() -> None:
    result = begin("archive")
    result.add("x", [0.7], "x", baseline=Baseline("bare", 200.0, "MB/s"))
    assert result.figures["x"].ratio is None


def test_nothing_measured_is_no_figure() -> None:
    result = begin("relay")
    result.add("relay.p95_ms", [], "ms")
    assert result.figures == {}
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 95)


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [(20.0, "<= 20", True), (20.1, "<= 20", False), (0.4, ">= 0.5", False), (1.0, None, None)],
)
def test_goals(value: float, goal: str | None, met: bool | None) -> None:
    assert Figure(value, "ms", goal).met() is met


@pytest.mark.parametrize(("percent", "expected"), [(50, 50.0), (95, 95.0), (100, 100.0)])
def test_percentile_is_the_nearest_rank(percent: int, expected: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == expected


def test_the_file_has_the_agreed_form(tmp_path: Path) -> None:
    result = begin("relay")
    result.add("relay.p95_ms", [3.0], "ms", goal="<= 20", baseline=Baseline("nginx", 2.0, "ms"))
    result.write(tmp_path / "r.json")
    written = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert {"bench", "commit", "machine", "figures"} <= set(written)
    assert set(written["figures"]["relay.p95_ms"]) == {
        "value", "unit", "goal", "baseline", "ratio", "spread",
    }  # fmt: skip
    assert list(tmp_path.iterdir()) == [tmp_path / "r.json"]


def test_the_table_marks_what_missed_its_goal() -> None:
    result = begin("relay")
    result.add("a", [30.0], "ms", goal="<= 20")
    result.add("b", [3.0], "ms", goal="<= 20")
    assert [line.split()[0] for line in result.table().splitlines()] == ["✗", "✓"]


def test_the_verb_takes_every_name() -> None:
    parser = parser_of(verb("bench"))
    for name in NAMES:
        args = parser.parse_args([name, "--json", "x.json", "--seconds", "5"])
        assert verb("bench").occasions(args) == NAMES[name].occasions
