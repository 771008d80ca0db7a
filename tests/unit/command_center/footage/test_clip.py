"""What may be asked of a clip."""

from __future__ import annotations

import pytest

from command_center.footage.clip import AskClip
from schemas.problems import MzError
from schemas.sign import decode


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        (b'{"recording":"r"}', (None, None)),
        (b'{"recording":"r","from_wall_ms":null,"to_wall_ms":5}', (None, 5)),
        (b'{"recording":"r","from_wall_ms":4,"to_wall_ms":5}', (4, 5)),
    ],
)
def test_a_clip_has_no_one_or_two_ends(body: bytes, ends: tuple[int | None, int | None]) -> None:
    asked = decode(body, AskClip)
    assert (asked.from_wall_ms, asked.to_wall_ms) == ends


@pytest.mark.parametrize(
    "body",
    [
        b'{"from_wall_ms":4}',
        b'{"recording":"r","from_wall_ms":5,"to_wall_ms":5}',
        b'{"recording":"r","from_wall_ms":6,"to_wall_ms":5}',
        b'{"recording":"r","from_wall_ms":-1}',
        b'{"recording":"r","to_wall_ms":1e3000}',
        b'{"recording":"r","rendition":1}',
    ],
)
def test_a_clip_that_makes_no_sense_is_malformed(body: bytes) -> None:
    with pytest.raises(MzError, match=r"message\.malformed"):
        decode(body, AskClip)
