"""Presence over Socket.IO (websocket only), and the hints that come back on it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
import requests
import socketio
import structlog

from field_app.device.identity import Identity
from field_app.sync.backoff import Backoff
from field_app.sync.session import Session
from schemas.field_api import Presence

log = structlog.get_logger()
EVERY_SECONDS = 2.0
_NAMESPACE = "/device"


class PresenceTeller(threading.Thread):
    """Says each 2 s where the device is and how it fares; wakes the order keeper on a hint."""

    def __init__(
        self,
        identity: Identity,
        session: Session,
        present: Callable[[], Presence],
        hint: Callable[[], None],
        renew: Callable[[], None],
    ) -> None:
        super().__init__(name="presence", daemon=True)
        self._identity, self._session, self._present = identity, session, present
        self._hint, self._renew = hint, renew
        self._stopping = threading.Event()

    def run(self) -> None:
        """Stay connected until stopped."""
        backoff = Backoff(0.5, 10.0)
        while not self._stopping.is_set():
            enrolment, reply = self._identity.enrolment, self._session.reply
            if enrolment is None or reply is None:
                self._session.wait(1.0)
                continue
            try:
                self._serve(enrolment.centre_url, reply.session, backoff)
            except (socketio.exceptions.SocketIOError, OSError, ValueError) as error:
                log.info("presence.lost", reason=type(error).__name__)
                self._renew()
            self._stopping.wait(backoff.seconds())

    def _serve(self, url: str, session: str, backoff: Backoff) -> None:
        way = self._session.road.way(url)
        http = requests.Session()
        http.proxies.update(way.proxies if way else {})
        client = socketio.Client(reconnection=False, handle_sigint=False, http_session=http)
        client.on("hint", lambda data: self._hint(), namespace=_NAMESPACE)
        try:
            client.connect(
                url, auth={"session": session}, transports=["websocket"],
                namespaces=[_NAMESPACE], wait_timeout=5,
            )  # fmt: skip
            backoff.reset()
            self._hint()
            while not self._stopping.is_set() and client.connected:
                here = msgspec.to_builtins(self._present())
                client.call("presence", here, namespace=_NAMESPACE, timeout=5)
                self._stopping.wait(EVERY_SECONDS)
        finally:
            client.disconnect()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
