"""Lifting of holds: by who may, or by the time; every notice that waited goes on."""

from __future__ import annotations

from sqlalchemy import select

from command_center.cases.log import LogLine, append_log
from command_center.notices import changes
from command_center.notices.holds import how_lifted, open_hold
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
    _lift(uow, row, principal)


def release_inside(uow: UnitOfWork, case: str) -> None:
    """Lift the hold that was placed by itself: the officers are out."""
    row = open_hold(uow, case)
    if row is not None and row.approver == CENTRE.id:
        _lift(uow, row, CENTRE)


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


def _lift(uow: UnitOfWork, row: HoldRow, by: Principal | None) -> None:
    """Let every notice that waited for a hold go on, and say why; `by` None: its time was over."""
    row.lifted_ms, row.lifted_by = uow.now_ms, by.id if by is not None else None
    waiting = uow.session.scalars(
        select(NoticeRow)
        .where(NoticeRow.hold == row.hold, NoticeRow.state == NoticeState.HELD)
        .with_for_update()
    ).all()
    for notice in waiting:
        notice.released_ms = uow.now_ms
        changes.move(uow, notice, NoticeState.QUEUED)
        start_sending(uow, notice)
    uow.ledger("case:hold:lifted", by.id if by else CENTRE.id, row.hold,
               sha256_hex(row.reason.encode()), {"case": row.case})  # fmt: skip
    why, why_en = how_lifted(row.lifted_by, by.name if by is not None else "")
    zh = f"暂缓告知解除：{why}，{len(waiting)}条告知开始发送（暂缓理由：{row.reason}）"
    en = f"The hold was lifted ({why_en}): {len(waiting)} notices go on"
    who = by.name if by is not None and by.id != CENTRE.id else ""
    append_log(uow, LogLine(row.case, uow.now_ms, "HOLD", zh, who, subject=row.hold))
    uow.emit("HoldLifted", zh, en, case=row.case, subject=row.hold,
             level="warn" if by is None else "info")  # fmt: skip
