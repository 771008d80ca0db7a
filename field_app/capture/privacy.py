"""The private interval: recording goes on, and every fragment says that viewing is closed."""

from __future__ import annotations

import threading

import msgspec

from field_app.spool.facts import Facts
from schemas.field_api import OperationBrief
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.recording_notes import PrivateReason
from schemas.time import mono_ms, now_ms

_FACT = "private_interval"
_UNSURE_MS = 200
"""How much later than reckoned a picture may have been taken."""


class PrivateNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The interval that runs, as the spool keeps it; `from_ms` by the device's wall clock."""

    interval: str
    operation: str
    case: str
    from_ms: int
    reason: PrivateReason


class Privacy:
    """At most one interval, on the disk before it is in force: a restarted service has it on."""

    def __init__(self, facts: Facts) -> None:
        """Go on with an interval that a killed service left."""
        self._facts = facts
        self._lock = threading.Lock()
        self._running = facts.get(_FACT, PrivateNow)
        self._closed_to_mono_ms, self._former = -1, ""

    @property
    def running(self) -> PrivateNow | None:
        """The interval that runs, if one does."""
        return self._running

    def begin(self, operation: OperationBrief, reason: PrivateReason) -> PrivateNow:
        """Close viewing from now on; `private.already_running`, `spool.disk_full`."""
        with self._lock:
            if self._running is not None:
                raise MzError("private.already_running", Kind.CONFLICT, self._running.interval)
            now = PrivateNow(new_id(), operation.operation, operation.case, now_ms(), reason)
            self._facts.put(_FACT, now)
            self._running = now
            return now

    def end(self) -> None:
        """Let what is taken from now on be seen; nothing happens if no interval runs."""
        with self._lock:
            self._facts.drop(_FACT)
            self._closed_to_mono_ms = mono_ms() + _UNSURE_MS
            if self._running is not None:
                self._former = self._running.interval
            self._running = None

    def interval(self, taken_mono_ms: int | None = None) -> str:
        """Return the interval in which what is here now is private, or nothing: while one runs all
        is, and afterwards what was taken before its end."""
        running = self._running
        if running is not None:
            return running.interval
        late = taken_mono_ms is not None and taken_mono_ms < self._closed_to_mono_ms
        return self._former if late else ""

    def closes(self, taken_mono_ms: int) -> bool:
        """Say whether a fragment that is here now is private."""
        return self.interval(taken_mono_ms) != ""
