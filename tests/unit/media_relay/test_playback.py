"""Playlists and gaps: nothing is left out in silence, and lengths are honest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_relay.entries import Facts
from media_relay.playback import gaps_of, groups_of, playlist, tail_gap

SCALE, EACH = 1000, 200


def fact(number: int) -> Facts:
    """Return a fragment of 200 ms; each fifth begins with a key-frame."""
    return Facts(number, number % 5 == 0, number * EACH, EACH, 1_000_000 + number * EACH)


def test_a_group_is_a_gop_and_the_open_one_waits() -> None:
    facts = [fact(number) for number in range(13)]
    running = groups_of(facts, SCALE, ended=False)
    assert [(g.first, g.last) for g in running] == [(0, 4), (5, 9)]
    ended = groups_of(facts, SCALE, ended=True)
    assert [(g.first, g.last) for g in ended] == [(0, 4), (5, 9), (10, 12)]
    assert ended[-1].duration_s == pytest.approx(0.6)


@given(held=st.frozensets(st.integers(0, 60), min_size=1))
def test_entries_cover_every_number_once_and_all_the_time(held: frozenset[int]) -> None:
    facts = [fact(number) for number in sorted(held)]
    groups = groups_of(facts, SCALE, ended=True)
    groups += tail_gap(groups, max(held), EACH)
    if not any(number % 5 == 0 for number in held):
        assert all(group.gap for group in groups)
    at, clock = 0, 0.0
    for group in groups:
        assert group.first == at
        assert group.start_s == pytest.approx(clock)
        at, clock = group.last + 1, clock + group.duration_s
        if not group.gap:
            assert set(range(group.first, group.last + 1)) <= held
            assert group.first % 5 == 0
    assert at == max(held) + 1
    assert clock == pytest.approx((max(held) + 1) * EACH / SCALE)


def test_a_long_gap_is_shown_in_pieces_that_keep_the_target() -> None:
    facts = [*map(fact, range(5)), *map(fact, range(500, 505))]
    groups = groups_of(facts, SCALE, ended=True)
    text = playlist(groups, ended=True, gop_ms=1000)
    target = int(text.split("#EXT-X-TARGETDURATION:")[1].split()[0])
    lengths = [float(line[8:-1]) for line in text.splitlines() if line.startswith("#EXTINF")]
    assert max(lengths) <= target + 0.5
    assert sum(lengths) == pytest.approx(101.0, abs=0.05)
    assert text.count("#EXT-X-DISCONTINUITY") == 2
    assert text.rstrip().endswith("#EXT-X-ENDLIST")


def test_a_clock_that_was_set_is_told_again_without_a_gap() -> None:
    facts = [*map(fact, range(10)), *(fact(n)._replace(wall_ms=90_000_000) for n in range(10, 15))]
    text = playlist(groups_of(facts, SCALE, ended=True), ended=True, gop_ms=1000)
    stamps = [line for line in text.splitlines() if line.startswith("#EXT-X-PROGRAM-DATE-TIME")]
    assert [stamp.partition(":")[2] for stamp in stamps] == [
        "1970-01-01T00:16:40.000Z", "1970-01-02T01:00:00.000Z",
    ]  # fmt: skip
    assert "#EXT-X-DISCONTINUITY" not in text


def later(number: int, by_ms: int = 60_000) -> Facts:
    """Return a fragment of small that was chosen again so much later."""
    one = fact(number)
    return one._replace(media_start=one.media_start + by_ms, wall_ms=one.wall_ms + by_ms)


def test_s03_small_that_was_chosen_again_later_begins_anew() -> None:
    facts = [*map(fact, range(8)), *map(later, range(8, 17))]
    groups = groups_of(facts, SCALE, ended=True)
    # what was chosen before a key-frame cannot be shown: it counts to the time between
    assert [(g.first, g.last, g.gap) for g in groups] == [
        (0, 4, False), (5, 7, False), (8, 8, True), (9, 9, True), (10, 14, False), (15, 16, False),
    ]  # fmt: skip
    facts = [*map(fact, range(10)), *map(later, range(10, 17))]
    groups = groups_of(facts, SCALE, ended=True)
    assert [(g.first, g.duration_s) for g in groups] == [(0, 1), (5, 1), (10, 1), (15, 0.4)]
    lines = playlist(groups, ended=True, gop_ms=1000).splitlines()
    assert lines.count("#EXT-X-DISCONTINUITY") == 1
    turn = lines.index("#EXT-X-DISCONTINUITY")
    assert lines[turn + 1 : turn + 4] == [
        "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:17:42.000Z", "#EXTINF:1.000,", "10-14.m4s",
    ]  # fmt: skip
    assert gaps_of(facts, SCALE, 16) == []


def test_gaps_carry_the_clocks_around_them() -> None:
    facts = [fact(number) for number in (0, 1, 5, 6)]
    gaps = gaps_of(facts, SCALE, 9)
    assert [(g.first, g.last, g.start_wall_ms, g.end_wall_ms) for g in gaps] == [
        (2, 4, 1_000_400, 1_001_000),
        (7, 9, 1_001_400, None),
    ]


def test_nothing_held_is_an_empty_running_playlist() -> None:
    text = playlist(groups_of([], SCALE, ended=False), ended=False, gop_ms=1000)
    assert "EXTINF" not in text
    assert "ENDLIST" not in text
