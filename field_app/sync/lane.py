"""What both lanes do: stay connected while a ticket is good, read, and work until the link dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import structlog

from field_app.spool.footage import Footage, Key
from field_app.sync.acks import REVOKED
from field_app.sync.backoff import Backoff
from field_app.sync.relay_socket import RelaySocket
from field_app.sync.session import Session
from schemas.media.opening import init_frame
from schemas.problems import Kind, MzError
from schemas.ranges import Range
from schemas.stream import Fault, FromDevice, Got, Lane, Open, Received, ToDevice
from schemas.time import now_ms

log = structlog.get_logger()
MAX_OPEN_RECORDINGS = 12
_REVOKED_WAIT_SECONDS = 30.0
_QUICK_TRIES = 15
_PATIENT_EACH = 4


class LaneEvents(NamedTuple):
    """Who hears what a lane learns: each message, each refusal at the door, a wish for a ticket;
    of the live lane also talk frames, and that it came or went."""

    message: Callable[[ToDevice], None]
    refused: Callable[[MzError], None]
    renew: Callable[[], None]
    frame: Callable[[bytes], None] = lambda _raw: None
    came: Callable[[], None] = lambda: None
    went: Callable[[], None] = lambda: None


class LaneThread(threading.Thread):
    """One lane. A subclass says what to send in `work`, under `changed`."""

    def __init__(self, lane: Lane, session: Session, footage: Footage, events: LaneEvents) -> None:
        super().__init__(name=f"lane-{lane}", daemon=True)
        self._lane, self._session, self._footage, self._events = lane, session, footage, events
        self.changed = threading.Condition()
        self._gone = threading.Event()
        self._lost = True
        self._link: RelaySocket | None = None
        self.connected_since = 0.0
        self._opened: set[str] = set()

    @property
    def connected(self) -> bool:
        """Whether the relay has welcomed this lane and the link has not died since."""
        return not self._lost

    def run(self) -> None:
        """Connect, work, and connect again, until `stop`."""
        backoff, tries = Backoff(quick=_QUICK_TRIES), 0
        while not self._gone.is_set():
            reply = self._session.ticket(now_ms())
            if reply is None:
                self._events.renew()
                self._session.wait(1.0)
                continue
            tries += 1
            hasty = self._lane is Lane.LIVE and tries % _PATIENT_EACH != 0
            try:
                link = RelaySocket(
                    reply.relay.stream_url, reply.ticket, self._lane, self._session.road,
                    hasty=hasty,
                )  # fmt: skip
            except MzError as error:
                self._refused(error, backoff)
                continue
            backoff.reset()
            tries = 0
            self._serve(link)

    def _refused(self, error: MzError, backoff: Backoff) -> None:
        log.info("lane.refused", lane=self._lane, code=error.code)
        self._events.refused(error)
        if error.kind is Kind.UNAUTHENTICATED:
            self._events.renew()
        gone = error.code == REVOKED
        self._gone.wait(_REVOKED_WAIT_SECONDS if gone else backoff.seconds())

    def _serve(self, link: RelaySocket) -> None:
        self._opened, self._lost, self._link = set(), False, link
        self.connected_since = time.monotonic()
        log.info("lane.connected", lane=self._lane)
        reader = threading.Thread(target=self._read, args=(link,), daemon=True)
        reader.start()
        try:
            self.connected_now()
            while not self._gone.is_set() and not self._lost:
                self.work(link)
        except MzError as error:
            log.info("lane.lost", lane=self._lane, code=error.code, detail=error.detail)
        finally:
            self._lost, self._link = True, None
            link.close()
            reader.join(1.0)
            self.disconnected()

    def _read(self, link: RelaySocket) -> None:
        try:
            while not self._lost:
                message = link.receive()
                if isinstance(message, bytes):
                    self._events.frame(message)
                elif isinstance(message, Got):
                    self._arrived(message)
                elif message is not None:
                    if isinstance(message, Received):
                        self._arrived(message)
                    self._answered(message)
                    self._events.message(message)
        except MzError as error:
            log.info("lane.ended", lane=self._lane, code=error.code, detail=error.detail)
        finally:
            with self.changed:
                self._lost = True
                self.changed.notify_all()

    def _arrived(self, message: Got | Received) -> None:
        keys = keys_of(message.recording, message.rendition, message.ranges)
        self.got(keys, message.held_ms / 1000)

    def _answered(self, message: ToDevice) -> None:
        """A refused fragment is no longer on its way; an unopened recording must be introduced."""
        if not isinstance(message, Fault) or message.recording is None:
            return
        if message.problem.code == "recording.not_open":
            self._opened.discard(message.recording)
        if message.rendition is not None and message.number is not None:
            self.got([Key(message.recording, message.rendition, message.number)], 0.0)

    def introduce(self, link: RelaySocket, recording: str) -> None:
        """Send opening and init segments once a connection, before anything of a recording.

        `relay.reopen` when this connection has carried as many recordings as it should.
        """
        if recording in self._opened:
            return
        if len(self._opened) >= MAX_OPEN_RECORDINGS:
            raise MzError("relay.reopen", Kind.UNAVAILABLE, "a fresh connection for more")
        kept = self._footage.recording(recording)
        link.send(Open(kept.envelope))
        for info in kept.opening.renditions:
            init = self._footage.init(recording, info.rendition)
            link.send_frame(init_frame(recording, info.rendition, init))
        self._opened.add(recording)

    def say(self, item: FromDevice | bytes) -> None:
        """Send a message or a frame beside what the lane sends; `relay.lost`."""
        link = self._link
        if link is None:
            raise MzError("relay.lost", Kind.UNAVAILABLE, "not connected")
        if isinstance(item, bytes):
            link.send_frame(item)
        else:
            link.send(item)

    def wait(self, seconds: float) -> None:
        """Wait for `stop` or a change, at most so long."""
        with self.changed:
            if not self._gone.is_set():
                self.changed.wait(seconds)

    def wake(self) -> None:
        """Look for work soon."""
        with self.changed:
            self.changed.notify_all()

    def stop(self) -> None:
        """End the lane."""
        with self.changed:
            self._gone.set()
            self.changed.notify_all()

    def connected_now(self) -> None:
        """A connection is there; nothing is outstanding on it."""

    def disconnected(self) -> None:
        """The connection is gone."""

    def work(self, link: RelaySocket) -> None:
        """Send what is due, or wait a moment; called again until the link dies."""
        raise NotImplementedError

    def got(self, keys: list[Key], held_s: float) -> None:
        """Fragments arrived, the newest of them `held_s` before the relay said so: the window
        opens. Some may have been named before."""
        raise NotImplementedError


def keys_of(recording: str, rendition: int, ranges: list[Range]) -> list[Key]:
    """Return the fragments that a message names."""
    return [
        Key(recording, rendition, number)
        for first, last in ranges
        for number in range(first, last + 1)
    ]
