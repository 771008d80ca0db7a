"""One WebSocket of the stream port: whole messages in order, and a first frame within 5 s.

The first frame decides what the socket is: a device's lane (`ingest`), a viewer (`watch`)
or a desk that talks (`talk_desk`). What picows calls is the socket's `Wire`.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog
from picows import WSCloseCode, WSMsgType, WSTransport

from media_relay.viewer import ROOM_BYTES
from schemas.problems import Kind, MzError
from schemas.stream import (
    MAX_TEXT_BYTES,
    Fault,
    First,
    ToDesk,
    ToDevice,
    ToViewer,
    decode_first,
    encode_text,
)

FIRST_FRAME_S = 5.0
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
BLOCKED_BYTES = 256 * 1024
_MAX_INBOX = 64
# Looked up once: an enum's member costs as much as the rest of a small message's way.
_BINARY: Final = WSMsgType.BINARY
_TEXT: Final = WSMsgType.TEXT
_CONTINUATION: Final = WSMsgType.CONTINUATION
_CLOSE: Final = WSMsgType.CLOSE

_log = structlog.get_logger()


class Role(Protocol):
    """What a socket became. A returned awaitable holds the next message back until it is done."""

    def on_text(self, raw: bytes) -> Awaitable[None] | None:
        """Take a text message."""

    def on_binary(self, raw: bytes) -> Awaitable[None] | None:
        """Take a binary message."""

    def on_writable(self) -> None:
        """The socket takes bytes again."""

    def on_closed(self) -> None:
        """The socket is gone."""


class Frame(Protocol):
    """A frame as picows really gives it: its stubs have `bool` where it has numbers, which
    compiled code does not take for the same."""

    @property
    def msg_type(self) -> WSMsgType: ...
    @property
    def fin(self) -> int: ...
    def get_payload_as_bytes(self) -> bytes: ...
    def get_close_code(self) -> WSCloseCode: ...


Welcomer = Callable[["StreamSocket", First], Role]


class StreamSocket:
    """A socket and its role; `welcomer` gives the role for the first message."""

    def __init__(self, welcomer: Welcomer, everyone: set[StreamSocket]) -> None:
        self._welcomer, self._everyone = welcomer, everyone
        self._transport: WSTransport | None = None
        self._role: Role | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._inbox: deque[tuple[bytes, bool]] = deque()
        self._busy: asyncio.Task[None] | None = None
        self._pieces: list[bytes] = []
        self._text = False
        self._paused_reading = False
        self._blocked = False

    # what the wire says

    def on_connected(self, transport: WSTransport) -> None:
        """Set the socket up and start the clock of the first frame."""
        self._transport = transport
        self._everyone.add(self)
        raw = transport.underlying_transport
        connection = raw.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.set_write_buffer_limits(high=BLOCKED_BYTES)
        loop = asyncio.get_running_loop()
        late = MzError("stream.no_first_frame", Kind.UNAUTHENTICATED, f"{FIRST_FRAME_S:g} s")
        self._deadline = loop.call_later(FIRST_FRAME_S, self.end, late)

    def on_frame(self, transport: WSTransport, frame: Frame) -> None:
        """Put a frame's bytes to its message; whole messages go on in order."""
        kind = frame.msg_type  # made anew at each reading
        if kind is _CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()
            return
        if kind is not _BINARY and kind is not _TEXT and kind is not _CONTINUATION:
            return
        raw = self._put_together(kind, frame)
        if raw is not None:
            self._put_in(raw, self._text)

    def on_disconnected(self) -> None:
        """Tell the role."""
        self._everyone.discard(self)
        self._inbox.clear()
        if self._deadline is not None:
            self._deadline.cancel()
        role, self._role = self._role, None
        if role is not None:
            role.on_closed()

    def pause_writing(self) -> None:
        """The transport holds more than `BLOCKED_BYTES`."""
        self._blocked = True

    def resume_writing(self) -> None:
        """The transport takes bytes again."""
        self._blocked = False
        if self._role is not None:
            self._role.on_writable()

    # messages in

    def _put_together(self, kind: WSMsgType, frame: Frame) -> bytes | None:
        """Return the message that this frame completes, if it does; `_text` says of which kind."""
        if kind is not _CONTINUATION:
            self._text = kind is _TEXT
            if frame.fin:
                return frame.get_payload_as_bytes()
            self._pieces = []
        self._pieces.append(frame.get_payload_as_bytes())
        size = sum(len(piece) for piece in self._pieces)
        if size > MAX_MESSAGE_BYTES:
            self._pieces = []
            self.end(MzError("message.too_large", Kind.TOO_LARGE, f"over {MAX_MESSAGE_BYTES}"))
            return None
        if not frame.fin:
            return None
        whole, self._pieces = b"".join(self._pieces), []
        return whole

    def _put_in(self, raw: bytes, text: bool) -> None:
        """Take a message, or put it behind those that wait."""
        if self._busy is None and not self._inbox:  # as nearly always
            self._begin(raw, text)
            return
        self._inbox.append((raw, text))
        if len(self._inbox) >= _MAX_INBOX and not self._paused_reading:
            assert self._transport is not None  # noqa: S101 - it gave the message
            self._paused_reading = True
            self._transport.underlying_transport.pause_reading()

    def _begin(self, raw: bytes, text: bool) -> bool:
        """Give a message to the role; return whether the socket goes on."""
        try:
            rest = self._take(raw, text)
        except MzError as error:
            self.end(error)
            return False
        if rest is not None:
            self._busy = asyncio.ensure_future(self._finish(rest))
        return True

    def _work(self) -> None:
        while self._inbox and self._busy is None:
            if not self._begin(*self._inbox.popleft()):
                return
        if self._paused_reading and len(self._inbox) < _MAX_INBOX // 2 and self.is_open():
            self._paused_reading = False
            assert self._transport is not None  # noqa: S101 - is_open says so
            self._transport.underlying_transport.resume_reading()

    async def _finish(self, rest: Awaitable[None]) -> None:
        try:
            await rest
        except MzError as error:
            self.end(error)
        finally:
            self._busy = None
        self._work()

    def _take(self, raw: bytes, text: bool) -> Awaitable[None] | None:
        role = self._role
        if role is None:
            if not text:
                raise MzError("stream.no_first_frame", Kind.UNAUTHENTICATED, "bytes came first")
            self._role = self._welcomer(self, decode_first(raw))
            if self._deadline is not None:
                self._deadline.cancel()
            return None
        if not text:
            return role.on_binary(raw)
        if len(raw) > MAX_TEXT_BYTES:
            raise MzError("message.too_large", Kind.TOO_LARGE, f"{len(raw)} bytes")
        return role.on_text(raw)

    # messages out

    def is_open(self) -> bool:
        """Say whether the socket still takes messages."""
        transport = self._transport
        return transport is not None and not (
            transport.is_disconnected or transport.is_close_frame_sent
        )

    def blocked(self) -> bool:
        """Say whether the socket has more to send than it should hold."""
        return self._blocked

    def send_text(self, message: ToDevice | ToViewer | ToDesk) -> None:
        """Send a message; the transport leaves it out if the socket is gone."""
        if self._transport is not None:
            self._transport.send(_TEXT, encode_text(message))

    def send_bytes(self, frame: bytes) -> None:
        """Send a frame; left out as a message is."""
        if self._transport is not None:
            self._transport.send(_BINARY, frame)

    def send_shared(self, message: bytearray) -> None:
        """Send a frame that stands after room for the header; left out as a message is."""
        if self._transport is not None:
            self._transport.send_reuse_external_bytearray(_BINARY, message, ROOM_BYTES)

    def end(self, error: MzError) -> None:
        """Say why and close; nothing that still waits in the inbox is taken."""
        self._inbox.clear()
        if not self.is_open() or self._transport is None:
            return
        _log.info("stream.closed", code=error.code, detail=error.detail)
        self.send_text(Fault(error.problem(), fatal=True))
        self._transport.send_close(WSCloseCode.POLICY_VIOLATION, error.code.encode()[:120])
        self._transport.disconnect()
