"""A recording while it is being received: ranges, chain, and what no part holds yet."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final, Protocol

from media_relay.chain import Chain
from media_relay.entries import Facts, InLog
from media_relay.segment import Record
from schemas import ranges
from schemas.media.fragment import Header, first_link
from schemas.media.head import NO_FRAGMENT, Head
from schemas.media.opening import RecordingOpening, RenditionInfo
from schemas.problems import Kind, MzError
from schemas.ranges import Range
from schemas.sign import Envelope, HashAlg

_FRAGMENT: Final = Record.FRAGMENT
FINAL_GRACE_S = 20.0
"""A part is closed so long after the final head even if numbers are missing."""
TAIL_PATIENCE_S = 120.0
"""Without a new record for so long, the tail that no head covers goes into a part too, marked.

Till then it waits in the log: a device that comes back usually brings the head. If it brings
it later, the feed says so (`heads_verified`)."""


class Sender(Protocol):
    """The socket that a fragment came by, and that its acknowledgement goes to."""

    def received(self, recording: str, rendition: int, number: int) -> None:
        """Say that a fragment is durable."""

    def fault(
        self, error: MzError, recording: str, rendition: int | None, number: int | None
    ) -> None:
        """Say what was refused."""

    def end(self, error: MzError) -> None:
        """Say why and close."""


@dataclass
class Unreported:
    """Durable fragments that the feed has not told of yet."""

    ranges: list[Range] = field(default_factory=list)
    first_wall_ms: int = 0
    last_wall_ms: int = 0
    bytes: int = 0

    def add(self, number: int, wall_ms: int, size: int) -> None:
        """Count one fragment."""
        first = not self.ranges
        self.first_wall_ms = wall_ms if first else min(self.first_wall_ms, wall_ms)
        self.last_wall_ms = wall_ms if first else max(self.last_wall_ms, wall_ms)
        self.ranges = ranges.add(self.ranges, number, number)
        self.bytes += size


class InFlight:
    """A fragment on its way into the log, and who waits for it."""

    __slots__ = ("frame", "header", "rendition", "senders", "state")

    def __init__(
        self, state: RecordingState, rendition: RenditionState, header: Header, frame: bytes,
        senders: list[Sender],
    ) -> None:  # fmt: skip
        self.state, self.rendition = state, rendition
        self.header, self.frame, self.senders = header, frame, senders

    def appended(self, position: int) -> None:
        """Note that it is durable, and acknowledge it."""
        header, rendition, size = self.header, self.rendition, len(self.frame)
        number = header.number
        del rendition.in_flight[number]
        self.state.add_pending(InLog(position, _FRAGMENT, size, header.rendition, Facts.of(header)))
        rendition.received = ranges.add(rendition.received, number, number)
        rendition.unreported.add(number, header.wall_ms, size)
        for sender in self.senders:
            sender.received(self.state.id, header.rendition, number)

    def failed(self, error: MzError) -> None:
        """Forget it, so that it may come again."""
        del self.rendition.in_flight[self.header.number]
        self.rendition.chain.retract(self.header.number)
        for sender in self.senders:
            sender.end(error)


class RenditionState:
    """One rendition: which numbers arrived, are durable, are archived; its chain and its end."""

    def __init__(self, info: RenditionInfo, first: bytes) -> None:
        self.info = info
        self.chain = Chain(first)
        self.init: bytes | None = None
        self.received: list[Range] = []
        self.archived: list[Range] = []
        self.told_unsigned: list[Range] = []
        self.final: Head | None = None
        self.final_at = 0.0
        self.heads_seen: set[tuple[int, bool]] = set()
        self.in_flight: dict[int, InFlight] = {}
        self.unreported = Unreported()
        self.gap_since: float | None = None
        self.asked_at = 0.0

    def top(self) -> int:
        """Return the highest number known of, -1 for none."""
        held = self.chain.held[-1][1] if self.chain.held else -1
        return max(held, self.final_number())

    def final_number(self) -> int:
        """Return the number of the final head, -1 without one or when nothing was made."""
        if self.final is None or self.final.number == NO_FRAGMENT:
            return -1
        return self.final.number

    def gaps(self) -> list[Range]:
        """Return the numbers up to the highest known that have not arrived."""
        held = self.chain.held
        if self.final is None and (not held or (len(held) == 1 and held[0][0] == 0)):
            return []  # as nearly always
        return ranges.missing(self.chain.held, 0, self.top())

    def knows_head(self, head: Head) -> bool:
        """Say whether a head was taken, or would say nothing new: its number is archived and
        signed."""
        if (head.number, head.final) in self.heads_seen:
            return True
        return not head.final and self._is_settled(head.number)

    def _is_settled(self, number: int) -> bool:
        return ranges.holds(self.archived, number) and ranges.holds(self.chain.signed, number)

    def forget(self) -> None:
        """Let go of what only fragments that are not archived yet need."""
        self.chain.forget(self.archived)
        self.heads_seen = {
            (number, final)
            for number, final in self.heads_seen
            if final or not self._is_settled(number)
        }

    def whole(self) -> bool:
        """Say whether the final head came and every number up to it is durable."""
        return self.final is not None and not ranges.missing(self.received, 0, self.top())


class RecordingState:
    """One recording, from its verified opening until its last part."""

    def __init__(
        self, opening: RecordingOpening, envelope: Envelope, public: bytes, quarantined: bool
    ) -> None:
        self.opening, self.envelope, self.public = opening, envelope, public
        self.quarantined = quarantined
        self.id, self.device = opening.recording, opening.device
        alg = HashAlg(opening.hash_alg)
        self.renditions = {
            info.rendition: RenditionState(info, first_link(envelope.payload, info.rendition, alg))
            for info in opening.renditions
        }
        self.opening_pending = False
        self.pending: list[InLog] = []
        self.unchecked: deque[tuple[InLog, bytes]] = deque()
        """Durable heads whose signature was not checked yet; they are among what is pending."""
        self.pending_bytes = 0
        self.pending_since = 0.0
        self.touched = time.monotonic()
        self.serial = 0
        self.closing = False
        self.retry_at = 0.0

    def rendition(self, number: int) -> RenditionState:
        """Return a rendition; `opening.unknown_rendition` if the opening does not name it."""
        found = self.renditions.get(number)
        if found is None:
            raise MzError("opening.unknown_rendition", Kind.INVALID, f"{self.id}/{number}")
        return found

    def add_pending(self, entry: InLog) -> None:
        """Note a durable record that no part holds yet."""
        now = time.monotonic()
        if not self.pending:
            self.pending_since = now
        self.pending.append(entry)
        self.pending_bytes += entry.length
        self.touched = now

    def checked(self) -> list[InLog]:
        """Return what is pending, without the heads whose signature was not checked yet."""
        waiting = {entry.position for entry, _ in self.unchecked}
        return [entry for entry in self.pending if entry.position not in waiting]

    def drop_head(self, entry: InLog) -> None:
        """Forget a durable head whose signature is bad; the same number may come again."""
        self.pending = [one for one in self.pending if one.position != entry.position]
        self.pending_bytes -= entry.length
        if entry.head is not None:
            seen = self.rendition(entry.rendition).heads_seen
            seen.discard((entry.head.number, entry.head.final))

    def in_flight(self) -> bool:
        """Say whether a fragment is on its way into the log."""
        return any(state.in_flight for state in self.renditions.values())

    def set_final(self, head: Head) -> None:
        """Note the final head of a rendition; the first one counts."""
        state = self.rendition(head.rendition)
        if state.final is None:
            state.final, state.final_at = head, time.monotonic()

    def ended(self) -> bool:
        """Say whether every rendition has its final head."""
        return all(state.final is not None for state in self.renditions.values())

    def whole(self) -> bool:
        """Say whether every rendition ended and is durable to its last number."""
        return all(state.whole() for state in self.renditions.values())

    def forced(self, now: float) -> bool:
        """Say whether nothing more may come: also what no head covers goes into the next part."""
        if self.whole():
            return True
        if self.ended():
            return now - max(s.final_at for s in self.renditions.values()) >= FINAL_GRACE_S
        return now - self.touched >= TAIL_PATIENCE_S

    def due(self, now: float, part_seconds: float, part_bytes: int) -> bool:
        """Say whether a part of what is pending is to be closed now."""
        if not self.pending or self.closing or now < self.retry_at:
            return False
        if self.ended() and self.forced(now):
            return True
        return now - self.pending_since >= part_seconds or self.pending_bytes >= part_bytes

    def choose(self, now: float, part_seconds: float, part_bytes: int) -> list[InLog]:
        """Return the pending records that the next part takes, in order of arrival.

        Fragments beyond the last good head wait for the next one, unless the recording is over
        or silent, or they have waited as long as two parts: then they go in and are marked.
        """
        everything = self.forced(now) or now - self.pending_since >= 2 * part_seconds
        taken, size = [], 0
        for entry in self.checked():
            if everything or self._covered(entry):
                taken.append(entry)
                size += entry.length
                if size >= part_bytes:
                    break
        return taken

    def _covered(self, entry: InLog) -> bool:
        if entry.fragment is None:
            return True
        return ranges.holds(self.rendition(entry.rendition).chain.signed, entry.fragment.number)

    def settle(self, taken: list[InLog]) -> None:
        """Note that these records stand in a part that was read back."""
        gone = {entry.position for entry in taken}
        self.pending = [entry for entry in self.pending if entry.position not in gone]
        self.pending_bytes = sum(entry.length for entry in self.pending)
        self.pending_since = time.monotonic()
        for number, state in self.renditions.items():
            numbers = [
                entry.fragment.number
                for entry in taken
                if entry.rendition == number and entry.fragment is not None
            ]
            state.archived = ranges.union(state.archived, ranges.of(numbers))
            state.forget()
