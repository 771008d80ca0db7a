"""The time to drain that the desk is told (S-02)."""

from __future__ import annotations

from field_app.sync.drain import Drain


def test_a_backlog_that_shrinks_evenly_is_gone_when_it_says() -> None:
    drain = Drain()
    told = [drain.seconds(2.0 * i, 10_000_000 - 400_000 * i) for i in range(10)]
    assert told[:2] == [None, None]
    assert told[-1] == 32  # 6.4 MB at 200 kB a second


def test_one_that_grows_or_stands_has_no_end() -> None:
    drain = Drain()
    for i in range(20):
        assert drain.seconds(2.0 * i, 1_000_000 + 1000 * i) is None
    standing = Drain()
    assert [standing.seconds(2.0 * i, 1_000) for i in range(5)] == [None] * 5


def test_nothing_waits_no_longer() -> None:
    assert Drain().seconds(0.0, 0) == 0


def test_what_was_longer_ago_than_twenty_seconds_counts_no_more() -> None:
    drain = Drain()
    drain.seconds(0.0, 9_000_000)
    drain.seconds(100.0, 1_000_000)
    assert drain.seconds(102.0, 1_000_000) is None
