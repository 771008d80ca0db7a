"""The archive lane: what the relay has not `received`, oldest first, and what it asks for.

It may not drop. A recording is settled when every fragment is `archived` and the relay has the
final head; until then it is asked about and sent again.
"""

from __future__ import annotations

import time
from collections import deque

from field_app.spool.footage import Footage, Key
from field_app.sync.lane import LaneEvents, LaneThread, keys_of
from field_app.sync.live import LiveLane
from field_app.sync.pacing import UNLIMITED
from field_app.sync.policy import Policy
from field_app.sync.relay_socket import PATIENCE_SECONDS, SILENCE_SECONDS, RelaySocket
from field_app.sync.session import Session
from schemas.problems import Kind, MzError
from schemas.stream import Ask, Lane, Missing

_WINDOW = 48
_BATCH = 64
_RESEND_SECONDS = 10.0
_ASK_SECONDS = 5.0
_REFUSED_SECONDS = 60.0
UNTOLD_SECONDS = 150.0
"""A relay closes a part after 60 s: what it has not called archived by then, though it did so of
later footage, it said while nobody heard."""


class ArchiveLane(LaneThread):
    """Sends from the spool."""

    def __init__(
        self, session: Session, footage: Footage, live: LiveLane, policy: Policy, events: LaneEvents
    ) -> None:
        super().__init__(Lane.ARCHIVE, session, footage, events)
        self._live, self._policy = live, policy
        self._outstanding: dict[Key, tuple[float, int]] = {}
        self._sent: dict[Key, float] = {}
        self._asked_for: deque[Key] = deque()
        self._due: deque[Key] = deque()
        self._asked: dict[str, float] = {}
        self._untold: dict[str, tuple[int, float]] = {}
        self._left_alone: dict[str, float] = {}
        self._paced = self._looked_at = UNLIMITED
        self._link: RelaySocket | None = None

    def missing(self, message: Missing) -> None:
        """The relay asks for fragments: they go first, whatever was thought of them."""
        with self.changed:
            wanted = keys_of(message.recording, message.rendition, message.ranges)
            self._asked_for.extend(key for key in wanted if key not in self._asked_for)
            self.changed.notify_all()

    def refuse(self, recording: str) -> None:
        """The relay refuses this recording: leave it alone for a minute."""
        with self.changed:
            self._left_alone[recording] = time.monotonic()
            self._due = deque(key for key in self._due if key.recording != recording)

    def connected_now(self) -> None:
        """Nothing is outstanding; every unsettled recording is asked about anew."""
        with self.changed:
            self._outstanding.clear()
            self._paced = self._looked_at = UNLIMITED
            self._link = None
            self._sent.clear()
            self._asked_for.clear()
            self._due.clear()
            self._asked.clear()

    def got(self, keys: list[Key], held_s: float) -> None:
        """Open the window."""
        with self.changed:
            arrived = [self._outstanding.pop(key, (0.0, 0))[1] for key in keys]
            self.changed.notify_all()
        self._live.delivered(sum(arrived))

    def work(self, link: RelaySocket) -> None:
        """Send one fragment, or ask about one recording, or wait a moment."""
        self._link = link
        self.pace()
        self._check_silence(link)
        if not self._window_open():
            self.wait(0.25)
            return
        if not self._policy.footage_may_go():
            link.keep_alive()
            self.wait(0.25)
            return
        key = self._next_asked_for() or self._next_due(link)
        if key is None:
            link.keep_alive()
            self.wait(0.25)
            return
        frame = self._footage.frame(key)
        if frame is None:
            return
        self.introduce(link, key.recording)
        with self.changed:
            now = self._sent[key] = time.monotonic()
            self._outstanding[key] = now, len(frame)
        link.send_frame(frame)

    def pace(self) -> None:
        """Go as fast as the live lane allows: at once, also while a send waits for the link."""
        pace = self._live.archive_pace()
        with self.changed:
            if self._link is not None and pace != self._paced:
                self._link.pace(pace)
                if pace > 2 * self._looked_at:
                    self._link.look_anew()
                    self._looked_at = pace
                self._looked_at = min(self._looked_at, pace)
                self._paced = pace

    def _window_open(self) -> bool:
        return len(self._outstanding) < _WINDOW

    def _check_silence(self, link: RelaySocket) -> None:
        """Give up a dead connection; a thin link may need seconds for one fragment.

        When the live lane had to connect anew after we last heard anything, the way may have
        changed, and our own connection has to show soon that it lives.
        """
        with self.changed:
            oldest = min((at for at, _ in self._outstanding.values()), default=None)
        if oldest is None:
            return
        doubtful = self._live.connected_since > link.heard_at
        limit = SILENCE_SECONDS if doubtful else PATIENCE_SECONDS
        if min(link.silent_seconds(), time.monotonic() - oldest) > limit:
            raise MzError("relay.silent", Kind.UNAVAILABLE, f"{limit:g} s")

    def _next_asked_for(self) -> Key | None:
        with self.changed:
            return self._asked_for.popleft() if self._asked_for else None

    def _next_due(self, link: RelaySocket) -> Key | None:
        if not self._due:
            self._refill(link)
        with self.changed:
            return self._due.popleft() if self._due else None

    def _refill(self, link: RelaySocket) -> None:
        """Collect fragments of the oldest recording that lacks some; ask about the others."""
        now = time.monotonic()
        self._sent = {k: at for k, at in self._sent.items() if at > now - _RESEND_SECONDS}
        for recording in self._footage.unsettled():
            if self._left_alone.get(recording, -_REFUSED_SECONDS) > now - _REFUSED_SECONDS:
                continue
            waiting = self._footage.waiting(recording, _BATCH)
            due = [key for key in waiting if key not in self._sent and not self._live.holds(key)]
            if due:
                with self.changed:
                    self._due.extend(due)
                return
            if not waiting:
                self._ask(link, recording, now)

    def _ask(self, link: RelaySocket, recording: str, now: float) -> None:
        """Ask what the relay holds of a recording: of an ended one, after its last heads again, and
        of one that runs where a statement of the relay was lost."""
        kept = self._footage.recording(recording)
        if self._asked.get(recording, -_ASK_SECONDS) > now - _ASK_SECONDS:
            return
        self._asked[recording] = now
        if not kept.ended and not self._is_untold(recording, now):
            return
        self.introduce(link, recording)
        if kept.ended and not kept.end_known:
            for info in kept.opening.renditions:
                for raw in self._footage.heads(recording, info.rendition):
                    link.send_frame(raw)
        link.send(Ask(recording))

    def _is_untold(self, recording: str, now: float) -> bool:
        """Tell whether the same fragment has long been the first not archived, below archived ones;
        the wait begins anew then."""
        first = self._footage.untold(recording)
        known = self._untold.get(recording)
        if first is None:
            self._untold.pop(recording, None)
            return False
        if known is not None and known[0] == first and now - known[1] < UNTOLD_SECONDS:
            return False
        self._untold[recording] = first, now
        return known is not None and known[0] == first
