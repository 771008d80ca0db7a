"""A viewer's socket: live pictures of one device, as long as the ticket lasts."""

from __future__ import annotations

import asyncio

from media_relay.hub import Hub
from media_relay.rewind import Rewind
from media_relay.sockets import StreamSocket
from media_relay.tickets import TicketDesk, require
from media_relay.viewer import Viewer
from schemas.problems import Kind, MzError
from schemas.stream import Watch, Welcome
from schemas.ticket import Act
from schemas.time import now_ms


class WatchRole:
    """What a viewer's socket became; it closes when its ticket expires."""

    def __init__(
        self, socket: StreamSocket, first: Watch, desk: TicketDesk, hub: Hub, relay: str,
        rewind: Rewind,
    ) -> None:  # fmt: skip
        """Check the ticket and join the hub; `ticket.*` otherwise."""
        ticket = desk.check(first.ticket, Act.WATCH)
        require(ticket.devices, first.device)
        self._hub = hub
        self._viewer = Viewer(socket, first.device, first.rendition)
        left_s = max(0.0, (ticket.not_after_ms - now_ms()) / 1000)
        expired = MzError("ticket.expired", Kind.UNAUTHENTICATED, ticket.ticket)
        self._expiry = asyncio.get_running_loop().call_later(left_s, socket.end, expired)
        socket.send_text(Welcome(relay, now_ms()))
        self._rewinding: asyncio.Task[None] | None = None
        if first.from_wall_ms is None:
            hub.join(self._viewer)
        else:
            self._rewinding = asyncio.ensure_future(rewind.run(self._viewer, first.from_wall_ms))

    def on_text(self, raw: bytes) -> None:
        """A viewer has nothing more to say."""
        raise MzError("message.unknown", Kind.INVALID, "a viewer sends one message")

    def on_binary(self, raw: bytes) -> None:
        """A viewer sends no bytes."""
        raise MzError("message.unknown", Kind.INVALID, "a viewer sends no bytes")

    def on_writable(self) -> None:
        """Send what waited."""
        self._viewer.drain()

    def on_closed(self) -> None:
        """Leave the hub."""
        self._expiry.cancel()
        if self._rewinding is not None:
            self._rewinding.cancel()
        self._hub.leave(self._viewer)
