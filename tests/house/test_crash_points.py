"""Every crash point that the code names is passed by a test that kills there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ("command_center", "door", "field_app", "media_relay", "schemas")
_POINT = re.compile(r"crash\.point\(([^)]*)\)")
_NAME = re.compile(r'"([a-z_]+\.[a-z_]+)"')


def named_in_code() -> set[str]:
    """Return the names of all crash points."""
    return {
        name
        for program in PROGRAMS
        for path in (ROOT / program).rglob("*.py")
        for name in _POINT.findall(path.read_text("utf-8"))
    }


def test_every_crash_point_has_a_literal_name_of_its_own() -> None:
    named = [
        name
        for program in PROGRAMS
        for path in sorted((ROOT / program).rglob("*.py"))
        for name in _POINT.findall(path.read_text("utf-8"))
    ]
    assert all(_NAME.fullmatch(name) for name in named), named
    assert len(named) == len(set(named))
    assert len(named) >= 14


def test_every_crash_point_has_a_test() -> None:
    tests = "\n".join(
        path.read_text("utf-8")
        for folder in ("integration", "e2e")
        for path in (ROOT / "tests" / folder).rglob("test_*.py")
    )
    untested = [
        name for name in named_in_code() if not re.search(re.escape(name[:-1]) + r'(:\d+)?"', tests)
    ]
    assert untested == []
