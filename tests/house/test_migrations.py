"""Migrations form one line: two that were numbered side by side would start no court."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parents[2]


def test_every_migration_follows_one_other_and_is_named_by_its_number() -> None:
    scripts = ScriptDirectory(str(ROOT / "command_center" / "migrations"))
    found = list(scripts.walk_revisions())
    assert len(scripts.get_heads()) == 1
    numbers = [script.revision for script in reversed(found)]
    assert numbers == [f"{number:04d}" for number in range(1, len(found) + 1)]
    files = [Path(script.path).name[:4] for script in reversed(found)]
    assert files == numbers
    assert len(list((ROOT / "command_center/migrations/versions").glob("*.py"))) == len(found)
