"""Openings of private footage: one person asks with a reason, another agrees; then the named
viewer, and nobody else, sees it for a while.

Only tickets open anything (ADR 0009), and only while an opening lasts do they name it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.access.permissions import permissions_of
from command_center.access.views import note_view
from command_center.devices.service import order_relay
from command_center.footage.models import OpeningRow, RecordingRow
from command_center.footage.private import Interval, intervals_of, reach
from command_center.operations.models import Operation
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.feed import OrderKind
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.ticket import Opened

MINUTES = (30, 120, 480)
"""How long an opening may last, to choose from."""
ASK_MS = 24 * 3_600_000
"""Who was not answered so long asks again."""
MAX_REASON = 200
_ROUND_S = 2.0
_TOLD = {
    "asked": ("FootageOpeningAsked", "warn", "申请查看隐私时段，待另一人批准",
              "A private interval is asked for"),
    "agreed": ("FootageOpeningAnswered", "info", "隐私时段已批准查看",
               "A private interval was opened"),
    "refused": ("FootageOpeningAnswered", "info", "隐私时段不予查看",
                "A private interval stays closed"),
    "lapsed": ("FootageOpeningLapsed", "warn", "查看隐私时段的申请 24 小时无人答复，请重新申请",
               "Nobody answered within 24 hours; please ask again to see a private interval"),
    "closed": ("FootageOpeningClosed", "info", "隐私时段已提前关闭",
               "A private interval was closed early"),
    "over": ("FootageOpeningClosed", "info", "隐私时段查看到期，已关闭",
             "The time to see a private interval is over"),
}  # fmt: skip
"""What is told of an opening: the event's type and level, and its words in both languages."""


@dataclass(frozen=True)
class AskOpening:
    """Message: open an interval to `viewer` (a member of staff) for so many minutes."""

    operation: str
    interval: str
    viewer: str
    reason: str
    minutes: int


@dataclass(frozen=True)
class OpeningView:
    """An opening as staff see it; `state`: asked, expired, refused, open, over, closed (early).
    `by` are the two persons' ids."""

    id: str
    interval: str
    state: str
    viewer: str
    viewer_name: str
    reason: str
    minutes: int
    asked_by: str
    asked_by_name: str
    asked_ms: int
    answered_by_name: str
    answered_ms: int | None
    until_ms: int | None
    by: tuple[str, str | None]


def ask_opening(uow: UnitOfWork, principal: Principal, message: AskOpening) -> str:
    """Ask for a private interval to be opened; return the opening's id.

    Errors: `private.unknown`, `private.malformed` (no reason, longer than 200, minutes),
    `private.viewer_unfit`, `private.already_asked`.
    """
    principal.require("private:ask")
    interval = _interval(uow, message.operation, message.interval)
    reason = message.reason.replace("\0", "").strip()
    if not reason or len(reason) > MAX_REASON or message.minutes not in MINUTES:
        raise MzError("private.malformed", Kind.INVALID, "reason and minutes")
    viewer = uow.session.get(Staff, message.viewer)
    if viewer is None or not viewer.active or "recording:play" not in permissions_of(viewer.role):
        raise MzError("private.viewer_unfit", Kind.INVALID, message.viewer[:40])
    for known in _rows(uow, interval.operation):
        same = (known.interval, known.viewer) == (interval.interval, viewer.id)
        if same and _state(known, uow.now_ms) in ("asked", "open"):
            raise MzError("private.already_asked", Kind.CONFLICT, known.id)
    row = OpeningRow(
        id=new_id(), operation=interval.operation, interval=interval.interval,
        device=interval.device, viewer=viewer.id, reason=reason, minutes=message.minutes,
        asked_by=principal.id, asked_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    _tell(uow, principal, row, interval.case, "asked")
    return row.id


def answer_opening(uow: UnitOfWork, principal: Principal, opening: str, *, agreed: bool) -> str:
    """Agree to an opening that another person asked for, or refuse it; return its operation.

    Errors: `private.unknown`, `private.own_request`, `private.already_answered`,
    `private.expired`.
    """
    principal.require("private:open")
    row = _opening(uow, opening)
    if row.asked_by == principal.id:
        raise MzError("private.own_request", Kind.REFUSED, row.id)
    state = _state(row, uow.now_ms)
    if state != "asked":
        code = "private.expired" if state == "expired" else "private.already_answered"
        raise MzError(code, Kind.CONFLICT, row.id)
    row.agreed, row.answered_by, row.answered_ms = agreed, principal.id, uow.now_ms
    interval = _interval(uow, row.operation, row.interval)
    if agreed:
        row.from_ms, row.to_ms = reach(uow, interval)
        row.until_ms = uow.now_ms + row.minutes * 60_000
    _tell(uow, principal, row, interval.case, "agreed" if agreed else "refused")
    return row.operation


def close_opening(uow: UnitOfWork, principal: Principal, opening: str) -> str:
    """Close an opening before its time, as either of its two persons may; return its operation.

    The relay is ordered to refuse the viewer's tickets that open anything; what else is open to
    him he asks for anew. Errors: `private.unknown`, `private.not_yours`, `private.not_open`.
    """
    principal.require("private:ask")
    row = _opening(uow, opening)
    if principal.id not in (row.asked_by, row.answered_by):
        raise MzError("private.not_yours", Kind.REFUSED, row.id)
    if _state(row, uow.now_ms) != "open":
        raise MzError("private.not_open", Kind.CONFLICT, row.id)
    row.until_ms = row.over_ms = uow.now_ms
    order_relay(uow, OrderKind.CLOSE_PRIVATE, row.viewer, "closed early")
    _tell(uow, principal, row, _interval(uow, row.operation, row.interval).case, "closed")
    return row.operation


def tell_ends(uow: UnitOfWork) -> None:
    """Tell once of each opening whose time is up, as of one that is closed early: the desk's pages
    let go of what they hold. Its tickets ended by themselves. Tell once, too, of each request that
    nobody answered in `ASK_MS`: who asked has to ask again.
    """
    over = OpeningRow.until_ms <= uow.now_ms
    lapsed = OpeningRow.agreed.is_(None) & (OpeningRow.asked_ms <= uow.now_ms - ASK_MS)
    query = select(OpeningRow).where(OpeningRow.over_ms.is_(None), over | lapsed)
    for row in uow.session.scalars(query.with_for_update(skip_locked=True)):
        row.over_ms = uow.now_ms
        case = uow.session.get_one(Operation, row.operation).case
        if row.agreed is None:
            _note(uow, "centre", row, case, "lapsed")
            _emit(uow, row, case, "lapsed", uow.session.get_one(Staff, row.asked_by).name)
        else:
            _emit(uow, row, case, "over", uow.session.get_one(Staff, row.viewer).name)


def openings_of(uow: UnitOfWork, operation: str) -> list[OpeningView]:
    """Return an operation's openings, newest first."""
    rows = _rows(uow, operation)
    people = {one for row in rows for one in (row.viewer, row.asked_by, row.answered_by) if one}
    query = select(Staff.id, Staff.name).where(Staff.id.in_(sorted(people)))
    names = dict(uow.session.execute(query).all())
    return [
        OpeningView(
            row.id, row.interval, _state(row, uow.now_ms), row.viewer, names.get(row.viewer, ""),
            row.reason, row.minutes, row.asked_by, names.get(row.asked_by, ""), row.asked_ms,
            names.get(row.answered_by or "", ""), row.answered_ms, row.until_ms,
            (row.asked_by, row.answered_by),
        )
        for row in rows
    ]  # fmt: skip


def viewers(uow: UnitOfWork) -> list[tuple[str, str, str]]:
    """Return to whom private footage can be opened: id, name and role, by number."""
    rows = uow.session.scalars(select(Staff).where(Staff.active).order_by(Staff.number))
    return [
        (row.id, row.name, row.role) for row in rows if "recording:play" in permissions_of(row.role)
    ]


def opened_to(
    uow: UnitOfWork, principal: Principal, recordings: Sequence[RecordingRow], term_ms: int
) -> tuple[list[Opened], int]:
    """Return what a ticket to these recordings opens for its holder, and how long it may live:
    `term_ms`, or as long as all of that is open.

    A write verb: each interval that the ticket opens is written down as looked at.
    """
    query = select(OpeningRow).where(
        OpeningRow.viewer == principal.id, OpeningRow.until_ms > uow.now_ms,
        OpeningRow.device.in_(sorted({row.device for row in recordings})),
    )  # fmt: skip
    found: list[Opened] = []
    for row in uow.session.scalars(query.order_by(OpeningRow.asked_ms)):
        low, high = row.from_ms or 0, row.to_ms or 0
        mine = [one.id for one in recordings if one.device == row.device]
        found += [Opened(recording, low, high) for recording in mine]
        term_ms = min(term_ms, (row.until_ms or 0) - uow.now_ms)
        operation = uow.session.get_one(Operation, row.operation)
        note_view(uow, principal, "private", row.interval, operation.case)
    return found, term_ms


def _interval(uow: UnitOfWork, operation: str, interval: str) -> Interval:
    for one in intervals_of(uow, operation):
        if one.interval == interval:
            return one
    raise MzError("private.unknown", Kind.NOT_FOUND, interval[:40])


def _opening(uow: UnitOfWork, opening: str) -> OpeningRow:
    """Return the opening, held until the commit: one of two answers, or the end, comes first."""
    row = uow.session.get(OpeningRow, opening, with_for_update=True)
    if row is None:
        raise MzError("private.unknown", Kind.NOT_FOUND, opening[:40])
    return row


def _rows(uow: UnitOfWork, operation: str) -> list[OpeningRow]:
    query = select(OpeningRow).where(OpeningRow.operation == operation)
    return list(uow.session.scalars(query.order_by(OpeningRow.asked_ms.desc(), OpeningRow.id)))


def _state(row: OpeningRow, now_ms: int) -> str:
    if row.agreed is None:
        lapsed = row.over_ms is not None or now_ms >= row.asked_ms + ASK_MS
        return "expired" if lapsed else "asked"
    if not row.agreed:
        return "refused"
    until_ms = row.until_ms or 0
    if now_ms < until_ms:
        return "open"
    return "over" if until_ms == (row.answered_ms or 0) + row.minutes * 60_000 else "closed"


def _tell(uow: UnitOfWork, principal: Principal, row: OpeningRow, case: str, what: str) -> None:
    _note(uow, principal.id, row, case, what)
    _emit(uow, row, case, what, principal.name)


def _note(uow: UnitOfWork, actor: str, row: OpeningRow, case: str, what: str) -> None:
    """Write who did what into the ledger, with the request's digest."""
    digest = sha256_hex(f"{row.id} {row.interval} {row.viewer} {row.minutes} {row.reason}".encode())
    uow.ledger(f"footage:private:{what}", actor, row.id, digest,
               {"operation": row.operation, "case": case, "interval": row.interval})  # fmt: skip


def _emit(uow: UnitOfWork, row: OpeningRow, case: str, what: str, name: str) -> None:
    """Write the event, without the request's words."""
    kind, level, zh, en = _TOLD[what]
    uow.emit(kind, f"{zh}：{name}", f"{en}: {name}", case=case, operation=row.operation,
             device=row.device, subject=row.id, level=level)  # fmt: skip


def loop(database: Database) -> Loop:
    """Return the worker's loop that tells of openings and requests whose time is up."""

    def round_(_stop: threading.Event) -> bool:
        database.run(tell_ends)
        return False

    return Loop("openings", round_, _ROUND_S)
