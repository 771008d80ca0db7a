"""Holds: planning a notice is immediate, sending it waits while telling would spoil the act.

Each hold has its reason and its approver (who is signed in), and ends by itself: no party waits
longer than the court's policy allows.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.notices.models import HoldRow, NoticeRow
from command_center.notices.states import NoticeState
from command_center.platform import typed
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

INSIDE = "执行人员仍在现场"
"""Why telling waits by itself."""
_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class HoldView:
    """An open hold of a case: why, approved by whom (empty: placed by itself), until when, how many
    notices wait."""

    hold: str
    reason: str
    approver: str
    placed_ms: int
    until_ms: int
    waiting: int


@dataclass(frozen=True)
class HeldView:
    """What a notice waited for: why, approved by whom (empty: placed by itself), until when at
    most, and how it ended in both languages (empty: it has not)."""

    reason: str
    approver: str
    until_ms: int
    lifted: tuple[str, str]


HOLDS_NOW = and_(HoldRow.lifted_ms.is_(None), HoldRow.until_ms > bindparam("now_ms"))
"""What makes a hold open at `now_ms`: one at most is, in a case."""


def open_hold(uow: UnitOfWork, case: str) -> HoldRow | None:
    """Return the hold that is open in a case; one whose time is over holds nothing."""
    query = select(HoldRow).where(HoldRow.case == case, HOLDS_NOW).limit(1)
    return uow.session.scalars(query, {"now_ms": uow.now_ms}).first()


def place_hold(uow: UnitOfWork, principal: Principal, case: str, reason: str, hours: int) -> str:
    """Hold the notices that are planned in a case from now on; who places it approves it.

    Errors: `case.unknown`, `hold.open`, `hold.no_reason`, `hold.too_long`.
    """
    principal.require("notice:hold")
    if uow.session.get(Case, case, with_for_update=True) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, case[:40])
    if open_hold(uow, case) is not None:
        raise MzError("hold.open", Kind.CONFLICT, case)
    why = typed.line(reason)
    if not why:
        raise MzError("hold.no_reason", Kind.INVALID)
    if not 1 <= hours <= uow.settings.court.hold_hours:
        raise MzError("hold.too_long", Kind.INVALID, str(hours))
    return _place(uow, principal, case, why, hours)


def hold_inside(uow: UnitOfWork, case: str) -> None:
    """Hold the notices of a case whose officers went in, where the court's policy says so; one
    that is open already is left alone."""
    court = uow.settings.court
    hours = min(court.hold_inside_hours, court.hold_hours)
    if hours > 0 and open_hold(uow, case) is None:
        _place(uow, CENTRE, case, INSIDE, hours)


def _place(uow: UnitOfWork, principal: Principal, case: str, why: str, hours: int) -> str:
    row = HoldRow(
        hold=new_id(), case=case, reason=why, approver=principal.id, placed_ms=uow.now_ms,
        until_ms=uow.now_ms + hours * _HOUR_MS,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    by_itself = principal.id == CENTRE.id
    zh = f"{'自动' if by_itself else '批准'}暂缓告知{hours}小时：{why}"
    who = "" if by_itself else principal.name
    uow.ledger("case:hold:placed", principal.id, row.hold, sha256_hex(why.encode()), {"case": case})
    append_log(uow, LogLine(case, uow.now_ms, "HOLD", zh, who, subject=row.hold))
    uow.emit("HoldPlaced", zh, f"Notices are held for {hours} hours", case=case, subject=row.hold,
             level="warn")  # fmt: skip
    return row.hold


def hold_of_case(uow: UnitOfWork, principal: Principal, case: str) -> HoldView | None:
    """Return the open hold of a case with what waits for it."""
    principal.require("notice:read")
    row = open_hold(uow, case)
    if row is None:
        return None
    waiting = select(func.count()).where(
        NoticeRow.hold == row.hold, NoticeRow.state == NoticeState.HELD
    )
    by = uow.session.get(Staff, row.approver)
    return HoldView(row.hold, row.reason, by.name if by else "", row.placed_ms, row.until_ms,
                    int(uow.session.scalar(waiting) or 0))  # fmt: skip


def how_lifted(by: str | None, name: str) -> tuple[str, str]:
    """Return why a hold ended; by: who lifted it and his name, None: its time was over."""
    if by is None:
        return "期限届满，自动解除", "its time was over"
    if by == CENTRE.id:
        return "执行人员已撤离，自动解除", "the officers are out"
    return f"{name}批准提前解除", f"by {name}"


def hold_of_notice(uow: UnitOfWork, row: NoticeRow) -> HeldView | None:
    """Return the hold that a notice waits or waited for, for this room."""
    hold = uow.session.get(HoldRow, row.hold) if row.hold else None
    if hold is None:
        return None
    staff = {one: uow.session.get(Staff, one) for one in (hold.approver, hold.lifted_by or "")}
    names = {one: found.name for one, found in staff.items() if found is not None}
    ended = hold.lifted_ms is not None
    lifted = how_lifted(hold.lifted_by, names.get(hold.lifted_by or "", "")) if ended else ("", "")
    return HeldView(hold.reason, names.get(hold.approver, ""), hold.until_ms, lifted)


def held_nodes(uow: UnitOfWork, case: str, party: str) -> set[str]:
    """Return the nodes of a case that a party is not told of yet."""
    query = select(NoticeRow.node).where(
        NoticeRow.case == case, NoticeRow.party == party, NoticeRow.state == NoticeState.HELD
    )
    return set(uow.session.scalars(query))
