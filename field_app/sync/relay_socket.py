"""One WebSocket to the relay, admitted with a ticket: blocking sends, whole messages in."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import time
from typing import Any

import websocket
from websocket import ABNF

from field_app.tether.road import Road, Way
from schemas.problems import Kind, MzError
from schemas.stream import (
    Fault,
    FromDevice,
    Lane,
    Publish,
    ToDevice,
    Welcome,
    decode_to_device,
    encode_text,
)
from schemas.tether import USER

SILENCE_SECONDS = 3.0
PATIENCE_SECONDS = 15.0
_NOT_SENT_BYTES = 32 * 1024
_IDLE_PING_SECONDS = 5.0
_CONNECT_SECONDS, _HASTY_SECONDS = 2.0, 0.8
"""Most tries of the live lane end soon: one often falls into the end of an outage, and TCP itself
would ask again only after one second, and then after two."""


_PACING = 47 if sys.platform == "linux" else None
"""SO_MAX_PACING_RATE, for which the socket module has no name."""

_CONGESTION = getattr(socket, "TCP_CONGESTION", None)


def _options() -> list[tuple[int, int, int]]:
    """Small unsent buffer, so that what is queued in the kernel never grows old."""
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    low_water = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if low_water is not None:
        options.append((socket.IPPROTO_TCP, low_water, _NOT_SENT_BYTES))
    return options


def _through(way: Way | None) -> dict[str, Any]:
    """Return how a connection goes through a carrier; no address is left out of it."""
    if way is None:
        return {}
    return {
        "http_proxy_host": way.host, "http_proxy_port": way.port, "proxy_type": "http",
        "http_proxy_auth": (USER, way.ask), "http_no_proxy": ["none.invalid"],
    }  # fmt: skip


class RelaySocket:
    """Connected and welcomed, or not made at all."""

    def __init__(
        self, stream_url: str, ticket: str, lane: Lane, road: Road | None = None, *,
        hasty: bool = False,
    ) -> None:  # fmt: skip
        """Connect, on the way that `road` says, and present the ticket. The archive lane is
        patient with a thin link.

        Errors: `relay.unreachable`, or the code with which the relay refuses.
        """
        way = road.way(stream_url) if road else None
        try:
            self._socket = websocket.create_connection(
                f"{stream_url.rstrip('/')}/v1/stream",
                timeout=_HASTY_SECONDS if hasty and way is None else _CONNECT_SECONDS,
                sockopt=_options(), enable_multithread=True, suppress_origin=True, **_through(way),
            )  # fmt: skip
        except (OSError, websocket.WebSocketException, ValueError) as error:
            if road is not None:
                road.failed(way)
            raise MzError("relay.unreachable", Kind.UNAVAILABLE, type(error).__name__) from error
        self.heard_at = self._pinged = time.monotonic()
        try:
            self.send(Publish(ticket, lane))
            answer = self.receive()
            if isinstance(answer, Fault):
                raise MzError(answer.problem.code, answer.problem.kind, answer.problem.detail)
            if not isinstance(answer, Welcome):
                raise MzError("relay.unreachable", Kind.UNAVAILABLE, "no welcome")
            # A single loss on a radio is no reason to send half as much.
            self._set_congestion(b"bbr")
            patient = lane is Lane.ARCHIVE
            self._socket.settimeout(PATIENCE_SECONDS if patient else SILENCE_SECONDS)
        except MzError:
            self.close()
            raise

    def send(self, message: FromDevice) -> None:
        """Send a text message; `relay.lost`."""
        self._send(encode_text(message), ABNF.OPCODE_TEXT)

    def send_frame(self, frame: bytes) -> None:
        """Send a binary frame; `relay.lost` where the link takes nothing for too long."""
        self._send(frame, ABNF.OPCODE_BINARY)

    def _send(self, data: bytes, opcode: int) -> None:
        try:
            self._socket.send(data, opcode)
        except (OSError, websocket.WebSocketException) as error:
            raise MzError("relay.lost", Kind.UNAVAILABLE, type(error).__name__) from error

    def receive(self) -> ToDevice | bytes | None:
        """Return the next message or binary frame, or None after a while without one; `relay.lost`
        at the end."""
        try:
            opcode, data = self._socket.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            return None
        except (OSError, websocket.WebSocketException) as error:
            raise MzError("relay.lost", Kind.UNAVAILABLE, type(error).__name__) from error
        self.heard_at = time.monotonic()
        if opcode == ABNF.OPCODE_TEXT:
            return decode_to_device(data)
        if opcode == ABNF.OPCODE_BINARY:
            return bytes(data)
        if opcode == ABNF.OPCODE_CLOSE:
            raise MzError("relay.lost", Kind.UNAVAILABLE, "closed")
        return None

    def pace(self, bytes_a_second: int) -> None:
        """Let the kernel send no faster than that, where it can."""
        if _PACING is not None and self._socket.sock is not None:
            with contextlib.suppress(OSError):
                rate = struct.pack("I", bytes_a_second)  # beyond what a C int holds
                self._socket.sock.setsockopt(socket.SOL_SOCKET, _PACING, rate)

    def look_anew(self) -> None:
        """Let TCP look for what the link carries as it does at the start, doubling each round trip.

        Of itself BBR adds a quarter in eight round trips: a far link whose connection was held
        slow, by our pace or by a small rendition, would take half a minute to be used again.
        """
        self._set_congestion(b"reno")
        self._set_congestion(b"bbr")

    def _set_congestion(self, name: bytes) -> None:
        if _CONGESTION is not None and self._socket.sock is not None:
            with contextlib.suppress(OSError):
                self._socket.sock.setsockopt(socket.IPPROTO_TCP, _CONGESTION, name)

    def silent_seconds(self) -> float:
        """Return how long nothing was heard."""
        return time.monotonic() - self.heard_at

    def keep_alive(self) -> None:
        """On an idle link, ask for a sign of life; `relay.lost` when none came."""
        now = time.monotonic()
        if now - self._pinged < _IDLE_PING_SECONDS:
            return
        if self.heard_at < self._pinged:
            raise MzError("relay.lost", Kind.UNAVAILABLE, "no answer to a ping")
        self._pinged = now
        self._send(b"", ABNF.OPCODE_PING)

    def close(self) -> None:
        """Close without waiting for the other side."""
        try:
            if self._socket.sock is not None:
                self._socket.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads
            self._socket.shutdown()  # type: ignore[no-untyped-call]
        except (OSError, websocket.WebSocketException):
            return
