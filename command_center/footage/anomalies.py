"""What does not fit in a device's own account of its footage. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from command_center.footage.continuity import Span
from schemas.ranges import Range

JUMP_MS = 2_000
"""A relay tells walls only, cut by whole frames: what is smaller may be frames."""


@dataclass(frozen=True)
class ClockJump:
    """At fragment `number` the device's wall clock is not where the one before ended.

    moved_ms < 0: set back for certain. moved_ms > 0: set forward, or capture stood still; the
    monotonic clock in the fragments' headers decides, which the verifier reads.
    """

    recording: str
    number: int
    at_ms: int
    moved_ms: int


def clock_jumps(spans: Iterable[Span], fragment_ms: Mapping[str, int]) -> list[ClockJump]:
    """Return where wall clocks jumped, from spans as the relay told them (not joined).

    fragment_ms: a fragment's usual length by recording; within a span it bounds the jump.
    """
    found: list[ClockJump] = []
    former: Span | None = None
    for span in sorted(spans, key=lambda item: (item.recording, item.rendition, item.first)):
        follows = (
            former is not None
            and (former.recording, former.rendition) == (span.recording, span.rendition)
            and former.last + 1 == span.first
        )
        if follows and former is not None:
            moved = span.start_ms - former.end_ms
            if abs(moved) > JUMP_MS:
                found.append(ClockJump(span.recording, span.first, span.start_ms, moved))
        usual = (span.last - span.first + 1) * fragment_ms.get(span.recording, 0)
        moved = span.end_ms - span.start_ms - usual
        if usual and abs(moved) > JUMP_MS + usual // 10:
            found.append(ClockJump(span.recording, span.first, span.start_ms, moved))
        former = span
    return found


def unseen_counters(known: set[int], here: set[int], reported: int) -> list[Range]:
    """Return the counters around a device's recordings of an operation that nobody ever saw.

    known: counters of all its recordings; here: those of the operation; reported: the last one
    that the device named at a contact. Looked at: from the recording before to the one after.
    """
    if not here:
        return []
    low = max((one for one in known if one < min(here)), default=0)
    later = min((one for one in known if one > max(here)), default=None)
    high = max(reported, *here) if later is None else later
    lost = [one for one in range(low + 1, high + 1) if one not in known][:1000]
    found: list[Range] = []
    for one in lost:
        if found and found[-1][1] == one - 1:
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return found
