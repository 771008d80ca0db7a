"""What the worker does for disclosure: follows the event log, rebuilds what an event touched."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import msgspec

from command_center.disclosure.documents import rebuild
from command_center.disclosure.grants import REBUILD, request_rebuilds
from command_center.disclosure.models import DisclosureCursorRow
from command_center.platform.database import Database
from command_center.platform.event_log import latest_cursor, rows_since
from command_center.platform.loops import Loop
from command_center.platform.outbox import Consumer, Job
from command_center.platform.uow import UnitOfWork

_PAGE = 200
_NAME = "event_log"


class RebuildCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `disclosure.rebuild`."""

    case: str


def consumers() -> Mapping[str, Consumer]:
    """Return the consumers of this room's outbox kinds."""

    def rebuild_case(database: Database, job: Job) -> None:
        database.run(rebuild, msgspec.json.decode(job.payload, type=RebuildCase).case)

    return {REBUILD: rebuild_case}


def loops(database: Database) -> list[Loop]:
    """Return the loops that the worker runs beside the outbox."""

    def follow(_stop: threading.Event) -> bool:
        return database.read(is_behind) and database.run(follow_events)

    return [Loop("disclosure.follow", follow, 0.3, gives_way=True)]


def is_behind(uow: UnitOfWork) -> bool:
    """Return whether there are events that were not looked at yet."""
    row = uow.session.get(DisclosureCursorRow, _NAME)
    return latest_cursor(uow.session) != (row.since if row else 0)


def follow_events(uow: UnitOfWork) -> bool:
    """Ask for a rebuild of each case that an event names; cursor and promises commit together.

    Any event of a case may change what its parties see; a document that would say the same is
    not made. Returns whether there may be more.
    """
    row = uow.session.get(DisclosureCursorRow, _NAME, with_for_update=True)
    if row is None:
        row = DisclosureCursorRow(name=_NAME, since=0)
        uow.session.add(row)
        uow.session.flush()
    events = rows_since(uow.session, row.since, _PAGE)
    if not events:
        return False
    request_rebuilds(uow, sorted({event.case for event in events if event.case}))
    row.since = events[-1].seq
    return len(events) == _PAGE
