"""Stamps: a small file inside what was made, naming the inputs that it was made from.

The stamp is removed before the making begins and written last, so whatever is half made has
none and is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

Stamp = dict[str, str | list[str]]


def digest(paths: Iterable[Path], root: Path) -> str:
    """Return one SHA-256 over the names (relative to `root`) and bytes of the given files."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes() if path.is_file() else b"absent"
        name = path.relative_to(root).as_posix()
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def read(path: Path) -> Stamp | None:
    """Return the stamp, or None where there is none or it is damaged."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def write(path: Path, stamp: Stamp) -> None:
    """Write the stamp so that it appears whole or not at all."""
    half = path.with_name(f"{path.name}.half")
    with half.open("w", encoding="utf-8") as file:
        json.dump(stamp, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
