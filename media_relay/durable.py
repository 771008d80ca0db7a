"""Files that survive a power cut: written aside, synced, then given their name."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder (and those above it) and make its name durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def write_once(path: Path, data: bytes) -> None:
    """Write a small file under its name, once; a file of that name is left as it is."""
    if not path.exists():
        replace(path, data)


def replace(path: Path, data: bytes) -> None:
    """Write a small file under its name; a file of that name is gone only when this one is
    durable."""
    half = path.with_name(path.name + ".half")
    with half.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)
    sync_folder(path.parent)
