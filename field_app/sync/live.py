"""The live lane: the newest pictures, never the past.

A fragment leaves as soon as it is kept, while fewer than the window are unacknowledged. When too
much waits, a smaller rendition is chosen (`choice.py`), and what waited is left to the archive
lane; of sound, the smallest, all but the newest 1.2 s is. On a good link nothing is left, and what
went live is not sent again.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import structlog

from field_app.capture.recording import Kept
from field_app.spool.footage import Footage, Key
from field_app.sync.choice import CUT_MS, Choice
from field_app.sync.lane import LaneEvents, LaneThread
from field_app.sync.pacing import UNLIMITED, Pacing
from field_app.sync.relay_socket import SILENCE_SECONDS, RelaySocket
from field_app.sync.session import Session
from schemas import crash
from schemas.media.fragment import Rendition
from schemas.media.head import decode_head
from schemas.problems import Kind, MzError
from schemas.stream import Lane

log = structlog.get_logger()
_FRAGMENT_SECONDS = 0.16
_HELD_SECONDS = 10.0
_FED_SECONDS = 2.0


def window(round_trip_s: float) -> int:
    """Return how many fragments of a rendition may be unacknowledged at this round-trip time.

    It is that of the link without its queue: more would only wait there, where nothing can be
    left out any more. Half as many again, so that what waited after a loss catches up.
    """
    return 2 + int(1.5 * round_trip_s / _FRAGMENT_SECONDS)


def after_jump(queue: list[Kept | bytes]) -> list[Kept | bytes]:
    """Return the queue from the newest key-frame on; heads always stay, they are small.

    Without a key-frame in it the queue stays as it is: a viewer could not use the rest.
    """
    newest = max(
        (i for i, item in enumerate(queue) if isinstance(item, Kept) and item.key_frame), default=0
    )
    heads: list[Kept | bytes] = [item for item in queue[:newest] if isinstance(item, bytes)]
    return heads + queue[newest:]


class LiveLane(LaneThread):
    """Sends what the recorder keeps, in order, with as little delay as the link allows."""

    def __init__(
        self, session: Session, footage: Footage, events: LaneEvents,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """clock: monotonic seconds."""
        super().__init__(Lane.LIVE, session, footage, events)
        self._now = clock
        self._queue: deque[Kept | bytes] = deque()
        self._outstanding: dict[Key, tuple[float, int]] = {}
        self._in_hand: dict[Key, float] = {}
        self._choice, self._pacing = Choice(), Pacing()
        self._wished: frozenset[int] = frozenset()
        self._fed = 0.0
        self.on_pace: Callable[[], None] = lambda: None

    # what the recorder calls

    def wants(self, rendition: int) -> bool:
        """Return whether fragments of a rendition are to be kept for going live."""
        live = self._choice.now
        return rendition == live or (live is Rendition.FULL and rendition in self._wished)

    def fragment(self, kept: Kept) -> None:
        """Take a kept fragment; what is not live is left to the archive lane."""
        with self.changed:
            now = self._fed = self._now()
            if self._outstanding:
                self._pacing.overdue(now - min(self._outstanding.values())[0])
            self._choice.made(now, kept.key.rendition, len(kept.frame))
            if not self.wants(kept.key.rendition):
                return
            self._queue.append(kept)
            self._in_hand[kept.key] = now
            while self._in_hand and next(iter(self._in_hand.values())) < now - _HELD_SECONDS:
                del self._in_hand[next(iter(self._in_hand))]
            if self.connected and self._choice.waits(now, self._queued_ms()):
                self._stepped_down(now)
            elif self._queued_ms() > CUT_MS:
                self._jump()
            self.changed.notify_all()
        self.on_pace()

    def _stepped_down(self, now: float) -> None:
        """Leave to the archive lane what waits of what is live no longer."""
        self._changed_rendition(now)
        self._keep_only([
            item
            for item in self._queue
            if isinstance(item, bytes) or self.wants(item.key.rendition)
        ])  # fmt: skip

    def _changed_rendition(self, now: float) -> None:
        log.info("live.rendition", rendition=int(self._choice.now))
        self._pacing.begin(self._choice.delivered.bytes_a_second(now))

    def wish(self, renditions: list[int]) -> None:
        """Viewers wish for these renditions beside the full one."""
        self._wished = frozenset(renditions)

    def head(self, recording: str, raw: bytes) -> None:
        """Take a signed head."""
        with self.changed:
            self._queue.append(raw)
            self.changed.notify_all()

    # what others ask

    def holds(self, key: Key) -> bool:
        """Return whether this lane has sent, or will send, a fragment that is not acknowledged."""
        with self.changed:
            return self.connected and self._in_hand.get(key, 0) > self._now() - _HELD_SECONDS

    def is_thin(self) -> bool:
        """Return whether the link carries less than the camera makes."""
        return self._choice.now is not Rendition.FULL

    @property
    def rendition(self) -> Rendition:
        """The rendition that is live now."""
        return self._choice.now

    def archive_pace(self) -> int:
        """Return how many bytes a second the archive lane may send."""
        beside = self.connected and self._now() - self._fed < _FED_SECONDS
        return self._pacing.bytes_a_second() if beside else UNLIMITED

    def delivered(self, size: int) -> None:
        """Learn that bytes of the archive lane arrived."""
        with self.changed:
            self._choice.delivered.note(self._now(), size)

    def bytes_a_second(self) -> float:
        """Return what both lanes delivered of late."""
        with self.changed:
            return self._choice.delivered.bytes_a_second(self._now())

    # the lane's work

    def connected_now(self) -> None:
        """Begin with the newest key-frame: the past belongs to the archive lane."""
        self._events.renew()
        self._events.came()
        with self.changed:
            self._outstanding.clear()
            self._in_hand.clear()
            self._choice.again(self._now())
            self._pacing = Pacing()
            self._queue = deque(after_jump(list(self._queue)))
            now = self._now()
            for item in self._queue:
                if isinstance(item, Kept):
                    self._in_hand[item.key] = now

    def disconnected(self) -> None:
        """Nobody speaks or hears any more."""
        self._events.went()

    def work(self, link: RelaySocket) -> None:
        """Send the next item if the window is open."""
        with self.changed:
            self._check_silence(link)
            if not self._may_send():
                self.changed.wait(0.25)
            item = self._queue[0] if self._may_send() else None
        if item is None:
            link.keep_alive()
            return
        if isinstance(item, Kept):
            self.introduce(link, item.key.recording)
            self._send_fragment(link, item)
        else:
            self.introduce(link, decode_head(item).recording)
            link.send_frame(item)
            self._take(item)

    def _send_fragment(self, link: RelaySocket, kept: Kept) -> None:
        with self.changed:
            if not self._queue or self._queue[0] is not kept:
                return
            self._queue.popleft()
            now = self._in_hand[kept.key] = self._now()
            self._outstanding[kept.key] = now, len(kept.frame)
        crash.point("field.before_live_send")
        link.send_frame(kept.frame)

    def _take(self, item: bytes) -> None:
        with self.changed:
            if self._queue and self._queue[0] is item:
                self._queue.popleft()

    def _may_send(self) -> bool:
        if not self._queue or self._lost:
            return False
        first = self._queue[0]
        if isinstance(first, bytes):
            return True
        alike = sum(key.rendition == first.key.rendition for key in self._outstanding)
        return alike < window(self._pacing.least_delay_s)

    def _check_silence(self, link: RelaySocket) -> None:
        if not self._outstanding:
            return
        waited = self._now() - min(self._outstanding.values())[0]
        if waited > SILENCE_SECONDS and link.silent_seconds() > SILENCE_SECONDS:
            raise MzError("relay.silent", Kind.UNAVAILABLE, f"{waited:.1f} s")

    def _queued_ms(self) -> float:
        live = self._choice.now
        return sum(
            item.duration_ms
            for item in self._queue
            if isinstance(item, Kept) and item.key.rendition == live
        )

    def _jump(self) -> None:
        self._keep_only(after_jump(list(self._queue)))

    def _keep_only(self, kept: list[Kept | bytes]) -> None:
        stays = {item.key for item in kept if isinstance(item, Kept)}
        for item in self._queue:
            if isinstance(item, Kept) and item.key not in stays:
                self._in_hand.pop(item.key, None)
        self._queue = deque(kept)

    def got(self, keys: list[Key], held_s: float) -> None:
        """Open the window, learn the delay, and perhaps show more."""
        with self.changed:
            now = self._now()
            for key in keys:
                sent, size = self._outstanding.pop(key, (None, 0))
                if sent is not None:
                    self._choice.delivered.note(now, size)
                    delivered = self._choice.delivered.bytes_a_second(now)
                    self._pacing.acknowledged(max(0.0, now - sent - held_s), delivered)
            if self._choice.consider(now, self._backlog()):
                self._changed_rendition(now)
                if self._link is not None:
                    self._link.look_anew()
            self.changed.notify_all()

    def _backlog(self) -> int:
        """Return how many fragments wait beyond those that are on their way live."""
        waiting, _ = self._footage.tally.backlog()
        return waiting - len(self._outstanding) - len(self._queue)
