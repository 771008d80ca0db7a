"""What the worker does for the guardian: sweeps the dates, acts on alarms, lets silence go up."""

from __future__ import annotations

import threading

from command_center.guardian.acts import BATCH, act
from command_center.guardian.reasons import escalate, withdraw_owed
from command_center.guardian.sweep import sweep
from command_center.platform.database import Database
from command_center.platform.loops import Loop


def loops(database: Database) -> list[Loop]:
    """Return the loop that the worker runs beside the outbox."""

    def watch(stop: threading.Event) -> bool:
        database.run(sweep)
        while not stop.is_set() and database.run(act) == BATCH:
            pass
        database.run(withdraw_owed)
        database.run(escalate)
        return False

    return [Loop("guardian.watch", watch, 20.0)]
