"""What picows calls: one WebSocket's end of the wire. It hands everything on to its `StreamSocket`.

A listener of picows must be a class of the interpreter; the socket itself is compiled (ADR 0014).
"""

from __future__ import annotations

from picows import WSListener, WSTransport

from media_relay.sockets import StreamSocket


class Wire(WSListener):
    """The listener of one socket."""

    def __init__(self, stream: StreamSocket) -> None:
        """picows asks for `on_ws_frame` at each frame, and gets the socket's own method."""
        self._stream = stream
        self.on_ws_frame = stream.on_frame  # type: ignore[method-assign]

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Tell the socket."""
        self._stream.on_connected(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Tell the socket."""
        self._stream.on_disconnected()

    def pause_writing(self) -> None:
        """Tell the socket."""
        self._stream.pause_writing()

    def resume_writing(self) -> None:
        """Tell the socket."""
        self._stream.resume_writing()
