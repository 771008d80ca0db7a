"""The golden bytes decode for ever, to the same values, and are written again to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.problems import MzError
from tests.contract import wire
from tests.contract.make_golden import MAKERS

GOLDEN = Path(__file__).parent / "golden"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text("utf-8"))


def test_every_thing_has_golden_bytes_and_an_expectation() -> None:
    files = {path.name for path in GOLDEN.iterdir()} - {"expected.json"}
    assert files == set(wire.THINGS) == set(EXPECTED) == set(MAKERS)


def _as_then(found: Any, expected: Any) -> Any:
    """Return what was decoded without the fields that were added since: older bytes do not have
    them, so they are at an empty default."""
    if isinstance(found, dict) and isinstance(expected, dict):
        added = {
            key for key in found if key not in expected and found[key] in (None, [], {}, "", False)
        }
        return {
            key: _as_then(item, expected.get(key))
            for key, item in found.items()
            if key not in added
        }
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [_as_then(one, then) for one, then in zip(found, expected, strict=True)]
    return found


@pytest.mark.parametrize("name", sorted(wire.THINGS))
def test_golden_bytes_decode_to_what_they_meant(name: str) -> None:
    raw = (GOLDEN / name).read_bytes()
    assert _as_then(wire.expectation(name, raw), EXPECTED[name]) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(n for n, thing in wire.THINGS.items() if thing.write))
def test_golden_bytes_are_written_again_the_same(name: str) -> None:
    raw = (GOLDEN / name).read_bytes()
    write = wire.THINGS[name].write
    assert write is not None
    assert write(raw) == raw


BINARY = ["fragment.bin", "head.bin", "part.bin", "wrapped_to_court.bin", "encrypted_frame.bin"]


@pytest.mark.parametrize("name", BINARY)
def test_no_changed_byte_decodes_to_the_same(name: str) -> None:
    raw = (GOLDEN / name).read_bytes()
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 0x40]) + raw[at + 1 :]
        try:
            value = wire.expectation(name, changed)
        except (MzError, ValueError):
            continue
        assert value != EXPECTED[name], f"byte {at} does not matter"
