"""When the court's policy lets nothing go out: quiet hours, and too much to one party in a day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from command_center.notices.models import AttemptRow, NoticeRow
from command_center.platform.uow import UnitOfWork
from schemas.time import COURT_ZONE

_DAY_MS = 86_400_000
_AGAIN_MS = 3_600_000


def pause_by_policy(uow: UnitOfWork, row: NoticeRow) -> int | None:
    """Return how long a notice waits before its first attempt, ms; None when it may go now."""
    policy = uow.settings.notices
    quiet = quiet_left_ms(uow.now_ms, policy.quiet_from, policy.quiet_to)
    if quiet:
        return quiet
    if not policy.most_a_day:
        return None
    sent = (
        select(func.count())
        .select_from(AttemptRow)
        .join(NoticeRow, NoticeRow.notice == AttemptRow.notice)
        .where(NoticeRow.contact == row.contact, AttemptRow.began_ms > uow.now_ms - _DAY_MS)
    )
    if int(uow.session.scalar(sent) or 0) >= policy.most_a_day:
        return _AGAIN_MS
    return None


def quiet_left_ms(now_ms: int, begins: str, ends: str) -> int:
    """Return what is left of the quiet hours `21:30` to `07:30` of the court's day, ms."""
    if not begins or not ends:
        return 0
    now = dt.datetime.fromtimestamp(now_ms / 1000, COURT_ZONE)
    for day in (-1, 0):
        start = _at(now.date() + dt.timedelta(day), begins)
        end = _at(start.date(), ends)
        if end <= start:
            end += dt.timedelta(1)
        if start <= now < end:
            return int((end - now).total_seconds() * 1000) + 1
    return 0


def _at(day: dt.date, clock: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), COURT_ZONE)
