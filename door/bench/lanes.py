"""The load on the relay: publishers and viewers over real WebSockets, as light as can be."""

from __future__ import annotations

import time

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from door.bench.camera import FRAME_BYTES, Camera
from door.bench.court import Court, Gate
from door.bench.tally import Tally
from schemas import ranges
from schemas.stream import (
    Archived,
    ArchivedStatement,
    Fault,
    Lane,
    Open,
    Publish,
    Received,
    Skipped,
    Watch,
    Welcome,
    decode_to_device,
    decode_to_viewer,
    encode_text,
)

_FRAGMENT = b"MZF1"
_GOT = b'{"t":"got"'
_NUMBER = slice(40, 44)
"""Where a fragment's number stands in its header."""


class Publisher(WSListener):
    """A device's lane. `send(n)` sends fragment n, and the head that is due after it."""

    def __init__(self, camera: Camera, tally: Tally) -> None:
        self.camera, self._tally = camera, tally
        self._transport: WSTransport | None = None
        self.sent_at = [0.0] * camera.fragments
        self.durable: list[ranges.Range] = []
        self.archived: list[ranges.Range] = []
        self.watchers = 0

    async def connect(self, court: Gate, lane: Lane) -> None:
        """Say who we are, open the recording, send its init segment."""
        self._transport, _ = await ws_connect(lambda: self, court.stream_url, use_aiofastnet=False)
        token = court.publish_ticket(self.camera.device, self.camera.signer.public)
        self._transport.send(WSMsgType.TEXT, encode_text(Publish(token, lane)))
        self._transport.send(WSMsgType.TEXT, encode_text(Open(self.camera.opening)))
        self._transport.send(WSMsgType.BINARY, self.camera.init)

    def send(self, number: int) -> None:
        """Send one fragment."""
        transport = self._open_transport()
        frame = self.camera.frame(number)
        self.sent_at[number] = time.perf_counter()
        transport.send(WSMsgType.BINARY, frame)
        if self._tally.open:
            self._tally.sent_bytes += len(frame)
        head = self.camera.heads.get(number)
        if head is not None:
            transport.send(WSMsgType.BINARY, head)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Hear what became durable and what was archived."""
        if frame.msg_type is not WSMsgType.TEXT:
            return
        raw = frame.get_payload_as_bytes()
        if raw.startswith(_GOT):
            return
        message = decode_to_device(raw)
        if isinstance(message, Received):
            self._note_durable(message)
        elif isinstance(message, Archived):
            said = msgspec.json.decode(message.statement.payload, type=ArchivedStatement)
            for item in said.fragments:
                self.archived = ranges.union(self.archived, item.ranges)
        elif isinstance(message, Fault):
            self._tally.faults.append(message.problem.code)

    def _note_durable(self, message: Received) -> None:
        now = time.perf_counter()
        self._tally.note_ack(now)
        for low, high in message.ranges:
            if self._tally.open:
                for number in range(low, high + 1):
                    self._tally.durable_ms.append((now - self.sent_at[number]) * 1000)
            self.durable = ranges.add(self.durable, low, high)

    def unacknowledged(self, sent: int) -> int:
        """Return how many of the first `sent` fragments are not durable yet."""
        return sent - ranges.count(self.durable)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.disconnect()

    def _open_transport(self) -> WSTransport:
        if self._transport is None:
            raise RuntimeError("the lane is not open")
        return self._transport


class Viewer(WSListener):
    """One who watches a publisher's device and notes when each fragment came."""

    def __init__(self, publisher: Publisher, tally: Tally) -> None:
        self._publisher, self._tally = publisher, tally
        self._transport: WSTransport | None = None
        self.welcome = False

    async def connect(self, court: Court) -> None:
        """Show the ticket."""
        self._transport, _ = await ws_connect(lambda: self, court.stream_url, use_aiofastnet=False)
        device = self._publisher.camera.device
        watch = Watch(court.watch_ticket(device), device)
        self._transport.send(WSMsgType.TEXT, encode_text(watch))

    def stall(self) -> None:
        """Read nothing from now on."""
        if self._transport is not None:
            self._transport.underlying_transport.pause_reading()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take the time of a fragment."""
        if frame.msg_type is WSMsgType.BINARY:
            payload = frame.get_payload_as_memoryview()
            if self._tally.open and payload[:4] == _FRAGMENT:
                number = int.from_bytes(payload[_NUMBER], "big")
                late = time.perf_counter() - self._publisher.sent_at[number]
                self._tally.seen_ms.append(late * 1000)
                self._tally.delivered_bytes += FRAME_BYTES
        elif frame.msg_type is WSMsgType.TEXT:
            self._hear(frame.get_payload_as_bytes())

    def _hear(self, raw: bytes) -> None:
        message = decode_to_viewer(raw)
        if isinstance(message, Welcome):
            self.welcome = True
        elif isinstance(message, Skipped):
            self._tally.skipped += message.last - message.first + 1
        elif isinstance(message, Fault):
            self._tally.faults.append(message.problem.code)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.disconnect()
