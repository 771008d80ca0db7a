"""Playback of what is held: HLS by group of pictures, and the holdings with their gaps.

A playlist entry is one GOP: the payloads of its fragments one after the other. What is missing
is shown as EXT-X-GAP of the same length between two discontinuities, never skipped in silence.
Fragments between a gap and the next key-frame are held but cannot be shown: they count to the
gap here, and as held in the holdings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from media_relay.entries import APART_MS, Facts
from media_relay.parts import spans_of
from schemas import ranges
from schemas.exports import Gap
from schemas.feed import SpanHeld
from schemas.ranges import Range
from schemas.time import utc

MAX_GAP_ENTRY_S = 10.0
"""A gap is shown in entries of this length at most, or it would raise the target duration."""


MAX_CLOCK_DRIFT_MS = 100
"""A player adds up lengths from the last clock it was told; when the device's clock is further off
than this, it is told again."""


class BrokenLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number whose link or head does not fit, and the code."""

    number: int
    code: str


class RenditionHoldings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the relay holds of one rendition: `stream.Holdings` with times, gaps and marks.

    `last` is the number of the final head (None: not ended, or nothing was made); `unsigned`
    are held numbers that no good head covers, `closed` what is held and private and what the
    asking ticket does not open.
    """

    recording: str
    device: str
    opened_wall_ms: int
    rendition: int
    opened: bool
    init: bool
    final: bool
    last: int | None
    received: list[Range]
    archived: list[Range]
    spans: list[SpanHeld]
    gaps: list[Gap]
    unsigned: list[Range]
    broken: list[BrokenLink]
    closed: list[SpanHeld] = []


class Group(NamedTuple):
    """One entry of a playlist: fragments `first`…`last`; times in seconds of the media clock."""

    first: int
    last: int
    start_s: float
    duration_s: float
    wall_ms: int
    gap: bool = False


def gaps_of(facts: Sequence[Facts], timescale: int, last: int) -> list[Gap]:
    """Return the missing numbers of 0…last in ascending facts, with the clocks around them."""
    spans = spans_of(list(facts), timescale)
    held = [(span.first, span.last) for span in spans]
    ends = {span.last: span.end_wall_ms for span in spans}
    starts = {span.first: span.start_wall_ms for span in spans}
    return [
        Gap(low, high, ends.get(low - 1), starts.get(high + 1))
        for low, high in ranges.missing(held, 0, last)
    ]


def groups_of(facts: Sequence[Facts], timescale: int, *, ended: bool) -> list[Group]:
    """Return playlist entries of ascending facts.

    While the recording runs its last group is left out: it may still grow, and an entry that a
    player knows must not change.
    """
    groups: list[Group] = []
    run: list[Facts] = []
    for fact in facts:
        follows = bool(run) and fact.follows(run[-1], timescale)
        if follows and not fact.key_frame:
            run.append(fact)
        elif fact.key_frame:
            _close(groups, run, timescale)
            run = [fact]
        elif not follows:
            _close(groups, run, timescale)
            run = []
    if ended:
        _close(groups, run, timescale)
    return groups


def tail_gap(groups: Sequence[Group], last: int, fragment_ms: int) -> list[Group]:
    """Return the gap after the last group of an ended recording.

    Nothing that is held says how long it was: its length is the opening's nominal one.
    """
    shown = groups[-1].last if groups else -1
    if last <= shown:
        return []
    end_s = groups[-1].start_s + groups[-1].duration_s if groups else 0.0
    length_s = (last - shown) * fragment_ms / 1000
    wall_ms = groups[-1].wall_ms + round(groups[-1].duration_s * 1000) if groups else 0
    return _gap(shown + 1, last, end_s, end_s + length_s, wall_ms + round(length_s * 1000))


def _close(groups: list[Group], run: list[Facts], timescale: int) -> None:
    """Add the group of a run, with the gap before it where numbers are left out."""
    if not run:
        return
    end = run[-1].media_start + run[-1].media_duration
    start_s, duration_s = run[0].media_start / timescale, (end - run[0].media_start) / timescale
    expected = groups[-1].last + 1 if groups else 0
    if run[0].number > expected:
        from_s = groups[-1].start_s + groups[-1].duration_s if groups else 0.0
        groups += _gap(expected, run[0].number - 1, from_s, start_s, run[0].wall_ms)
    groups.append(Group(run[0].number, run[-1].number, start_s, duration_s, run[0].wall_ms))


def _gap(first: int, last: int, from_s: float, to_s: float, wall_ms: int) -> list[Group]:
    """Return the pieces of a gap; their lengths together are the time that is missing."""
    length, count = max(to_s - from_s, 0.001), last - first + 1
    pieces = min(max(1, math.ceil(length / MAX_GAP_ENTRY_S)), count)
    start_ms = wall_ms - round(length * 1000)
    return [
        Group(
            first + at * count // pieces,
            first + (at + 1) * count // pieces - 1,
            from_s + at * length / pieces,
            length / pieces,
            start_ms + round(at * length / pieces * 1000),
            gap=True,
        )
        for at in range(pieces)
    ]


def _apart(before: Group, group: Group) -> bool:
    """Whether time lies between neighbours by number: small and sound that were chosen anew."""
    return group.start_s - before.start_s - before.duration_s > APART_MS / 1000


def playlist(groups: Sequence[Group], *, ended: bool, gop_ms: int) -> str:
    """Return the HLS media playlist (RFC 8216; EXT-X-GAP of version 8)."""
    longest = max((group.duration_s for group in groups), default=0.0)
    target = max(math.ceil(longest), math.ceil(gop_ms / 1000), 1)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:8",
        f"#EXT-X-TARGETDURATION:{target}",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if ended else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init.mp4"',
    ]
    before: Group | None = None
    expected_ms = 0
    for group in groups:
        turns = before is None or group.gap != before.gap or _apart(before, group)
        if before is not None and turns:
            lines.append("#EXT-X-DISCONTINUITY")
        if turns or abs(group.wall_ms - expected_ms) > MAX_CLOCK_DRIFT_MS:
            expected_ms = group.wall_ms
            stamp = utc(group.wall_ms).isoformat(timespec="milliseconds")
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{stamp.replace('+00:00', 'Z')}")
        if group.gap:
            lines.append("#EXT-X-GAP")
        lines += (f"#EXTINF:{group.duration_s:.3f},", f"{group.first}-{group.last}.m4s")
        expected_ms += round(group.duration_s * 1000)
        before = group
    if ended:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"
