"""Closing parts: written from the log, read back from the disk, hashed, signed for, acknowledged.

The steps, each after the one before it is durable:
1. the part's file is written and gets its name from its digest;
2. it is read back, hashed, and every fragment in it is compared with its own digest;
   it is copied to every other failure domain, and each copy is read back and hashed;
3. with enough copies (`required_domains`) the signed statement, the entries and the feed item
   are committed to the index;
4. the device is told `archived`; the log may forget what the part holds.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from sqlite3 import Connection
from typing import BinaryIO, NamedTuple, cast

import msgspec
import structlog

from media_relay import copies, feed, shelf
from media_relay.chain import Link
from media_relay.domains import Domains
from media_relay.entries import Facts, InLog
from media_relay.heads import Heads
from media_relay.index import Index
from media_relay.lanes import Lanes
from media_relay.log import SharedLog
from media_relay.recordings import RecordingState
from media_relay.segment import Record
from media_relay.settings import Settings
from media_relay.shelf import Row
from media_relay.trust import Trust
from media_relay.vault import LocalVault, Shelf
from schemas import crash, ranges
from schemas.feed import HeadsVerified, PartArchived, RecordingOpened, SpanHeld
from schemas.ids import new_id
from schemas.media.fragment import check_digest, link, split_frame
from schemas.media.head import decode_head
from schemas.media.opening import init_frame
from schemas.media.part import Entry, PartPreamble, PartWriter, read_part
from schemas.problems import Kind, MzError
from schemas.ranges import Range
from schemas.sign import Envelope, decode, sign_envelope
from schemas.stream import ARCHIVED, Archived, ArchivedStatement, RenditionRanges
from schemas.time import now_ms

RETRY_S = 5.0

_log = structlog.get_logger()


class PartRead(NamedTuple):
    """What a part holds, as read back from the vault."""

    sha256: str
    size: int
    preamble: PartPreamble
    opening: Envelope
    rows: list[Row]
    heads: list[bytes]
    inits: dict[int, bytes]


def read_back(vault: LocalVault, sha256: str) -> PartRead:
    """Read a part from the disk and check all of it.

    Errors: `part.malformed`, `part.wrong_digest`, `fragment.wrong_digest`, `vault.not_found`.
    """
    preamble: PartPreamble | None = None
    opening: Envelope | None = None
    rows: list[Row] = []
    heads: list[bytes] = []
    inits: dict[int, bytes] = {}
    with vault.open_cold(Shelf.PARTS, sha256) as file:
        sha = hashlib.sha256()
        for kind, offset, data in read_part(file, sha):
            if kind is Entry.PREAMBLE:
                preamble = decode(data, PartPreamble)
            elif kind is Entry.OPENING:
                opening = decode(data, Envelope)
            elif kind is Entry.INIT:
                inits[data[4]] = data
            elif kind is Entry.HEAD:
                heads.append(data)
            else:
                rows.append(_row(offset, data))
        size = file.tell()
    if sha.hexdigest() != sha256:
        raise MzError("part.wrong_digest", Kind.INVALID, sha256)
    if preamble is None or opening is None:
        raise MzError("part.malformed", Kind.INVALID, "no preamble or no opening")
    return PartRead(sha256, size, preamble, opening, rows, heads, inits)


def _row(offset: int, frame: bytes) -> Row:
    header, payload = split_frame(frame)
    check_digest(header, payload)
    own = Link(header.previous, link(frame, header.hash_alg))
    return Row(int(header.rendition), offset, len(frame), own, Facts.of(header))


def _in_part(state: RecordingState, read: PartRead) -> list[InLog]:
    """Return the pending records that a part holds: fragments by number, heads, and what every
    part repeats."""
    numbers = {(row.rendition, row.fragment.number) for row in read.rows}
    heads = {(int(h.rendition), h.number, h.final) for h in map(decode_head, read.heads)}
    found = []
    for entry in state.pending:
        if entry.fragment is not None:
            held = (entry.rendition, entry.fragment.number) in numbers
        elif entry.head is not None:
            held = (entry.rendition, entry.head.number, entry.head.final) in heads
        else:
            held = entry.kind is Record.OPENING or entry.rendition in read.inits
        if held:
            found.append(entry)
    return found


class PartCloser:
    """Closes the parts that are due; one at a time for each recording."""

    def __init__(
        self, settings: Settings, trust: Trust, log: SharedLog, vault: LocalVault, index: Index,
        lanes: Lanes, domains: Domains, heads: Heads,
    ) -> None:  # fmt: skip
        self._settings, self._trust, self._log, self._heads = settings, trust, log, heads
        self._vault, self._index, self._lanes = vault, index, lanes
        self._domains = domains
        self._two_at_a_time = asyncio.Semaphore(2)
        self._waiting: dict[str, PartRead] = {}

    async def close(self, state: RecordingState) -> None:
        """Close a part of what is pending. A failure leaves all as it was, to be tried again."""
        if state.closing:
            return
        state.closing = True
        try:
            await self._heads.check(state)
            settings = self._settings
            taken = state.choose(time.monotonic(), settings.part_seconds, settings.part_bytes)
            if not taken:
                return
            async with self._two_at_a_time:
                read = self._waiting.get(state.id) or await self._make(state, taken)
                taken = _in_part(state, read)
                self._waiting[state.id] = read
                domains = await self._copies(read)
            statement = await self.commit(state, read, domains)
            del self._waiting[state.id]
            crash.point("relay.after_part_close_before_ack")
            state.settle(taken)
            self._log.release([entry.position for entry in taken])
            self._lanes.tell(state.device, Archived(statement))
            _log.info(
                "part.archived", recording=state.id, part=read.preamble.part, bytes=read.size,
                domains=len(domains),
            )  # fmt: skip
        except (MzError, OSError) as error:
            state.retry_at = time.monotonic() + RETRY_S
            _log.error("part.failed", recording=state.id, reason=str(error)[:200])
        finally:
            state.closing = False

    def wait_for(self, recording: str, read: PartRead) -> None:
        """Take up a part that stands in the vault and lacks copies; the log holds all of it."""
        self._waiting[recording] = read

    async def _make(self, state: RecordingState, taken: list[InLog]) -> PartRead:
        """Write a part and read it back from the disk."""
        preamble = PartPreamble(
            new_id(), state.id, self._settings.relay, state.serial + 1, now_ms()
        )
        try:
            sha256 = await asyncio.to_thread(self._write, state, preamble, taken)
            read = await asyncio.to_thread(read_back, self._vault, sha256)
        except (MzError, OSError) as error:
            self._domains.mark(self._domains.primary, error)
            raise
        self._domains.mark(self._domains.primary, None)
        return read

    async def _copies(self, read: PartRead) -> list[str]:
        """Return the domains that hold a part and read it back; `relay.domain_unavailable`."""
        domains = [self._domains.primary, *await self._domains.copy(Shelf.PARTS, read.sha256)]
        required = self._settings.required_domains
        if len(domains) < required:
            detail = f"{len(domains)} of {required} copies"
            raise MzError("relay.domain_unavailable", Kind.UNAVAILABLE, detail)
        return domains

    def _write(self, state: RecordingState, preamble: PartPreamble, taken: list[InLog]) -> str:
        """Write a part from the log; return its digest."""
        half = self._vault.begin()
        try:
            writer = PartWriter(cast(BinaryIO, half.file), preamble)
            writer.add(Entry.OPENING, msgspec.json.encode(state.envelope))
            for number, rendition in state.renditions.items():
                if rendition.init is not None:
                    writer.add(Entry.INIT, init_frame(state.id, number, rendition.init))
            kept = [one for one in taken if one.kind in (Record.FRAGMENT, Record.HEAD)]
            records = self._log.read_all([entry.position for entry in kept])
            for entry, data in zip(kept, records, strict=True):
                writer.add(Entry(entry.kind), data)
            sha256 = writer.close()
        except BaseException:
            half.drop()
            raise
        self._vault.store(Shelf.PARTS, half, sha256)
        crash.point("relay.after_part_written")
        return sha256

    async def commit(self, state: RecordingState, read: PartRead, domains: list[str]) -> Envelope:
        """Sign for a part that was read back in these domains; write it into index and feed."""
        numbers: dict[int, list[int]] = {}
        for row in read.rows:
            numbers.setdefault(row.rendition, []).append(row.fragment.number)
        held = [RenditionRanges(r, ranges.of(n)) for r, n in sorted(numbers.items())]
        statement = sign_envelope(
            self._trust.signer,
            ARCHIVED,
            ArchivedStatement(
                self._settings.relay, state.id, read.preamble.part, read.sha256, read.size,
                held, domains, self._settings.required_domains, now_ms(),
            ),
        )  # fmt: skip
        signed = {number: one.chain.signed for number, one in state.renditions.items()}
        unsigned = _unsigned(signed, held)
        item = PartArchived(0, 0, statement, _spans(state, read.rows), unsigned)
        verified = _verified(state, signed)
        archived = {
            number: ranges.union(rendition.archived, ranges.of(numbers.get(number, [])))
            for number, rendition in state.renditions.items()
        }

        def job(connection: Connection) -> None:
            if shelf.put_recording(connection, state):
                feed.put(connection, RecordingOpened(0, 0, state.envelope, state.quarantined))
            shelf.put_part(connection, read.preamble, read.sha256, read.size, statement)
            copies.put_copies(connection, Shelf.PARTS, read.sha256, domains)
            shelf.put_entries(connection, state.id, read.preamble.part, read.rows)
            for raw in read.heads:
                shelf.put_head(connection, raw, decode_head(raw))
            for number, rendition in state.renditions.items():
                shelf.put_rendition(
                    connection, state.id, number, rendition.init, archived[number], signed[number]
                )
            feed.put(connection, item)
            for late in verified:
                feed.put(connection, late)

        await self._index.run(job)
        _note_told(state, unsigned, signed)
        state.serial = max(state.serial, read.preamble.serial)
        return statement


def _spans(state: RecordingState, rows: list[Row]) -> list[tuple[int, list[SpanHeld]]]:
    """Return the runs of consecutive fragments with the device's wall clock, by rendition."""
    out: list[tuple[int, list[SpanHeld]]] = []
    for number, rendition in state.renditions.items():
        facts = sorted(row.fragment for row in rows if row.rendition == number)
        if facts:
            out.append((number, spans_of(facts, rendition.info.timescale)))
    return out


def spans_of(facts: list[Facts], timescale: int) -> list[SpanHeld]:
    """Return the runs in ascending facts: one number after the other, without time between."""
    spans: list[SpanHeld] = []
    former: Facts | None = None
    for fact in facts:
        end = fact.wall_ms + fact.media_duration * 1000 // timescale
        if former is not None and fact.follows(former, timescale):
            spans[-1] = SpanHeld(spans[-1].first, fact.number, spans[-1].start_wall_ms, end)
        else:
            spans.append(SpanHeld(fact.number, fact.number, fact.wall_ms, end))
        former = fact
    return spans


Signed = dict[int, list[Range]]
"""What good heads cover, by rendition: taken down once, since heads come while a part is closed."""


def _unsigned(signed: Signed, held: list[RenditionRanges]) -> list[RenditionRanges]:
    """Return the numbers that no good head covers, by rendition."""
    out = []
    for item in held:
        rest = ranges.without(item.ranges, signed[item.rendition])
        if rest:
            out.append(RenditionRanges(item.rendition, rest))
    return out


def _verified(state: RecordingState, signed: Signed) -> list[HeadsVerified]:
    """Return what the feed called unsigned and a later head covers."""
    out = []
    for number, rendition in state.renditions.items():
        left = ranges.without(rendition.told_unsigned, signed[number])
        covered = ranges.without(rendition.told_unsigned, left)
        if covered:
            out.append(HeadsVerified(0, 0, state.id, number, covered))
    return out


def _note_told(state: RecordingState, unsigned: list[RenditionRanges], signed: Signed) -> None:
    """Take down what the feed calls unsigned now."""
    news = {item.rendition: item.ranges for item in unsigned}
    for number, rendition in state.renditions.items():
        left = ranges.without(rendition.told_unsigned, signed[number])
        rendition.told_unsigned = ranges.union(left, news.get(number, []))
