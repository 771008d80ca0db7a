"""The changelog says each thing once: merges of branches that all add to its end may double it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"


def test_no_line_stands_twice() -> None:
    lines = [line for line in CHANGELOG.read_text("utf-8").splitlines() if line.strip()]
    assert [line for line, count in Counter(lines).items() if count > 1] == []
