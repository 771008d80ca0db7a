"""The devices that are connected now, by lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from schemas.problems import MzError
from schemas.stream import Lane, ToDevice


class DeviceSocket(Protocol):
    """One socket of a device, as the rest of the relay sees it."""

    device: str
    lane: Lane

    def tell(self, message: ToDevice) -> None:
        """Send a message, unless the socket is gone."""

    def end(self, error: MzError) -> None:
        """Say why and close."""


class Lanes:
    """Sockets by device. `on_presence(device, connected)` follows the live lane."""

    def __init__(self, on_presence: Callable[[str, bool], None]) -> None:
        self._sockets: dict[str, list[DeviceSocket]] = {}
        self._on_presence = on_presence

    def join(self, socket: DeviceSocket) -> None:
        """Add a socket."""
        known = self.live(socket.device)
        self._sockets.setdefault(socket.device, []).append(socket)
        if not known and self.live(socket.device):
            self._on_presence(socket.device, True)

    def leave(self, socket: DeviceSocket) -> None:
        """Remove a socket that closed."""
        sockets = self._sockets.get(socket.device, [])
        if socket not in sockets:
            return
        known = self.live(socket.device)
        sockets.remove(socket)
        if not sockets:
            del self._sockets[socket.device]
        if known and not self.live(socket.device):
            self._on_presence(socket.device, False)

    def live(self, device: str) -> bool:
        """Say whether the device's live lane is open."""
        return any(socket.lane is Lane.LIVE for socket in self._sockets.get(device, ()))

    def connected(self, device: str) -> bool:
        """Say whether any socket of the device is open."""
        return device in self._sockets

    def tell(self, device: str, message: ToDevice, lane: Lane = Lane.ARCHIVE) -> None:
        """Send to the newest socket of a lane, or to any other of the device."""
        sockets = self._sockets.get(device)
        if sockets:
            chosen = [socket for socket in sockets if socket.lane is lane] or sockets
            chosen[-1].tell(message)

    def end_device(self, device: str, error: MzError) -> None:
        """Close every socket of a device."""
        for socket in list(self._sockets.get(device, ())):
            socket.end(error)
