"""Socket.IO namespace /desk: durable events and presence, to each socket what it may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import request
from flask_socketio import Namespace
from socketio.exceptions import ConnectionRefusedError as Refused

from command_center.access import sessions
from command_center.platform.database import Database
from schemas.events import DeskEvent, PresenceOut
from schemas.problems import Kind, MzError
from schemas.time import mono_ms

CHECK_MS = 15_000


@dataclass
class _Desk:
    token: str
    permissions: frozenset[str]
    checked_ms: int


class DeskNamespace(Namespace):
    """Staff by socket id, let in by the cookie; each socket's session is looked at again."""

    permission = "event:read"

    def __init__(self, database: Database) -> None:
        super().__init__("/desk")
        self._database = database
        self._here: dict[str, _Desk] = {}

    def on_connect(self, _auth: Any = None) -> None:
        """Let staff in by their session's cookie; refused with the code otherwise."""
        try:
            desk = self._desk(request.cookies.get(sessions.COOKIE, ""))
            if self.permission not in desk.permissions:
                raise MzError("access.refused", Kind.REFUSED, self.permission)
        except MzError as error:
            raise Refused(error.code) from error
        self._here[str(request.sid)] = desk  # type: ignore[attr-defined]

    def on_disconnect(self, _reason: Any = None) -> None:
        """Forget the socket."""
        self._here.pop(str(request.sid), None)  # type: ignore[attr-defined]

    def tell_event(self, event: DeskEvent, permission: str) -> None:
        """Send a durable event to every socket that may see it now."""
        self._tell("event", msgspec.to_builtins(event), permission)

    def tell_presence(self, presence: PresenceOut) -> None:
        """Send a presence to every socket that may see it now."""
        self._tell("presence", msgspec.to_builtins(presence), "presence:read")

    def _tell(self, name: str, data: Any, permission: str) -> None:
        for sid, desk in list(self._here.items()):
            if self._may(sid, desk, permission):
                self.emit(name, data, room=sid)

    def _may(self, sid: str, desk: _Desk, permission: str) -> bool:
        if mono_ms() - desk.checked_ms > CHECK_MS:
            try:
                fresh = self._desk(desk.token)
            except MzError as error:
                if error.kind is Kind.UNAUTHENTICATED:
                    self._here.pop(sid, None)
                    self.disconnect(sid)
                return False
            desk.permissions, desk.checked_ms = fresh.permissions, fresh.checked_ms
        return permission in desk.permissions

    def _desk(self, token: str) -> _Desk:
        session: sessions.OpenSession = self._database.read(sessions.find_session, token)
        return _Desk(token, session.principal.permissions, mono_ms())
