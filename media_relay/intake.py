"""The intake: what a device sends is checked, shown live, made durable, acknowledged.

Checked before anything else: header, owner, digest, number. Then the live viewers, then the
log; `received` follows the sync. Links are checked meanwhile, signatures before a part is closed
(`heads`); what does not fit is kept and marked.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Final

import msgspec
import structlog

from media_relay import feed, shelf
from media_relay.chain import Link
from media_relay.durable import write_once
from media_relay.entries import InLog
from media_relay.heads import tell_broken
from media_relay.hub import Hub
from media_relay.index import Index
from media_relay.log import SharedLog
from media_relay.reader import Reader
from media_relay.recordings import InFlight, RecordingState, RenditionState, Sender
from media_relay.registry import Registry
from media_relay.segment import Record
from media_relay.settings import Settings
from schemas import ranges
from schemas.feed import ConflictFound, RecordingOpened
from schemas.media.fragment import Header, check_digest, link, payload_of
from schemas.media.head import NO_FRAGMENT
from schemas.media.opening import check_init, open_opening, split_init
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, HashAlg, sha256_hex
from schemas.ticket import Publisher

_FRAGMENT: Final = Record.FRAGMENT
_log = structlog.get_logger()


class LoggedOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opening as the log keeps it: with the key that the ticket named for its device."""

    opening: Envelope
    public: bytes
    quarantined: bool


@dataclass(frozen=True)
class Rooms:
    """What the intake works with."""

    settings: Settings
    log: SharedLog
    index: Index
    registry: Registry
    hub: Hub
    reader: Reader
    aside: Path


class Intake:
    """Takes openings, init segments and fragments of all devices."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    # openings

    async def open(
        self, envelope: Envelope, publisher: Publisher, sender: Sender, *, bridged: bool = False,
        quarantined: bool = False,
    ) -> RecordingState:  # fmt: skip
        """Return the recording of a verified opening; the same opening again is fine.

        bridged: the relay itself signed it; nobody else may. quarantined: its device was revoked,
        two persons took it over. Errors: `opening.*`, `sign.*`, `relay.disk_full`.
        """
        opening = open_opening(envelope, publisher.public)
        if opening.device != publisher.device:
            raise MzError("opening.wrong_device", Kind.REFUSED, opening.recording)
        if (opening.bridged is not None) != bridged:
            raise MzError("opening.source_refused", Kind.REFUSED, "a bridge is the relay's")
        if opening.hash_alg not in tuple(HashAlg):
            raise MzError("opening.inconsistent", Kind.INVALID, "unknown digest algorithm")
        known = await self._rooms.registry.find(opening.recording)
        if known is not None:
            if known.envelope != envelope:
                raise MzError("opening.conflict", Kind.CONFLICT, opening.recording)
            if not known.public:
                await self.learn_key(known, publisher.public)
            return known
        settings = self._rooms.settings
        if opening.source not in settings.allow_sources:
            raise MzError("opening.source_refused", Kind.REFUSED, opening.source)
        if shutil.disk_usage(settings.data).free < settings.min_free_bytes:
            _log.error("relay.disk_full", min_free_bytes=settings.min_free_bytes)
            raise MzError("relay.disk_full", Kind.UNAVAILABLE, "no new recordings are taken")
        state = RecordingState(opening, envelope, publisher.public, quarantined)
        self._rooms.registry.add(state)
        self._log_opening(state, sender)
        return state

    def _log_opening(self, state: RecordingState, sender: Sender) -> None:
        data = msgspec.json.encode(LoggedOpening(state.envelope, state.public, state.quarantined))

        def appended(position: int) -> None:
            state.add_pending(InLog(position, Record.OPENING, len(data), 0))
            self.tell_opened(state)

        def failed(error: MzError) -> None:
            self._rooms.registry.drop(state.id)
            sender.end(error)

        self._rooms.log.append(Record.OPENING, data, appended, failed)
        _log.info("recording.opened", recording=state.id, device=state.device)

    def tell_opened(self, state: RecordingState) -> None:
        """Write a recording into the index and the feed, once."""

        def job(connection: Connection) -> None:
            if shelf.put_recording(connection, state):
                item = RecordingOpened(0, 0, state.envelope, state.quarantined)
                feed.put(connection, item)

        self._rooms.index.post(job)

    async def learn_key(self, state: RecordingState, public: bytes) -> None:
        """Take the device's key of a recording that was rebuilt from its parts."""
        state.public = public

        def job(connection: Connection) -> None:
            shelf.put_public(connection, state.id, public)

        await self._rooms.index.run(job)

    # init segments

    def init(self, state: RecordingState, frame: bytes, sender: Sender) -> None:
        """Take an init frame; `init.malformed`, `init.wrong_digest`."""
        _, number, init = split_init(frame)
        rendition = state.rendition(number)
        check_init(state.opening, number, init)
        if rendition.init is not None:
            return
        rendition.init = init

        def appended(position: int) -> None:
            state.add_pending(InLog(position, Record.INIT, len(frame), number))

        def failed(error: MzError) -> None:
            rendition.init = None
            sender.end(error)

        self._rooms.log.append(Record.INIT, frame, appended, failed)

    # fragments

    def fragment(
        self, state: RecordingState, header: Header, frame: bytes, sender: Sender, *, live: bool
    ) -> Awaitable[None] | None:
        """Take a fragment by its decoded header and its bytes; known numbers are compared, new
        ones go to viewers and log.

        Errors: `fragment.malformed`, `fragment.wrong_digest`, `opening.unknown_rendition`.
        """
        payload = payload_of(header, frame)
        rendition = state.rendition(header.rendition)
        number = header.number
        if header.hash_alg != state.opening.hash_alg or number == NO_FRAGMENT:
            raise MzError("fragment.malformed", Kind.INVALID, "algorithm or number")
        check_digest(header, payload)
        own = Link(header.previous, link(frame, header.hash_alg))
        if ranges.holds(rendition.chain.held, number):
            return self._again(state, rendition, header, own, frame, sender)
        breaks = rendition.chain.accept(number, own)
        if live and rendition.final is None:
            self._rooms.hub.show(state, header, frame)
        flight = InFlight(state, rendition, header, frame, [sender])
        rendition.in_flight[number] = flight
        self._rooms.log.append(_FRAGMENT, frame, flight.appended, flight.failed)
        for broken in breaks:
            tell_broken(self._rooms.index, state, header.rendition, broken, sender.fault)
        return None

    def _again(
        self, state: RecordingState, rendition: RenditionState, header: Header, own: Link,
        frame: bytes, sender: Sender,
    ) -> Awaitable[None] | None:  # fmt: skip
        """A number that is held: the same bytes are acknowledged again, others are a conflict."""
        held = rendition.chain.link_of(header.number)
        if held is None:
            return self._again_archived(state, header, own, frame, sender)
        if held != own:
            return self._conflict(state, header, frame, sender)
        flight = rendition.in_flight.get(header.number)
        if flight is not None:
            flight.senders.append(sender)
        else:
            sender.received(state.id, header.rendition, header.number)
        return None

    async def _again_archived(
        self, state: RecordingState, header: Header, own: Link, frame: bytes, sender: Sender
    ) -> None:
        held = await self._rooms.index.run(
            lambda connection: shelf.link_of(connection, state.id, header.rendition, header.number)
        )
        if held == own:
            sender.received(state.id, header.rendition, header.number)
        else:
            await self._conflict(state, header, frame, sender)

    async def _conflict(
        self, state: RecordingState, header: Header, frame: bytes, sender: Sender
    ) -> None:
        """Keep other bytes aside, durably, and raise the alarm; what is held stays as it is."""
        number, rendition = header.number, int(header.rendition)
        flight = state.rendition(rendition).in_flight.get(number)
        held_frame = (
            flight.frame
            if flight is not None
            else await self._rooms.reader.frame(state, rendition, number)
        )
        held, other = sha256_hex(held_frame), sha256_hex(frame)
        path = self._rooms.aside / f"{state.id}-{rendition}-{number}-{other}.mzf"
        await asyncio.to_thread(write_once, path, frame)
        item = ConflictFound(0, 0, state.id, rendition, number, held, other)

        def job(connection: Connection) -> None:
            if shelf.put_conflict(connection, item):
                feed.put(connection, item)

        await self._rooms.index.run(job)
        _log.error("fragment.conflict", recording=state.id, rendition=rendition, number=number)
        error = MzError("fragment.conflict", Kind.CONFLICT, f"{state.id} #{number}")
        sender.fault(error, state.id, rendition, number)
