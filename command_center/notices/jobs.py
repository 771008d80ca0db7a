"""What the worker does for notices: sends, prints letters, ticks providers, watches for late."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from sqlalchemy import func, select

from command_center.notices import changes, printing, promise
from command_center.notices.dispatch import Dispatch, sender
from command_center.notices.lifting import lift_expired
from command_center.notices.models import NoticeRow
from command_center.notices.print_sweep import delete_sheets
from command_center.notices.providers.base import Providers
from command_center.notices.states import SENT_BY_JOB, NoticeState
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.outbox import Consumer
from command_center.platform.outbox_rows import JobRow, JobState
from command_center.platform.uow import UnitOfWork

PROMPTLY_MS = 10 * 60_000
"""How long telling may take before the desk is alarmed (S-11: 及时)."""
_SENDERS = 2
"""While one wave is at the providers, another is taken up."""
_UNSENT = (NoticeState.QUEUED, NoticeState.SENDING, NoticeState.TEMP_FAIL)


IN_WAVES = frozenset({promise.SEND})
"""The kinds that a loop of this room does, many at once; the outbox's threads leave them to it."""


def consumers(providers: Providers) -> Mapping[str, Consumer]:
    """Return the consumers of this room's outbox kinds; the worker sends by `Dispatch`."""
    return {promise.SEND: sender(providers), printing.PRINT: printing.print_sheet}


def loops(database: Database, providers: Providers) -> list[Loop]:
    """Return the loops that the worker runs beside the outbox."""

    dispatch = Dispatch(database, providers)

    def send(_stop: threading.Event) -> bool:
        return dispatch.round()

    def tick(_stop: threading.Event) -> bool:
        for one in providers.values():
            one.tick()
        return False

    def watch(_stop: threading.Event) -> bool:
        database.run(lift_expired)
        database.run(alarm_late)
        database.run(fail_abandoned)
        database.run(delete_sheets)
        return False

    return [
        *(Loop(f"notices.send-{number}", send, 0.2, goes_first=True) for number in range(_SENDERS)),
        Loop("sms.tick", tick, 0.25),
        Loop("notices.watch", watch, 15.0),
    ]


def alarm_late(uow: UnitOfWork) -> int:
    """Alarm the desk once for each notice that is not sent promptly; return how many."""
    late = uow.session.scalars(
        select(NoticeRow).where(
            NoticeRow.channel.in_(SENT_BY_JOB),
            NoticeRow.state.in_(_UNSENT),
            func.coalesce(NoticeRow.released_ms, NoticeRow.created_ms) < uow.now_ms - PROMPTLY_MS,
            NoticeRow.alarmed_ms.is_(None),
        )
    ).all()
    for row in late:
        row.alarmed_ms = uow.now_ms
        changes.alarm_late(uow, row)
    return len(late)


def fail_abandoned(uow: UnitOfWork) -> int:
    """Give a clerk the notices whose job failed for good; return how many.

    A defect in the worker must not leave a party untold in silence.
    """
    abandoned = uow.session.execute(
        select(NoticeRow, JobRow.error)
        .join(JobRow, JobRow.key == NoticeRow.notice)
        .where(
            JobRow.kind == promise.SEND,
            JobRow.state == JobState.FAILED,
            NoticeRow.state.in_(_UNSENT),
        )
    ).all()
    for row, error in abandoned:
        changes.fail(uow, row, NoticeState.PERM_FAIL, f"job failed: {error}")
    return len(abandoned)
