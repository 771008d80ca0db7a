"""A centre's empty database, migrated once in a process and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from alembic import command

from command_center.platform.opening import migration_config


@cache
def _template() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="mz-template-")
    command.upgrade(migration_config(f"sqlite:///{folder.name}/centre.db"), "head")
    return folder


def lay_sqlite(data: Path) -> None:
    """Put a migrated SQLite file where the settings of this data folder look for it."""
    data.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(_template().name) / "centre.db", data / "centre.db")
