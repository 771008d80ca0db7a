"""Parts of a transaction are made by the unit of work alone, which takes all of them back."""

from __future__ import annotations

from pathlib import Path

CENTRE = Path(__file__).resolve().parents[2] / "command_center"


def test_only_the_unit_of_work_makes_savepoints() -> None:
    makers = [
        path.relative_to(CENTRE).as_posix()
        for path in CENTRE.rglob("*.py")
        if "begin_nested(" in path.read_text("utf-8")
    ]
    assert makers == ["platform/uow.py"]
