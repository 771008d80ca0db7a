"""Socket.IO's WebSocket on gevent, guarded.

simple-websocket writes with `sock.send()`, which on a gevent socket may write a part only, so a
slow reader would get corrupt frames. Here every write goes out whole and in order, with a time
limit and a bounded buffer; TCP_NODELAY is set. After an upgrade the connection is closed, or
pywsgi would read the close frame as a new HTTP request.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import gevent
import gevent.event
import gevent.selectors
import simple_websocket
import structlog
from engineio.async_drivers.gevent import Thread
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIHandler

SEND_SECONDS = 10.0
MAX_WAITING_BYTES = 4 * 1024 * 1024
log = structlog.get_logger()


class WholeWriter:
    """A socket that writes whole buffers in order, whoever calls; too slow a reader is dropped."""

    def __init__(self, sock: Any) -> None:
        self._sock, self._waiting, self._writing = sock, bytearray(), False
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes) -> int:
        """Write the data, or leave it to the greenlet that is writing; OSError when dropped."""
        self._waiting += data
        if self._writing:
            if len(self._waiting) > MAX_WAITING_BYTES:
                self.close()
                raise OSError("the reader is too slow")
            return len(data)
        self._writing = True
        try:
            while self._waiting:
                chunk, self._waiting = bytes(self._waiting), bytearray()
                with gevent.Timeout(SEND_SECONDS, OSError("the reader is too slow")):
                    self._sock.sendall(chunk)
        except OSError:
            self.close()
            raise
        finally:
            self._writing = False
        return len(data)

    def recv(self, size: int) -> bytes:
        """Return what came, as a socket does."""
        data: bytes = self._sock.recv(size)
        return data

    def fileno(self) -> int:
        """Return the descriptor for selectors."""
        number: int = self._sock.fileno()
        return number

    def close(self) -> None:
        """Close the socket; waiting readers see its end."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()


class _Server(simple_websocket.Server):
    def handshake(self) -> None:
        self.sock: Any = WholeWriter(self.sock)
        super().handshake()


class GuardedWebSocket:
    """The driver that Engine.IO calls for each upgrade."""

    def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
        self._handler, self._limit = handler, server.max_http_buffer_size

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Upgrade the request and run the handler until the socket closes."""
        self._ws = _Server(
            environ,
            max_message_size=int(self._limit),
            thread_class=Thread,
            event_class=gevent.event.Event,  # type: ignore[arg-type]
            selector_class=gevent.selectors.DefaultSelector,
        )
        try:
            return self._handler(self)
        except ValueError as error:  # no packet of Engine.IO; an HTTP answer would be no frame
            log.info("socket.malformed", reason=type(error).__name__)
            self.close()
            self._ws.sock.close()
            return []

    def send(self, message: str | bytes) -> None:
        """Send one message; OSError when the socket is gone."""
        try:
            self._ws.send(message)
        except simple_websocket.ConnectionClosed as error:
            raise OSError("closed") from error

    def wait(self) -> str | bytes | None:
        """Return the next message, None when the socket closed."""
        try:
            message: str | bytes | None = self._ws.receive()
        except simple_websocket.ConnectionClosed:
            return None
        return message

    def close(self) -> None:
        """Close the socket if it is open."""
        if self._ws.connected:
            try:
                self._ws.close()
            except (OSError, simple_websocket.ConnectionClosed):
                pass


class UpgradeHandler(WSGIHandler):  # type: ignore[misc,unused-ignore]
    """Ends the connection after an upgraded request."""

    def run_application(self) -> None:
        """Run the application; no HTTP answer is written where the socket was taken over."""
        self.result = self.application(  # type: ignore[misc]
            self.environ,  # type: ignore[arg-type]
            self.start_response,
        )
        if self.status is None:
            self.close_connection = True
            self.result = None
            return
        try:
            self.process_result()
        finally:
            close = getattr(self.result, "close", None)
            if close is not None:
                close()
            self.result = None


def guard(socketio: SocketIO) -> None:
    """Put the guarded WebSocket in the place of Engine.IO's own."""
    engine = socketio.server.eio  # type: ignore[attr-defined]
    engine._async = {**engine._async, "websocket": GuardedWebSocket}
