"""The load on nginx-rtmp: the same bytes at the same pace, as RTMP video messages.

RTMP's way is a message a frame: 25 a second, as cameras and ffmpeg send them. `FRAGMENTS` is the
cheapest way that RTMP offers, a message of a whole fragment in one chunk, which nobody sends.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from dataclasses import dataclass
from typing import cast

from door.bench.camera import FRAGMENT_MS, FRAME_BYTES
from door.bench.tally import Tally

_HANDSHAKE_BYTES = 1536
_AUDIO, _VIDEO, _COMMAND, _SET_CHUNK_SIZE = 8, 9, 20, 1
_COMMAND_CHANNEL, _VIDEO_CHANNEL = 3, 6
_SEQUENCE_HEADER = (
    b"\x17\x00\x00\x00\x00\x01\x42\xc0\x15\xff\xe1\x00\x04\x67\x42\xc0\x15\x01\x00\x02\x68\xce"
)
_TAG = struct.Struct(">5sI")
_OUT_CHUNK_BYTES = 65_536
_KEY_FRAME, _INTER_FRAME = b"\x17\x01\x00\x00\x00", b"\x27\x01\x00\x00\x00"
_HEADER_BYTES = {0: 11, 1: 7, 2: 3, 3: 0}
_READY_S = 10.0


@dataclass(frozen=True)
class Cut:
    """How a fragment becomes messages: how many, and the server's chunk size for them."""

    messages: int
    chunk_bytes: int

    @property
    def message_bytes(self) -> int:
        """The body of one message."""
        return FRAME_BYTES // self.messages


FRAMES = Cut(messages=5, chunk_bytes=4096)
"""A message a frame, in nginx-rtmp's default chunks."""
FRAGMENTS = Cut(messages=1, chunk_bytes=65_536)


def amf(*values: str | float | dict[str, str] | None) -> bytes:
    """Return values in AMF0, as far as a client says them."""
    out = b""
    for value in values:
        if value is None:
            out += b"\x05"
        elif isinstance(value, dict):
            fields = b"".join(_short_text(key) + amf(each) for key, each in value.items())
            out += b"\x03" + fields + b"\x00\x00\x09"
        elif isinstance(value, str):
            out += b"\x02" + _short_text(value)
        else:
            out += b"\x00" + struct.pack(">d", value)
    return out


def _short_text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def message(channel: int, kind: int, stream: int, at_ms: int, body: bytes) -> bytes:
    """Return a message in one chunk; the caller keeps it within the chunk size."""
    head = bytes([channel]) + at_ms.to_bytes(3, "big") + len(body).to_bytes(3, "big")
    return head + bytes([kind]) + stream.to_bytes(4, "little") + body


class Peer(asyncio.Protocol):
    """A client's connection: handshake, a command at a time, then messages."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._greeted = asyncio.get_running_loop().create_future()
        self._awaited: tuple[bytes, asyncio.Future[None]] | None = None
        self._in_bytes = 128
        self._last: dict[int, tuple[int, int]] = {}
        self._partial: dict[int, bytearray] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send C0 and C1."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.write(b"\x03" + bytes(_HANDSHAKE_BYTES))

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._buffer += data
        if not self._greeted.done():
            if len(self._buffer) < 1 + 2 * _HANDSHAKE_BYTES:
                return
            self.write(bytes(self._buffer[1 : 1 + _HANDSHAKE_BYTES]))
            del self._buffer[: 1 + 2 * _HANDSHAKE_BYTES]
            self._greeted.set_result(None)
        while self._chunk():
            pass

    def _chunk(self) -> bool:
        """Take one chunk off the buffer, if it is whole. Channels are all below 64 here."""
        buffer = self._buffer
        if not buffer:
            return False
        form, channel = buffer[0] >> 6, buffer[0] & 0x3F
        at = 1 + _HEADER_BYTES[form]
        if len(buffer) < at:
            return False
        length, kind = self._last.get(channel, (0, 0))
        if form < 2:
            length, kind = int.from_bytes(buffer[4:7], "big"), buffer[7]
        if form < 3 and buffer[1:4] == b"\xff\xff\xff":
            at += 4
        partial = self._partial.get(channel)
        size = min(length - (len(partial) if partial else 0), self._in_bytes)
        if len(buffer) < at + size:
            return False
        self._last[channel] = length, kind
        if partial is None and size == length:
            self.take(kind, memoryview(buffer)[at : at + size])
        else:
            partial = self._partial.setdefault(channel, bytearray())
            partial += buffer[at : at + size]
            if len(partial) == length:
                del self._partial[channel]
                self.take(kind, memoryview(partial))
        del buffer[: at + size]
        return True

    def take(self, kind: int, body: memoryview) -> None:
        """Take a whole message."""
        if kind == _SET_CHUNK_SIZE:
            self._in_bytes = int.from_bytes(body[:4], "big")
        elif kind == _COMMAND and self._awaited is not None and self._awaited[0] in bytes(body):
            self._awaited[1].set_result(None)
            self._awaited = None
        body.release()

    async def open(self, port: int, app: str) -> None:
        """Connect, shake hands, connect to an application, make a stream."""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        await asyncio.wait_for(self._greeted, _READY_S)
        self.write(message(2, _SET_CHUNK_SIZE, 0, 0, struct.pack(">I", _OUT_CHUNK_BYTES)))
        await self.ask(amf("connect", 1.0, {"app": app, "tcUrl": "rtmp://bench/" + app}), "Connect")
        await self.ask(amf("createStream", 2.0, None), "_result")

    async def ask(self, command: bytes, answer: str, stream: int = 0) -> None:
        """Send a command and wait for an answer that holds a word."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited = answer.encode(), future
        self.write(message(_COMMAND_CHANNEL, _COMMAND, stream, 0, command))
        await asyncio.wait_for(future, _READY_S)

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


class RtmpPublisher(Peer):
    """Publishes a stream by name."""

    def __init__(self, name: str, fragments: int, tally: Tally, cut: Cut) -> None:
        super().__init__()
        self.name, self.cut, self._tally = name, cut, tally
        self.sent_at = [0.0] * (fragments * cut.messages)
        self._rest = bytes(cut.message_bytes - _TAG.size)

    async def begin(self, port: int, app: str) -> None:
        """Publish, and send the sequence header that players need."""
        await self.open(port, app)
        await self.ask(amf("publish", 3.0, None, self.name, "live"), "Publish.Start", 1)
        self.write(message(_VIDEO_CHANNEL, _VIDEO, 1, 0, _SEQUENCE_HEADER))

    def send(self, number: int) -> None:
        """Send one message."""
        tag = _INTER_FRAME if number % (5 * self.cut.messages) else _KEY_FRAME
        body = _TAG.pack(tag, number) + self._rest
        at_ms = number * FRAGMENT_MS // self.cut.messages
        data = message(_VIDEO_CHANNEL, _VIDEO, 1, at_ms, body)
        self.sent_at[number] = time.perf_counter()
        self.write(data)
        if self._tally.open:
            self._tally.sent_bytes += len(body)


class RtmpViewer(Peer):
    """Plays a stream and notes when each message came."""

    def __init__(self, publisher: RtmpPublisher, tally: Tally) -> None:
        super().__init__()
        self._publisher, self._tally = publisher, tally
        self._bytes = publisher.cut.message_bytes

    async def begin(self, port: int, app: str) -> None:
        """Play."""
        await self.open(port, app)
        await self.ask(amf("play", 4.0, None, self._publisher.name), "Play.Start", 1)

    def take(self, kind: int, body: memoryview) -> None:
        """Take the time of a message of the stream."""
        if kind != _VIDEO or len(body) != self._bytes:
            super().take(kind, body)
            return
        if self._tally.open:
            number = int.from_bytes(body[5:9], "big")
            late = time.perf_counter() - self._publisher.sent_at[number]
            self._tally.seen_ms.append(late * 1000)
            self._tally.delivered_bytes += self._bytes
        body.release()
