"""The alarm (SOS) as the service keeps it: raised, taken back in time, told, closed by PIN.

The service decides by itself, with or without a window and a link: five seconds after the alarm
was raised its record stands first in the outbox, and so it does when the guard's time is up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
import structlog

from field_app.acts import Acts
from field_app.device.pin import Pins, Which
from field_app.device.place import PlaceSource
from field_app.local_api.safety import GRACE_MS
from field_app.spool.facts import Facts
from field_app.sync.session import Session
from schemas.field_api import OperationBrief
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.records import Sos, SosCause, Where
from schemas.time import mono_ms, now_ms

log = structlog.get_logger()
_ROUND_S = 0.25
_PLACE_EVERY_MS = 30_000
_ALARM, _GUARD, _SEEN = "sos", "sos_guard", "sos_seen"


class Raised(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The alarm that runs; `told`: its record is in the outbox."""

    sos: str
    operation: str
    case: str
    raised_ms: int
    cause: SosCause
    told: bool = False


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The alarm is raised at `until_ms` unless the officer says that he is well."""

    until_ms: int


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last known place, and when it was measured."""

    where: Where
    at_ms: int


class Beacon(threading.Thread):
    """At most one alarm and one guard; both outlive the service."""

    def __init__(
        self,
        facts: Facts,
        pins: Pins,
        acts: Acts,
        session: Session,
        place: PlaceSource,
        operation: Callable[[], str | None],
        wake: Callable[[], None],
    ) -> None:
        """operation: the one that is recorded now, if one is. wake: the outbox has an alarm."""
        super().__init__(name="beacon", daemon=True)
        self._facts, self._pins, self._acts, self._session = facts, pins, acts, session
        self._place, self._operation, self._wake = place, operation, wake
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._raised = facts.get(_ALARM, Raised)
        self._guard = facts.get(_GUARD, Guard)
        self._seen = facts.get(_SEEN, Seen)
        self._seen_kept_ms = 0
        # A wall clock that is set meanwhile neither shortens nor lengthens these; a service that
        # was killed in between has only the wall clock to go by.
        self._raised_mono_ms: int | None = None
        self._guard_mono_ms: int | None = None

    @property
    def raised(self) -> Raised | None:
        """The alarm that runs, if one does."""
        return self._raised

    def left_ms(self) -> int:
        """Return for how long the alarm may still be taken back."""
        raised = self._raised
        if raised is None or raised.told:
            return 0
        return max(0, GRACE_MS - max(0, self._waited_ms(raised)))

    def _waited_ms(self, raised: Raised) -> int:
        if self._raised_mono_ms is not None:
            return mono_ms() - self._raised_mono_ms
        return now_ms() - raised.raised_ms

    @property
    def guard_until_ms(self) -> int | None:
        """When the alarm raises itself, if a guard is set."""
        return self._guard.until_ms if self._guard else None

    def run(self) -> None:
        """Look at the clock until stopped; a failing disk is tried again each round."""
        while not self._stopping.wait(_ROUND_S):
            try:
                with self._lock:
                    self._round(now_ms())
            except MzError as error:
                log.error("beacon.waits", code=error.code)

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()

    def raise_(self, cause: SosCause) -> None:
        """Raise the alarm; one that runs goes on. `device.not_enrolled`."""
        self._acts.require_enrolled()
        with self._lock:
            if self._raised is not None:
                return
            self._keep_raised(self._new_alarm(cause))

    def cancel(self) -> None:
        """Take the alarm back; `sos.not_raised`, `sos.too_late` once it was told."""
        with self._lock:
            if self._raised is None:
                raise MzError("sos.not_raised", Kind.CONFLICT)
            if self._raised.told:
                raise MzError("sos.too_late", Kind.CONFLICT)
            self._drop_raised()

    def close(self, pin: str | None) -> None:
        """Close the alarm by PIN, which none is asked for where none is set.

        Under duress it looks the same here, and the desk's alarm stays.

        Errors: `sos.not_raised`, and of `Pins.check`.
        """
        with self._lock:
            raised = self._raised
            if raised is None:
                raise MzError("sos.not_raised", Kind.CONFLICT)
            which = self._pins.check(pin or "") if self._pins.is_set else Which.OWN
            if not raised.told:
                self._tell(raised)
            cause = SosCause.DURESS if which is Which.DURESS else raised.cause
            closed = msgspec.structs.replace(raised, cause=cause)
            self._tell(closed, max(now_ms(), raised.raised_ms))
            self._drop_raised()

    def unlock(self, pin: str) -> None:
        """Check the officer's PIN. Under duress it looks the same here, and an alarm is told
        without a word. Errors: of `Pins.check`."""
        with self._lock:
            if self._pins.check(pin) is Which.DURESS:
                self._tell(self._new_alarm(SosCause.DURESS))

    def guard(self, minutes: int) -> None:
        """Raise the alarm in so many minutes unless this is called again; 0 ends the guard."""
        self._acts.require_enrolled()
        with self._lock:
            if minutes == 0:
                self._facts.drop(_GUARD)
                self._guard = None
                return
            self._guard = Guard(now_ms() + minutes * 60_000)
            self._guard_mono_ms = mono_ms() + minutes * 60_000
            self._facts.put(_GUARD, self._guard)

    def set_pin(self, pin: str, duress: str, former: str | None) -> None:
        """Set both PINs, unless an alarm runs: `sos.raised`; and the errors of `Pins.set`."""
        with self._lock:
            if self._raised is not None:
                raise MzError("sos.raised", Kind.CONFLICT)
            self._pins.set(pin, duress, former)

    def _round(self, at_ms: int) -> None:
        self._look_around(at_ms)
        if self._guard is not None and self._is_due(self._guard, at_ms):
            self.raise_(SosCause.TIMER)
            self.guard(0)
        raised = self._raised
        if raised is None or raised.told:
            return
        if raised.cause is SosCause.TIMER or not 0 <= self._waited_ms(raised) < GRACE_MS:
            self._tell(raised)
            self._keep_raised(msgspec.structs.replace(raised, told=True))

    def _is_due(self, guard: Guard, at_ms: int) -> bool:
        """Whichever clock gets there first: a wall clock set back must not silence the guard, and
        a monotonic one stands still while the device sleeps."""
        late = self._guard_mono_ms is not None and self._guard_mono_ms <= mono_ms()
        return late or guard.until_ms <= at_ms

    def _look_around(self, at_ms: int) -> None:
        where = self._place.now()
        if where is None:
            return
        self._seen = Seen(where, at_ms)
        if abs(at_ms - self._seen_kept_ms) >= _PLACE_EVERY_MS:
            self._facts.put(_SEEN, self._seen)
            self._seen_kept_ms = at_ms

    def _tell(self, raised: Raised, closed_ms: int | None = None) -> None:
        seen = self._seen
        body = Sos(
            raised.sos, raised.raised_ms, raised.cause, self._pins.is_set,
            seen.where if seen else None, seen.at_ms if seen else None, closed_ms,
        )  # fmt: skip
        self._acts.sos(raised.operation, raised.case, body)
        self._wake()

    def _brief(self) -> OperationBrief | None:
        """Return the operation that is recorded, or the only one of the day."""
        known, recorded = self._session.operations(), self._operation()
        for one in known:
            if one.operation == recorded or len(known) == 1:
                return one
        return None

    def _new_alarm(self, cause: SosCause) -> Raised:
        at = self._brief()
        return Raised(
            new_id(), at.operation if at else "", at.case if at else "", now_ms(), cause
        )  # fmt: skip

    def _keep_raised(self, raised: Raised) -> None:
        self._facts.put(_ALARM, raised)
        if self._raised is None:
            self._raised_mono_ms = mono_ms()
        self._raised = raised

    def _drop_raised(self) -> None:
        self._facts.drop(_ALARM)
        self._raised = None
