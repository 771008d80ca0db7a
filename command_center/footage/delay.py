"""Archive delay: footage that a relay holds and has not archived, against its target.

Counted in fragments, so neither a device's clock nor what still waits on a device enters it.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sqlalchemy import select

from command_center.footage.feed import load_ranges
from command_center.footage.models import RecordingRow, RenditionRow
from command_center.footage.views import RecordingView
from command_center.operations.models import Operation
from command_center.platform.database import Database
from command_center.platform.event_log import EventRow
from command_center.platform.loops import Loop
from command_center.platform.uow import UnitOfWork
from schemas import ranges

TARGET_MS = 90_000
"""From a fragment's receipt to `archived`, on a good link."""
_ROUND_S = 5.0
_LOOKED_BACK_MS = 48 * 3_600_000


@dataclass(frozen=True)
class Waiting:
    """A recording of which a relay holds fragments that are not archived, and how many are."""

    recording: str
    waiting: int
    archived: int


def waiting_ms(recording: RecordingView, fragment_ms: int) -> int:
    """Return how much footage of a recording is received and not archived, at the worst
    rendition, ms."""
    return max((r.received - r.archived for r in recording.renditions), default=0) * fragment_ms


def waiting_recordings(uow: UnitOfWork) -> list[Waiting]:
    """Return the recordings that came in the last two days and have something to archive."""
    query = (
        select(RenditionRow)
        .join(RecordingRow, RecordingRow.id == RenditionRow.recording)
        .where(
            RecordingRow.learnt_ms > uow.now_ms - _LOOKED_BACK_MS,
            RenditionRow.received != RenditionRow.archived,
        )
        .order_by(RenditionRow.recording, RenditionRow.rendition)
    )
    found: dict[str, Waiting] = {}
    for row in uow.session.scalars(query):
        archived = ranges.count(load_ranges(row.archived))
        waiting = ranges.count(load_ranges(row.received)) - archived
        known = found.get(row.recording, Waiting(row.recording, 0, 0))
        found[row.recording] = Waiting(
            row.recording, known.waiting + waiting, known.archived + archived
        )
    return list(found.values())


class DelayWatch:
    """Alarms when a recording's archive stands still beyond the target, and when it moves again.

    What it remembers is only since when each stands still: a restarted worker begins anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since: dict[str, tuple[int, int]] = {}

    def round(self, _stop: threading.Event) -> bool:
        """Look once; True means at once again."""
        self._database.run(self.look)
        return False

    def look(self, uow: UnitOfWork) -> None:
        """Compare with the look before, and tell what changed."""
        waiting = {one.recording: one for one in waiting_recordings(uow) if one.waiting > 0}
        settled = [key for key in self._since if key not in waiting]
        for key, one in waiting.items():
            archived, since_ms = self._since.setdefault(key, (one.archived, uow.now_ms))
            if one.archived != archived:
                settled.append(key)
                self._since[key] = (one.archived, uow.now_ms)
            elif uow.now_ms - since_ms > TARGET_MS:
                _late(uow, key)
        for key in settled:
            _caught_up(uow, key)
            if key not in waiting:
                self._since.pop(key)


def _late(uow: UnitOfWork, recording: str) -> None:
    if _told(uow, recording) == "ArchiveLate":
        return
    seconds = TARGET_MS // 1000
    zh = f"存档延迟：录像超过 {seconds} 秒未能存档，设备与中继保留原件"
    en = f"Archive delay: footage waits longer than {seconds} s; device and relay keep it"
    _emit(uow, recording, "ArchiveLate", "alarm", zh, en)


def _caught_up(uow: UnitOfWork, recording: str) -> None:
    if _told(uow, recording) == "ArchiveLate":
        _emit(uow, recording, "ArchiveCaughtUp", "info", "存档已恢复", "The archive caught up")


def _told(uow: UnitOfWork, recording: str) -> str | None:
    """Return which of the two was told last, if any."""
    query = (
        select(EventRow.type)
        .where(
            EventRow.subject == recording,
            EventRow.type.in_(("ArchiveLate", "ArchiveCaughtUp")),
        )
        .order_by(EventRow.seq.desc())
        .limit(1)
    )
    return uow.session.scalar(query)


def _emit(uow: UnitOfWork, recording: str, type_: str, level: str, zh: str, en: str) -> None:
    row = uow.session.get(RecordingRow, recording)
    operation = uow.session.get(Operation, row.operation) if row and row.operation else None
    uow.emit(type_, zh, en, case=operation.case if operation else None,
             operation=operation.id if operation else None, device=row.device if row else None,
             subject=recording, level=level)  # fmt: skip


def loop(database: Database) -> Loop:
    """Return the worker's loop that watches the archive's delay."""
    return Loop("archive-delay", DelayWatch(database).round, _ROUND_S)
