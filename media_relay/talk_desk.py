"""A desk's socket for talking: it presses, speaks, releases, is told who hears, and hears."""

from __future__ import annotations

import asyncio

from media_relay.sockets import StreamSocket
from media_relay.talk import AUDIBLE, Said, Speaker, TalkRoom
from media_relay.tickets import TicketDesk
from schemas.problems import Kind, MzError
from schemas.stream import Fault, Hearing, Press, Release, Talk, Welcome, decode_from_desk
from schemas.ticket import Act
from schemas.time import now_ms


class TalkRole:
    """What a talking desk's socket became; it does not outlive its ticket."""

    def __init__(
        self, socket: StreamSocket, first: Talk, desk: TicketDesk, room: TalkRoom, relay: str
    ) -> None:
        """Check the ticket and join the room; `ticket.*` otherwise."""
        ticket = desk.check(first.ticket, Act.TALK)
        self._socket, self._room = socket, room
        self._speaker = Speaker(ticket.holder, ticket.devices, ticket.operation, self)
        left_s = max(0.0, (ticket.not_after_ms - now_ms()) / 1000)
        expired = MzError("ticket.expired", Kind.UNAUTHENTICATED, ticket.ticket)
        self._expiry = asyncio.get_running_loop().call_later(left_s, socket.end, expired)
        socket.send_text(Welcome(relay, now_ms()))
        room.join(self._speaker)

    def on_text(self, raw: bytes) -> None:
        """Take `Hearing`, `Press` or `Release`; a refused press leaves the socket open."""
        message = decode_from_desk(raw)
        match message:
            case Hearing():
                self._speaker.listens = message.route in AUDIBLE
            case Press():
                try:
                    self._room.press(self._speaker, message.burst)
                except MzError as error:
                    self._socket.send_text(Fault(error.problem()))
            case Release():
                self._room.release(self._speaker, message.burst)
            case _:
                raise MzError("message.unknown", Kind.INVALID, "talk comes once")

    def hear(self, message: Said) -> None:
        """Tell the desk."""
        self._socket.send_text(message)

    def hear_frame(self, raw: bytes) -> None:
        """Pass an officer's talk frame on; what a slow socket cannot take is left out."""
        if not self._socket.blocked():
            self._socket.send_bytes(raw)

    def on_binary(self, raw: bytes) -> None:
        """Take a talk frame."""
        self._room.frame(self._speaker, raw)

    def on_writable(self) -> None:
        """Messages to a desk are few and small; nothing waits here."""

    def on_closed(self) -> None:
        """Leave the room, and the floor with it."""
        self._expiry.cancel()
        self._room.left(self._speaker)
