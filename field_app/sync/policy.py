"""What goes first, and over which link: alarms, records, what is live, then kept footage.

Each rank has its own road already (`outbox_sender`, `live`, `archive`); this decides the one thing
they have in common, when kept footage has to wait.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from field_app.device.network import Metered
from field_app.local_api.recording import FootageBy
from field_app.spool.facts import Facts

_FACT = "footage_by"


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The officer's choice, as the spool keeps it."""

    by: FootageBy


class Policy:
    """Kept in the spool: a restart does not spend the court's data volume."""

    def __init__(self, facts: Facts, metered: Metered) -> None:
        self._facts, self._metered = facts, metered
        kept = facts.get(_FACT, Chosen)
        self.footage_by = kept.by if kept else FootageBy.ANY
        self.records_go_first: Callable[[], bool] = lambda: False
        """Says whether the outbox is being sent just now."""

    def choose(self, by: FootageBy) -> None:
        """Let kept footage go over these links from now on."""
        self._facts.put(_FACT, Chosen(by))
        self.footage_by = by

    def is_held(self) -> bool:
        """Tell whether kept footage waits for a link that costs nothing."""
        return self.footage_by is FootageBy.UNMETERED and self._metered()

    def footage_may_go(self) -> bool:
        """Tell whether kept footage may be sent now."""
        return not self.records_go_first() and not self.is_held()
