"""The plan of the house names every room that stands, and no file that does not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("command_center", "media_relay", "field_app", "schemas", "door")
PLANS = ("docs/architecture.md", "CONTRIBUTING.md")
_FILE = re.compile(r"`([a-z_/]+/[a-z_]+\.(?:py|html|ts|toml))`")


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return listed.splitlines()


def test_the_plan_names_every_room() -> None:
    plan = (ROOT / PLANS[0]).read_text("utf-8")
    rooms = {
        PurePosixPath(path).parts[1]
        for path in _tracked()
        if path.endswith("/__init__.py") and path.startswith(PROGRAMS) and path.count("/") == 2
    }
    assert len(rooms) > 30
    assert sorted(room for room in rooms if f"{room}/" not in plan) == []


@pytest.mark.parametrize("plan", PLANS)
def test_no_plan_names_a_file_that_does_not_stand(plan: str) -> None:
    named = _FILE.findall((ROOT / plan).read_text("utf-8"))
    tracked = [f"/{path}" for path in _tracked()]
    assert len(named) > 10
    assert [one for one in named if not any(path.endswith(f"/{one}") for path in tracked)] == []
