"""The generated contracts are those of the code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_center.cli.contracts import documents

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "contracts"


@pytest.mark.parametrize("name", sorted(documents()))
def test_contracts_are_fresh(name: str) -> None:
    """Mend it with `python -m command_center.cli openapi`."""
    assert (FOLDER / name).read_text("utf-8") == documents()[name]


def test_every_message_refuses_unknown_fields() -> None:
    tree = json.loads(documents()["messages.schema.json"])
    loose = [
        name
        for name, schema in tree["$defs"].items()
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False
    ]
    assert not loose
