"""A device's socket: publish, open, send, ask; and what it is told in return."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

from media_relay import shelf
from media_relay.acks import Acks, LateAcks
from media_relay.heads import Heads
from media_relay.hub import Hub
from media_relay.index import Index
from media_relay.intake import Intake
from media_relay.lanes import Lanes
from media_relay.recordings import RecordingState
from media_relay.registry import Registry
from media_relay.sockets import StreamSocket
from media_relay.talk import Speaker, TalkRoom
from media_relay.tickets import TicketDesk, publisher_of
from schemas.media.fragment import MAGIC as FRAGMENT_MAGIC
from schemas.media.fragment import decode_header
from schemas.media.head import MAGIC as HEAD_MAGIC
from schemas.media.head import decode_head
from schemas.media.opening import INIT_MAGIC, split_init
from schemas.media.talk import TALK_MAGIC
from schemas.problems import Kind, MzError
from schemas.sign import decode_payload
from schemas.stream import (
    ARCHIVED,
    Archived,
    ArchivedStatement,
    Ask,
    Fault,
    Hearing,
    Holdings,
    Lane,
    Open,
    Played,
    Press,
    Publish,
    Release,
    Silent,
    Speaking,
    ToDevice,
    Watchers,
    Welcome,
    decode_from_device,
)
from schemas.ticket import Act
from schemas.time import now_ms

MAX_OPEN_RECORDINGS = 16
LIVE_AGE_MS = 5_000
"""A fragment of the archive lane this young is shown live as well."""

_LIVE: Final = Lane.LIVE
_FATAL = {"message.unknown", "message.too_large", "fragment.too_large", "sign.unknown_algorithm"}


@dataclass(frozen=True)
class IngestRooms:
    """What a device's socket works with."""

    relay: str
    desk: TicketDesk
    lanes: Lanes
    hub: Hub
    intake: Intake
    heads: Heads
    registry: Registry
    index: Index
    talk: TalkRoom
    late: LateAcks


class DeviceRole:
    """What a device's socket became. Its stream outlives its ticket, not its revocation."""

    def __init__(self, socket: StreamSocket, first: Publish, rooms: IngestRooms) -> None:
        """Check the ticket and join the lanes; `ticket.*`, `device.revoked` otherwise."""
        self._publisher = publisher_of(rooms.desk.check(first.ticket, Act.PUBLISH))
        self._socket, self._rooms = socket, rooms
        self.device, self.lane = self._publisher.device, first.lane
        self._opened: dict[str, RecordingState] = {}
        self._acks = Acks()
        self._speaker = Speaker(self.device)
        self._call_soon = asyncio.get_running_loop().call_soon
        socket.send_text(Welcome(rooms.relay, now_ms()))
        rooms.lanes.join(self)
        if self.lane is Lane.LIVE:
            hub = rooms.hub
            self.tell(Watchers(self.device, hub.count(self.device), hub.wished(self.device)))

    # what the relay says

    def tell(self, message: ToDevice) -> None:
        """Send a message."""
        self._socket.send_text(message)

    def end(self, error: MzError) -> None:
        """Say why and close."""
        self._socket.end(error)

    def fault(
        self, error: MzError, recording: str, rendition: int | None, number: int | None
    ) -> None:
        """Say what was refused; the socket stays."""
        self.tell(Fault(error.problem(), recording, rendition, number))

    def received(self, recording: str, rendition: int, number: int) -> None:
        """Acknowledge a durable fragment, together with the others of this turn."""
        if self._acks.durable(recording, rendition, number):
            self._call_soon(self._send_received)

    def _send_received(self) -> None:
        for received in self._acks.received():
            self.tell(received)

    # what the device says

    def on_text(self, raw: bytes) -> Awaitable[None] | None:
        """Take `Open` or `Ask`, or what belongs to talk."""
        message = decode_from_device(raw)
        match message:
            case Open():
                return self._open(message)
            case Ask():
                return self._ask(message)
            case Hearing() | Press() | Release() | Played() if self.lane is Lane.LIVE:
                self._talk(message)
                return None
            case _:
                raise MzError("message.unknown", Kind.INVALID, "publish comes once")

    async def _open(self, message: Open) -> None:
        try:
            self._opened = {key: state for key, state in self._opened.items() if not state.whole()}
            if len(self._opened) >= MAX_OPEN_RECORDINGS:
                raise MzError("stream.too_many_recordings", Kind.THROTTLED, f"{len(self._opened)}")
            state = await self._rooms.intake.open(message.opening, self._publisher, self)
            self._opened[state.id] = state
        except MzError as error:
            self._refuse(error, None, None, None)

    async def _ask(self, message: Ask) -> None:
        state = await self._rooms.registry.find(message.recording)
        if state is None or state.device != self.device:
            self.tell(Holdings(message.recording, 1, False, False, [], []))
            return
        for number, rendition in state.renditions.items():
            self.tell(
                Holdings(
                    state.id, number, True, rendition.init is not None, rendition.received,
                    rendition.archived, rendition.final is not None,
                )
            )  # fmt: skip
        statements = await self._rooms.index.run(
            lambda connection: shelf.statements_of(connection, state.id)
        )
        for statement in statements:
            said = decode_payload(statement, ARCHIVED, ArchivedStatement)
            if len(said.domains) >= said.required:
                self.tell(Archived(statement))

    def _talk(self, message: Hearing | Press | Release | Played) -> None:
        """Take a message of talk; a refused press leaves the lane open."""
        talk = self._rooms.talk
        match message:
            case Hearing():
                talk.hears(self, message.route, message.private)
            case Press():
                try:
                    if message.ticket:
                        self._renew(message.ticket)
                    self._speaker.may(*self._publisher.speaks_to(message.operation))
                    talk.press(self._speaker, message.burst)
                except MzError as error:
                    self.tell(Fault(error.problem()))
            case Release():
                talk.release(self._speaker, message.burst)
            case Played():
                talk.played(self.device, message)

    def _renew(self, token: str) -> None:
        """Learn from a newer ticket to whom this device may speak now.

        Errors: `ticket.*`, `device.revoked`.
        """
        publisher = publisher_of(self._rooms.desk.check(token, Act.PUBLISH))
        if publisher.key != self._publisher.key:
            raise MzError("ticket.wrong_subject", Kind.REFUSED, publisher.device)
        self._publisher = publisher

    def hear(self, message: Speaking | Silent) -> None:
        """Say who speaks to this device."""
        self.tell(message)

    def hear_frame(self, raw: bytes) -> None:
        """Pass a talk frame on; what a thin link cannot take is left out."""
        if not self._socket.blocked():
            self._socket.send_bytes(raw)

    def on_binary(self, raw: bytes) -> Awaitable[None] | None:
        """Take a talk frame, or a frame of a recording that this socket opened."""
        magic = raw[:4]
        if magic == FRAGMENT_MAGIC:
            return self._fragment(raw)
        if magic == INIT_MAGIC:
            self._init(raw)
        elif magic == HEAD_MAGIC:
            self._head(raw)
        elif magic == TALK_MAGIC and self.lane is Lane.LIVE:
            self._rooms.talk.frame(self._speaker, raw)
        else:
            raise MzError("message.unknown", Kind.INVALID, "no frame of this protocol")
        return None

    def _fragment(self, raw: bytes) -> Awaitable[None] | None:
        header = decode_header(raw)
        recording, rendition, number = header.recording, int(header.rendition), header.number
        try:
            state = self._state(recording)
            live = self.lane is _LIVE or now_ms() - header.wall_ms < LIVE_AGE_MS
            rest = self._rooms.intake.fragment(state, header, raw, self, live=live)
        except MzError as error:
            self._refuse(error, recording, rendition, number)
            return None
        self._acks.arrived(recording, rendition, number)
        self._rooms.late.expect(self._acks, self.tell)
        return rest

    def _init(self, raw: bytes) -> None:
        recording, rendition, _ = split_init(raw)
        try:
            self._rooms.intake.init(self._state(recording), raw, self)
        except MzError as error:
            self._refuse(error, recording, int(rendition), None)

    def _head(self, raw: bytes) -> None:
        head = decode_head(raw)
        try:
            self._rooms.heads.take(self._state(head.recording), raw, self)
        except MzError as error:
            self._refuse(error, head.recording, int(head.rendition), head.number)

    def _state(self, recording: str) -> RecordingState:
        state = self._opened.get(recording)
        if state is not None:
            return state
        other = self._rooms.registry.here(recording)
        if other is not None and other.device != self.device:
            raise MzError("recording.not_yours", Kind.REFUSED, recording)
        raise MzError("recording.not_open", Kind.INVALID, recording)

    def _refuse(
        self, error: MzError, recording: str | None, rendition: int | None, number: int | None
    ) -> None:
        """Answer a refusal; what breaks the protocol itself goes on to close the socket."""
        if error.code in _FATAL or error.code.endswith(".malformed"):
            raise error
        self.tell(Fault(error.problem(), recording, rendition, number))

    def on_writable(self) -> None:
        """Acknowledgements are small; nothing waits here."""

    def on_closed(self) -> None:
        """Leave the lanes and the talk."""
        self._rooms.lanes.leave(self)
        self._rooms.talk.forget(self)
        self._rooms.talk.left(self._speaker)
