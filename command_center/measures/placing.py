"""Records of an operation whose case was named after they came: carried out then, each once."""

from __future__ import annotations

import threading

from sqlalchemy import Select, select

from command_center.measures.models import PlacedRow, RecordRow
from command_center.measures.service import place_record
from command_center.operations.models import UnplannedRow
from command_center.operations.unplanned import tell_late
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.uow import UnitOfWork

_ROUND_S = 2.0
_NEVER = ("operation_opened", "sos")
"""What opens an operation and what calls for help waits for no case."""


def loop(database: Database) -> Loop:
    """Return the loop that carries them out, and tells what nobody confirmed in time."""

    def work(_stop: threading.Event) -> bool:
        database.run(tell_late)
        return bool(database.read(_next)) and database.run(place_next)

    return Loop("placing", work, _ROUND_S, gives_way=True)


def place_next(uow: UnitOfWork) -> bool:
    """Carry out the oldest that waits and whose case is known; return whether there was one."""
    found = _next(uow)
    if found is None:
        return False
    place_record(uow, *found)
    return True


def _next(uow: UnitOfWork) -> tuple[RecordRow, str] | None:
    found = uow.session.execute(_waiting()).first()
    return None if found is None or found[1] is None else (found[0], found[1])


def _waiting() -> Select[RecordRow, str | None]:
    return (
        select(RecordRow, UnplannedRow.case)
        .join(UnplannedRow, UnplannedRow.operation == RecordRow.operation)
        .outerjoin(PlacedRow, PlacedRow.record == RecordRow.record)
        .where(
            UnplannedRow.case.is_not(None), RecordRow.case == "", PlacedRow.record.is_(None),
            RecordRow.kind.not_in(_NEVER),
        )
        .order_by(RecordRow.received_ms, RecordRow.recorded_ms, RecordRow.record)
        .limit(1)
    )  # fmt: skip
