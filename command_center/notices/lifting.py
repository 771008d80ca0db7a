"""Lifting of holds: by who may, or by the time; every notice that waited goes on."""

from __future__ import annotations

from sqlalchemy import select

from command_center.notices import changes
from command_center.notices.holds import open_hold
from command_center.notices.models import HoldRow, NoticeRow
from command_center.notices.service import start_sending
from command_center.notices.states import NoticeState
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

_BATCH = 200


def release_hold(uow: UnitOfWork, principal: Principal, hold: str) -> None:
    """Lift a hold before its time. Errors: `hold.unknown`, `hold.lifted`."""
    principal.require("notice:hold")
    row = uow.session.get(HoldRow, hold, with_for_update=True)
    if row is None:
        raise MzError("hold.unknown", Kind.NOT_FOUND, hold[:40])
    if row.lifted_ms is not None:
        raise MzError("hold.lifted", Kind.CONFLICT, hold)
    _lift(uow, row, principal.id)


def release_inside(uow: UnitOfWork, case: str) -> None:
    """Lift the hold that was placed by itself: the officers are out."""
    row = open_hold(uow, case)
    if row is not None and row.approver == CENTRE.id:
        _lift(uow, row, CENTRE.id)


def lift_expired(uow: UnitOfWork) -> int:
    """Lift the holds whose time is over; return how many. The desk is alarmed where officers are
    still inside by the record: the parties are told all the same."""
    rows = uow.session.scalars(
        select(HoldRow)
        .where(HoldRow.lifted_ms.is_(None), HoldRow.until_ms <= uow.now_ms)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _lift(uow, row, None)
        if row.approver == CENTRE.id:
            uow.emit("HoldRanOut", "人员仍在现场，暂缓告知已到上限，双方将被告知",
                     "Officers are still inside: the hold reached its limit, parties are told",
                     case=row.case, subject=row.hold, level="alarm")  # fmt: skip
    return len(rows)


def _lift(uow: UnitOfWork, row: HoldRow, by: str | None) -> None:
    """Let every notice that waited for a hold go on; `by` None: its time was over."""
    row.lifted_ms, row.lifted_by = uow.now_ms, by
    waiting = uow.session.scalars(
        select(NoticeRow)
        .where(NoticeRow.hold == row.hold, NoticeRow.state == NoticeState.HELD)
        .with_for_update()
    ).all()
    for notice in waiting:
        notice.released_ms = uow.now_ms
        changes.move(uow, notice, NoticeState.QUEUED)
        start_sending(uow, notice)
    uow.ledger("case:hold:lifted", by or "centre", row.hold, sha256_hex(row.reason.encode()),
               {"case": row.case})  # fmt: skip
    zh = f"告知暂缓已解除，{len(waiting)}条告知开始发送"
    en = f"The hold was lifted: {len(waiting)} notices go on"
    uow.emit("HoldLifted", zh, en, case=row.case, subject=row.hold)
