"""Socket.IO namespace /device: presence in, order hints out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import request
from flask_socketio import Namespace
from socketio.exceptions import ConnectionRefusedError as Refused

from command_center.devices.contact import device_principal
from command_center.footage.service import archived_to_ms
from command_center.operations.presence import PresenceBoard
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from schemas.events import PresenceOut
from schemas.field_api import Presence
from schemas.problems import Kind, MzError


class DeviceNamespace(Namespace):
    """Devices by socket id; each was let in by its bearer session."""

    permission = "presence:report"

    def __init__(
        self, database: Database, board: PresenceBoard, tell: Callable[[PresenceOut], None]
    ) -> None:
        super().__init__("/device")
        self._database, self._board, self._tell = database, board, tell
        self._here: dict[str, Principal] = {}

    def on_connect(self, auth: Any = None) -> None:
        """Let a device in by `{"session": …}`; refused with the code otherwise."""
        token = auth.get("session") if isinstance(auth, dict) else None
        try:
            if not isinstance(token, str):
                raise MzError("session.none", Kind.UNAUTHENTICATED)
            principal: Principal = self._database.read(device_principal, token)
            principal.require(self.permission)
        except MzError as error:
            raise Refused(error.code) from error
        self._here[_sid()] = principal

    def on_disconnect(self, _reason: Any = None) -> None:
        """Forget the socket, and the device's place with its last one."""
        principal = self._here.pop(_sid(), None)
        if principal is not None and principal.id not in {one.id for one in self._here.values()}:
            self._board.gone(principal.id)

    def on_presence(self, data: Any = None) -> dict[str, Any]:
        """Take a presence and tell the desk; acknowledged with `{"ok": true}` or the problem."""
        try:
            out = self._presence(data)
        except MzError as error:
            return {"ok": False, "problem": msgspec.to_builtins(error.problem())}
        self._tell(out)
        return {"ok": True}

    def hint(self, officers: list[str], orders_seq: int) -> None:
        """Tell the devices of these officers to read their orders again."""
        for sid, principal in list(self._here.items()):
            if principal.officer in officers:
                self.emit("hint", {"orders_seq": orders_seq}, room=sid)

    def drop(self, device: str) -> None:
        """Close the sockets of a device that was revoked."""
        for sid, principal in list(self._here.items()):
            if principal.id == device:
                self.disconnect(sid)

    def _presence(self, data: Any) -> PresenceOut:
        principal = self._here.get(_sid())
        if principal is None:
            raise MzError("session.none", Kind.UNAUTHENTICATED)
        try:
            presence = msgspec.convert(data, Presence)
        except msgspec.ValidationError as error:
            raise MzError("message.malformed", Kind.INVALID, str(error)[:200]) from error
        if presence.device != principal.id:
            raise MzError("presence.wrong_device", Kind.REFUSED, principal.id)
        if presence.lat is not None and not -90 <= presence.lat <= 90:
            raise MzError("message.malformed", Kind.INVALID, "lat")
        if presence.lon is not None and not -180 <= presence.lon <= 180:
            raise MzError("message.malformed", Kind.INVALID, "lon")
        archived = None
        if presence.recording:
            archived = self._database.read(archived_to_ms, presence.recording)
        return self._board.report(presence, principal.name, archived)


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
