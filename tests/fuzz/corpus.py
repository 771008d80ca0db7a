"""The kept corpus: inputs that reach different places of a target, one base64 line each."""

from __future__ import annotations

import base64
from pathlib import Path

FOLDER = Path(__file__).with_name("corpus")


def load(name: str) -> list[bytes]:
    """Return a target's kept inputs."""
    path = FOLDER / f"{name}.txt"
    lines = path.read_text("ascii").splitlines() if path.exists() else []
    return [base64.b64decode(line) for line in lines]


def keep(name: str, inputs: list[bytes]) -> None:
    """Write a target's inputs, the shortest first."""
    FOLDER.mkdir(exist_ok=True)
    lines = [base64.b64encode(one).decode() for one in sorted(set(inputs), key=_order)]
    (FOLDER / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), "ascii")


def _order(data: bytes) -> tuple[int, bytes]:
    return len(data), data
