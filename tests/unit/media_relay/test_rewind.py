"""Where a rewind begins: at a key-frame, two minutes ago at most."""

from __future__ import annotations

import pytest

from media_relay.entries import Facts
from media_relay.rewind import MAX_REWIND_MS, _start_of

FACTS = [Facts(n, n % 5 == 0, n * 200, 200, n * 200) for n in range(1000)]
NEWEST_MS = FACTS[-1].wall_ms


@pytest.mark.parametrize(
    ("from_wall_ms", "number"),
    [
        (NEWEST_MS, 995),
        (NEWEST_MS - 60_000, 695),
        (NEWEST_MS - MAX_REWIND_MS, 395),
        (0, 395),
        (NEWEST_MS + 10_000, 995),
    ],
)
def test_it_begins_at_the_key_frame_before(from_wall_ms: int, number: int) -> None:
    found = _start_of(FACTS, from_wall_ms)
    assert found is not None
    assert found.number == number


def test_what_begins_after_the_moment_begins_at_its_first_key_frame() -> None:
    found = _start_of(FACTS[3:20], 0)
    assert found is not None
    assert found.number == 5


def test_nothing_begins_nowhere() -> None:
    assert _start_of([], 0) is None
    assert _start_of(FACTS[1:4], 0) is None
