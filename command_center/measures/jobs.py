"""What the worker does for measures: notes exhibits that came, alarms for those that did not."""

from __future__ import annotations

import threading

from sqlalchemy import select

from command_center.footage.models import StoredExhibit
from command_center.measures.models import ExhibitRow, RecordRow
from command_center.measures.preservation import convert_preserved, to_convert
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.uow import UnitOfWork

EXHIBIT_LIMIT_MS = 30 * 60_000
"""How long an exhibit may be awaited after its record before the desk is alarmed."""


def loops(database: Database) -> list[Loop]:
    """Return the loops that the worker runs beside the outbox."""

    def watch(_stop: threading.Event) -> bool:
        if database.read(exhibits_to_note) or database.read(exhibits_to_alarm):
            database.run(note_exhibits)
        return False

    def convert(_stop: threading.Event) -> bool:
        return bool(database.read(to_convert)) and database.run(convert_preserved) > 0

    return [Loop("measures.exhibits", watch, 2.0), Loop("measures.preservation", convert, 20.0)]


def exhibits_to_note(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Return (record, sha256) of awaited exhibits that a relay holds now."""
    query = (
        select(ExhibitRow.record, ExhibitRow.sha256)
        .join(StoredExhibit, StoredExhibit.sha256 == ExhibitRow.sha256)
        .where(ExhibitRow.stored_ms.is_(None))
        .limit(500)
    )
    return [(record, sha256) for record, sha256 in uow.session.execute(query)]


def exhibits_to_alarm(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Return (record, sha256) of exhibits awaited beyond the limit and not alarmed yet."""
    query = (
        select(ExhibitRow.record, ExhibitRow.sha256)
        .join(RecordRow, RecordRow.record == ExhibitRow.record)
        .where(
            ExhibitRow.stored_ms.is_(None),
            ExhibitRow.alarmed_ms.is_(None),
            RecordRow.received_ms < uow.now_ms - EXHIBIT_LIMIT_MS,
        )
        .limit(500)
    )
    return [(record, sha256) for record, sha256 in uow.session.execute(query)]


def note_exhibits(uow: UnitOfWork) -> None:
    """Write what came, and alarm once for each record whose exhibits stay away."""
    came: set[str] = set()
    for record, sha256 in exhibits_to_note(uow):
        row = uow.session.get_one(ExhibitRow, (record, sha256))
        row.stored_ms = uow.now_ms
        came.add(record)
    uow.session.flush()
    for record in sorted(came):
        _emit_complete(uow, record)
    late: set[str] = set()
    for record, sha256 in exhibits_to_alarm(uow):
        uow.session.get_one(ExhibitRow, (record, sha256)).alarmed_ms = uow.now_ms
        late.add(record)
    for record in sorted(late):
        _emit(uow, record, "ExhibitLate", "现场材料仍未到达", "Exhibits are still missing", "alarm")


def _emit_complete(uow: UnitOfWork, record: str) -> None:
    awaited = select(ExhibitRow.sha256).where(
        ExhibitRow.record == record, ExhibitRow.stored_ms.is_(None)
    )
    if uow.session.scalars(awaited.limit(1)).first() is None:
        _emit(
            uow, record, "ExhibitsStored", "现场材料已全部入库", "All exhibits are stored", "info"
        )


def _emit(uow: UnitOfWork, record: str, type_: str, text_zh: str, text_en: str, level: str) -> None:
    row = uow.session.get_one(RecordRow, record)
    uow.emit(
        type_,
        text_zh,
        text_en,
        case=row.case,
        operation=row.operation,
        device=row.device,
        subject=record,
        level=level,
    )
