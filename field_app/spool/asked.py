"""What became of this officer's word to start the crew, as the centre told it last."""

from __future__ import annotations

import msgspec

from field_app.local_api.recording import CrewNow
from field_app.spool.facts import Facts
from schemas.field_api import CrewAsked

_KEPT = "crew_asked"


class KeptAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the centre tells, the newest first."""

    crews: list[CrewNow]


class Asked:
    """Kept, so that a restarted device knows without a network whom it waits for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        kept = facts.get(_KEPT, KeptAsked)
        self._crews = kept.crews if kept else []

    def all(self) -> list[CrewNow]:
        """Return what was asked, the newest first."""
        return self._crews

    def take(self, told: list[CrewAsked], at_ms: int) -> None:
        """Keep what the centre tells; what changed, changed at `at_ms`."""
        before = {one.asked.order: one for one in self._crews}
        crews = [
            known if (known := before.get(asked.order)) and known.asked == asked
            else CrewNow(asked, at_ms)
            for asked in told
        ]  # fmt: skip
        if crews != self._crews:
            self._facts.put(_KEPT, KeptAsked(crews))
            self._crews = crews
