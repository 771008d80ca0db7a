"""Days of a case that some rules do not count (中止, 暂缓, 评估 …), and the clocks they move."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.deadlines.court_calendar import court_calendar
from command_center.deadlines.models import DeadlineRow, IntervalRow
from command_center.deadlines.reckoning import recompute, reopen, zh_day
from command_center.deadlines.rulepack import law
from command_center.deadlines.words import OPEN
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


@dataclass(frozen=True)
class NewInterval:
    """Message: days of a case that do not count; `last_day` empty while it lasts."""

    case: str
    ground: str
    first_day: str
    last_day: str
    paper: str


def record_interval(uow: UnitOfWork, principal: Principal, message: NewInterval) -> str:
    """Record days of a case that do not count; every open clock that they move is moved.

    Errors: `case.unknown`, `deadline.unknown_ground`, `form.day_malformed`,
    `deadline.interval_reversed`, `deadline.no_paper`.
    """
    principal.require("deadline:keep")
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    if message.ground not in law().grounds():
        raise MzError("deadline.unknown_ground", Kind.INVALID, message.ground[:40])
    first, paper = typed.day(message.first_day), typed.line(message.paper)
    last = typed.day(message.last_day) if message.last_day.strip() else None
    if last is not None and last < first:
        raise MzError("deadline.interval_reversed", Kind.INVALID, f"{first} {last}")
    if not paper:
        raise MzError("deadline.no_paper", Kind.INVALID)
    row = IntervalRow(
        interval=new_id(), case=message.case, ground=message.ground, first_day=first.isoformat(),
        last_day=last.isoformat() if last else None, paper=paper, recorded_by=principal.id,
        recorded_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    _interval_changed(uow, principal, row, "recorded")
    return row.interval


def end_interval(uow: UnitOfWork, principal: Principal, interval: str, last_day: str) -> None:
    """Record the last day of an interval that lasted until then.

    Errors: `interval.unknown`, `interval.ended`, `form.day_malformed`,
    `deadline.interval_reversed`.
    """
    principal.require("deadline:keep")
    row, last = _interval(uow, interval), typed.day(last_day)
    if row.last_day is not None or row.void:
        raise MzError("interval.ended", Kind.CONFLICT, interval)
    if last.isoformat() < row.first_day:
        raise MzError("deadline.interval_reversed", Kind.INVALID, f"{row.first_day} {last}")
    row.last_day = last.isoformat()
    _interval_changed(uow, principal, row, "ended")


def void_interval(uow: UnitOfWork, principal: Principal, interval: str, why: str) -> None:
    """Void an interval that never was one; it stays readable.

    Errors: `interval.unknown`, `interval.ended`, `deadline.no_reason`.
    """
    principal.require("deadline:keep")
    row, reason = _interval(uow, interval), typed.line(why)
    if row.void:
        raise MzError("interval.ended", Kind.CONFLICT, interval)
    if not reason:
        raise MzError("deadline.no_reason", Kind.INVALID)
    row.void = reason
    _interval_changed(uow, principal, row, "voided")


def _interval_changed(uow: UnitOfWork, principal: Principal, row: IntervalRow, act: str) -> None:
    uow.session.flush()
    calendar = court_calendar(uow)
    query = select(DeadlineRow).where(DeadlineRow.case == row.case, DeadlineRow.state.in_(OPEN))
    for clock in list(uow.session.scalars(query.with_for_update())):
        recompute(uow, clock, calendar)
        reopen(uow, clock)
    words = {"recorded": ("开始", "recorded"), "ended": ("结束", "ended"),
             "voided": ("更正作废", "voided")}[act]  # fmt: skip
    until = f"至{zh_day(row.last_day)}" if row.last_day else "起"
    zh = f"不计入期间{words[0]}：{row.ground}，{zh_day(row.first_day)}{until}（{row.paper}）"
    digest = sha256_hex(f"{row.ground} {row.first_day} {row.last_day} {row.void}".encode())
    uow.ledger(f"case:interval:{act}", principal.id, row.interval, digest, {"case": row.case})
    append_log(
        uow, LogLine(row.case, uow.now_ms, "INTERVAL", zh, principal.name, subject=row.interval)
    )
    en = f"Interval that does not count was {words[1]}: {row.first_day} to {row.last_day or '…'}"
    uow.emit("IntervalChanged", zh, en, case=row.case, subject=row.interval)


def _interval(uow: UnitOfWork, interval: str) -> IntervalRow:
    row = uow.session.get(IntervalRow, interval, with_for_update=True)
    if row is None:
        raise MzError("interval.unknown", Kind.NOT_FOUND, interval[:40])
    return row
