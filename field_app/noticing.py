"""What the device notices by itself while it records for an operation, told as signed records: a
simulated place, a speed nobody has, a clock that is set or off, the fence that was left."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from field_app.acts import Acts
from field_app.device.doubts import Doubt, Doubts
from field_app.device.place import PlaceSource
from field_app.sync.session import CLOCK_OFF_MS, Session
from field_app.whereabouts import Whereabouts
from schemas.problems import MzError
from schemas.recording_notes import Noticed, NoticedKind
from schemas.time import mono_ms, now_ms

log = structlog.get_logger()
_ROUND_S = 1.0
_WARNINGS = {
    NoticedKind.CLOCK_SET: "noticed.clock_set",
    NoticedKind.IMPOSSIBLE_SPEED: "noticed.impossible_speed",
    NoticedKind.LEFT_SITE: "noticed.left_site",
}
"""What the window says meanwhile; a simulated place stands with the place itself."""
Running = Callable[[], tuple[str, str] | None]
"""Recording and operation of what is recorded now, if that is for an operation."""


class Noticing(threading.Thread):
    """Looks each second while a recording runs; each recording begins anew."""

    def __init__(
        self, running: Running, acts: Acts, session: Session, place: PlaceSource,
        whereabouts: Whereabouts, wake: Callable[[], None],
    ) -> None:  # fmt: skip
        """wake: the outbox has a record."""
        super().__init__(name="noticing", daemon=True)
        self._running, self._acts, self._session = running, acts, session
        self._place, self._whereabouts, self._wake = place, whereabouts, wake
        self._stopping = threading.Event()
        self._recording, self._doubts = "", Doubts()
        self._inside: bool | None = None
        self._clock_told = self._left = False
        self.warning = ""

    def run(self) -> None:
        """Look until stopped; what could not be kept is noticed again or lost with a log line."""
        while not self._stopping.wait(_ROUND_S):
            try:
                self.look()
            except MzError as error:
                log.error("noticing.lost", code=error.code)

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()

    def look(self) -> None:
        """Look once."""
        running = self._running()
        if running is None:
            self._recording, self.warning = "", ""
            return
        recording, operation = running
        if recording != self._recording:
            self._recording, self._doubts = recording, Doubts()
            self._inside, self.warning = None, ""
            self._clock_told = self._left = False
        found = self._doubts.look(now_ms(), mono_ms(), self._place.now())
        for doubt in [*found, *self._of_offset(), *self._of_fence(operation)]:
            at_ms = now_ms()
            self._acts.noticed(operation, Noticed(recording, doubt.what, at_ms, doubt.value))
            self._wake()
            self._warn(doubt.what)

    def _warn(self, what: NoticedKind) -> None:
        if what is NoticedKind.BACK_AT_SITE and self.warning == _WARNINGS[NoticedKind.LEFT_SITE]:
            self.warning = ""
        self.warning = _WARNINGS.get(what, self.warning)

    def _of_offset(self) -> list[Doubt]:
        ahead_ms = self._session.clock_ahead_ms()
        if self._clock_told or ahead_ms is None or abs(ahead_ms) <= CLOCK_OFF_MS:
            return []
        self._clock_told = True
        return [Doubt(NoticedKind.CLOCK_OFF, ahead_ms)]

    def _of_fence(self, operation: str) -> list[Doubt]:
        inside, distance_m = self._whereabouts.crossed(operation)
        before, self._inside = self._inside, self._inside if inside is None else inside
        if inside is None or inside == before:
            return []
        if before and not inside:
            self._left = True
            return [Doubt(NoticedKind.LEFT_SITE, distance_m or 0)]
        if self._left and inside:
            self._left = False
            return [Doubt(NoticedKind.BACK_AT_SITE, distance_m or 0)]
        return []
