"""What import-linter cannot say: every program is under contract, and where Kivy may appear."""

from __future__ import annotations

import ast
import configparser
from pathlib import Path

from door.check import PROGRAMS

ROOT = Path(__file__).resolve().parents[2]
KIVY_MAY = ("field_app/main.py", "field_app/app.py", "field_app/screens/", "field_app/theme/")


def imported(path: Path) -> set[str]:
    """Return the top-level names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_every_program_is_under_contract_types_and_packaging() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert here <= set(PROGRAMS)
    assert config["importlinter"]["root_packages"].split() == list(PROGRAMS)
    packaged = config["options.packages.find"]["include"].split()
    assert packaged == [f"{name}*" for name in PROGRAMS]


def test_only_the_window_of_the_field_app_knows_kivy() -> None:
    knowing = [
        path.relative_to(ROOT).as_posix()
        for name in PROGRAMS
        for path in (ROOT / name).rglob("*.py")
        if "kivy" in imported(path)
    ]
    assert [name for name in knowing if not name.startswith(KIVY_MAY)] == []


def test_unit_tests_never_open_a_window() -> None:
    """Importing some Kivy widgets opens one, so what is fast stays away from the screens."""
    offenders = [
        path.name
        for path in (ROOT / "tests/unit").rglob("*.py")
        if "kivy" in imported(path) or "field_app.screens" in path.read_text("utf-8")
    ]
    assert offenders == []
