"""Where the device is against the places of its operations: distance, arrival, by the fence.

Arrival is the officer's word. Within the fence the window asks him for it; if he says nothing for
three minutes and the receiver still places the device there, the step is recorded marked "by
position", at the moment of the first sure fix. A simulated place only asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import msgspec
import structlog

from field_app.acts import Acts
from field_app.device.fence import Fence, near
from field_app.device.place import PlaceSource
from field_app.local_api.acts import StepArgs
from field_app.local_api.visit import SiteNow
from field_app.spool.facts import Facts
from field_app.steps import later
from field_app.sync.session import Session
from schemas.field_api import OperationBrief, Site
from schemas.ids import new_id
from schemas.problems import MzError
from schemas.records import Step, Where
from schemas.time import mono_ms, now_ms

log = structlog.get_logger()
ASK_MS = 180_000
_ROUND_S = 1.0
_FACT = "whereabouts"


class _Visit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one operation: the furthest step of this device, when the fence was
    entered, and the record that will say so if nobody does."""

    step: str = ""
    entered_ms: int | None = None
    record: str = ""


class _Visits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    visits: dict[str, _Visit]


class Whereabouts(threading.Thread):
    """Looks each second; what it learned outlives the service."""

    def __init__(
        self,
        facts: Facts,
        acts: Acts,
        session: Session,
        place: PlaceSource,
        kept: Callable[[StepArgs], None],
    ) -> None:
        """kept: hears of an arrival by position once its record is in the outbox."""
        super().__init__(name="whereabouts", daemon=True)
        self._facts, self._acts, self._session = facts, acts, session
        self._place, self._kept = place, kept
        self._stopping, self._lock = threading.Event(), threading.RLock()
        known = facts.get(_FACT, _Visits)
        self._visits = known.visits if known else {}
        self._fences: dict[tuple[str, Site], Fence] = {}

    def run(self) -> None:
        """Look until stopped; what fails is tried again each round."""
        while not self._stopping.wait(_ROUND_S):
            try:
                self.look(self._place.now(), mono_ms())
            except MzError as error:
                log.error("whereabouts.waits", code=error.code)

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()

    def at_step(self, done: StepArgs) -> None:
        """Learn that a step was kept."""
        with self._lock:
            visit = self._visits.get(done.operation, _Visit())
            self._keep(done.operation, step=later(done.step.value, visit.step))

    def now(self) -> list[SiteNow]:
        """Return what the screens show: an operation of the day with a site, or with a step."""
        where = self._place.now()
        with self._lock:
            return list(self._shown(where))

    def crossed(self, operation: str) -> tuple[bool | None, int | None]:
        """Return whether the device is within an operation's fence while the crew is at its scene,
        and how far from its place; None: not known, or not at the scene yet or any more."""
        where = self._place.now()
        with self._lock:
            if not self._at_scene(operation):
                return None, None
            for (name, site), fence in self._fences.items():
                if name == operation:
                    return fence.inside, round(near(where, site).distance_m) if where else None
        return None, None

    def _at_scene(self, operation: str) -> bool:
        visit = self._visits.get(operation, _Visit())
        states = (
            later(brief.state, visit.step)
            for brief in self._session.operations()
            if brief.operation == operation
        )
        return any(state in (Step.ON_SCENE, Step.ACTING) for state in states)

    def _shown(self, where: Where | None) -> Iterator[SiteNow]:
        for brief in self._session.operations():
            visit = self._visits.get(brief.operation, _Visit())
            if brief.site is None:
                if visit.step:
                    yield SiteNow(brief.operation, step=visit.step)
                continue
            found = near(where, brief.site) if where else None
            asked = visit.entered_ms if self._awaits(brief, visit) else None
            yield SiteNow(
                brief.operation, round(found.distance_m) if found else None,
                found.inside if found else None, asked, visit.step,
            )  # fmt: skip

    def look(self, where: Where | None, at_ms: int) -> None:
        """Learn a fix, at a monotonic moment; ask for an arrival or record it."""
        with self._lock:
            briefs = self._session.operations()
            self._forget({one.operation for one in briefs})
            for brief in briefs:
                if brief.site is not None and where is not None:
                    self._look_at(brief, brief.site, where, at_ms)

    def _look_at(self, brief: OperationBrief, site: Site, where: Where, at_ms: int) -> None:
        fence = self._fences.setdefault((brief.operation, site), Fence())
        sure = near(where, site).inside
        fence.note(sure, at_ms)
        visit = self._visits.get(brief.operation, _Visit())
        if not self._awaits(brief, visit):
            return
        if not fence.inside:
            if fence.inside is False and visit.entered_ms is not None:
                self._keep(brief.operation, entered_ms=None)
            return
        if visit.entered_ms is None:
            entered_ms = now_ms() - (at_ms - fence.since_ms)
            self._keep(brief.operation, entered_ms=entered_ms, record=new_id())
        elif sure and not where.mock and at_ms - fence.since_ms >= ASK_MS:
            self._arrive(brief.operation, visit.entered_ms, visit.record)

    def _arrive(self, operation: str, entered_ms: int, record: str) -> None:
        self._acts.arrived(operation, entered_ms, record)
        self._keep(operation, step=Step.ON_SCENE.value)
        log.info("whereabouts.arrived", operation=operation)
        self._kept(StepArgs(operation, Step.ON_SCENE))

    def _awaits(self, brief: OperationBrief, visit: _Visit) -> bool:
        """Tell whether the crew departed and did not yet arrive."""
        return later(brief.state, visit.step) == Step.DEPARTED.value

    def _keep(self, operation: str, **changed: object) -> None:
        visit = msgspec.structs.replace(self._visits.get(operation, _Visit()), **changed)
        visits = {**self._visits, operation: visit}
        self._facts.put(_FACT, _Visits(visits))
        self._visits = visits

    def _forget(self, today: set[str]) -> None:
        if today and not today.issuperset(self._visits):
            self._visits = {name: one for name, one in self._visits.items() if name in today}
            self._fences = {key: one for key, one in self._fences.items() if key[0] in today}
            self._facts.put(_FACT, _Visits(self._visits))
