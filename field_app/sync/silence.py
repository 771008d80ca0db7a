"""Planned silence: what the desk was told of how long nothing may be heard of this device."""

from __future__ import annotations

import msgspec

from field_app.spool.facts import Facts
from schemas.field_api import OperationBrief
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.recording_notes import PlannedSilence, SilenceReason
from schemas.time import now_ms

_FACT = "planned_silence"


class SilentNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was planned, as the spool keeps it."""

    operation: str
    case: str
    plan: PlannedSilence


class Silence:
    """At most one plan; it is over by itself."""

    def __init__(self, facts: Facts) -> None:
        """Go on with a plan that a restarted service finds."""
        self._facts = facts
        self._planned = facts.get(_FACT, SilentNow)

    @property
    def planned(self) -> SilentNow | None:
        """The plan, while it lasts."""
        known = self._planned
        return known if known is not None and known.plan.until_ms > now_ms() else None

    def plan(self, operation: OperationBrief, minutes: int, reason: SilenceReason) -> SilentNow:
        """Plan to be silent from now on; a plan that lasts is replaced. `spool.disk_full`."""
        begin = now_ms()
        plan = PlannedSilence(new_id(), begin, begin + minutes * 60_000, reason)
        self._planned = SilentNow(operation.operation, operation.case, plan)
        self._facts.put(_FACT, self._planned)
        return self._planned

    def end(self) -> SilentNow:
        """Return the plan as it ends now; `silence.not_planned`."""
        known = self.planned
        if known is None:
            raise MzError("silence.not_planned", Kind.CONFLICT)
        over = msgspec.structs.replace(known.plan, until_ms=max(now_ms(), known.plan.from_ms))
        self._facts.drop(_FACT)
        self._planned = None
        return msgspec.structs.replace(known, plan=over)
