"""Planned silence: a device told that nothing may be heard of it for a time.

Until then its going off the air is no warning; when the time is up and nothing is heard, it is an
alarm, which stands until the device is back.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sqlalchemy import select

from command_center.devices.models import Device, SilenceRow
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.uow import UnitOfWork
from schemas.recording_notes import PlannedSilence, SilenceReason
from schemas.records import FieldRecord
from schemas.time import court_time

MAX_SILENCE_MS = 4 * 3_600_000
WORDS = {
    SilenceReason.NO_SIGNAL: ("进入无信号处", "no signal there"),
    SilenceReason.COVERT: ("行动保密，暂停通信", "covert act"),
    SilenceReason.DEVICE: ("更换电池或者设备", "battery or device changed"),
    SilenceReason.OTHER: ("其他", "other"),
}
_ROUND_S = 2.0


def announce(uow: UnitOfWork, record: FieldRecord, body: PlannedSilence) -> None:
    """Take a device's word, or that it is over. At most four hours; the newest plan counts.

    The caller made sure that the record is authentic and new, and the interval sound.
    """
    until_ms = min(body.until_ms, uow.now_ms + MAX_SILENCE_MS)
    row = uow.session.get(SilenceRow, body.silence)
    for other in _open(uow, [record.device]):
        if other is not row:
            other.over_ms = uow.now_ms
    if row is None:
        row = SilenceRow(
            silence=body.silence, device=record.device, operation=record.operation,
            case=record.case, until_ms=until_ms,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        zh, en = WORDS[body.reason]
        until = f"{court_time(until_ms):%H:%M}"
        _tell(uow, row, "SilencePlanned", "info", f"计划静默至 {until}：{zh}",
              f"Planned silence until {until}: {en}")  # fmt: skip
    elif row.over_ms is None:
        row.until_ms = until_ms
    if until_ms <= uow.now_ms and row.over_ms is None:
        _end(uow, row)


def silent_until(uow: UnitOfWork, devices: Iterable[str]) -> dict[str, int]:
    """Return until when these devices may be silent; one that is overdue stays in it."""
    return {row.device: row.until_ms for row in _open(uow, devices)}


def silent_devices(uow: UnitOfWork) -> set[str]:
    """Return the devices of which nothing may be heard, or which are overdue."""
    query = select(SilenceRow.device).where(SilenceRow.over_ms.is_(None))
    return set(uow.session.scalars(query))


def look(uow: UnitOfWork) -> None:
    """End the plans whose time is up and whose device is heard of; alarm the others once."""
    query = select(SilenceRow).where(
        SilenceRow.over_ms.is_(None), SilenceRow.until_ms <= uow.now_ms
    )
    for row in uow.session.scalars(query.with_for_update(skip_locked=True)):
        device = uow.session.get_one(Device, row.device)
        if device.connected or (device.last_contact_ms or 0) >= row.until_ms:
            _end(uow, row)
        elif row.overdue_ms is None:
            row.overdue_ms = uow.now_ms
            _tell(uow, row, "SilenceOverdue", "alarm", f"静默超时，未恢复联系：{device.name}",
                  f"Nothing heard after the planned silence: {device.name}")  # fmt: skip


def _end(uow: UnitOfWork, row: SilenceRow) -> None:
    row.over_ms = uow.now_ms
    name = uow.session.get_one(Device, row.device).name
    _tell(uow, row, "SilenceEnded", "info", f"静默结束：{name}", f"Heard of again: {name}")


def _open(uow: UnitOfWork, devices: Iterable[str]) -> list[SilenceRow]:
    query = select(SilenceRow).where(
        SilenceRow.device.in_(sorted(devices)), SilenceRow.over_ms.is_(None)
    )
    return list(uow.session.scalars(query))


def _tell(uow: UnitOfWork, row: SilenceRow, kind: str, level: str, zh: str, en: str) -> None:
    uow.emit(kind, zh, en, case=row.case, operation=row.operation, device=row.device,
             subject=row.silence, level=level)  # fmt: skip


def loop(database: Database) -> Loop:
    """Return the worker's loop that counts planned silences down."""

    def round_(_stop: threading.Event) -> bool:
        database.run(look)
        return False

    return Loop("silence", round_, _ROUND_S)
