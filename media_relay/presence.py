"""Which devices are connected, as the feed tells it, also across the end of a process."""

from __future__ import annotations

from sqlite3 import Connection

from media_relay import feed
from schemas.feed import DeviceConnected


def put_presence(connection: Connection, device: str, connected: bool) -> None:
    """Write that a device's live lane opened or closed, if that is news."""
    change = (
        "INSERT OR IGNORE INTO connected_devices VALUES (?)"
        if connected
        else "DELETE FROM connected_devices WHERE device = ?"
    )
    if connection.execute(change, (device,)).rowcount == 1:
        feed.put(connection, DeviceConnected(0, 0, device, connected))


def nobody_is_connected(connection: Connection) -> None:
    """Write at the start that those who were connected when the process ended are not now."""
    for (device,) in connection.execute("SELECT device FROM connected_devices").fetchall():
        put_presence(connection, device, False)
