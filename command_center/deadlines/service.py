"""Verbs of clocks: start, extend, finish, withdraw, and what happens when a last day is over."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.deadlines.clock import add_months, day_text
from command_center.deadlines.court_calendar import court_calendar
from command_center.deadlines.models import DeadlineRow, ExtensionRow
from command_center.deadlines.reckoning import recompute, reopen, rule_of, today, zh_day
from command_center.deadlines.rulepack import Duty, law
from command_center.deadlines.words import OPEN, ClockState
from command_center.platform import typed
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


@dataclass(frozen=True)
class NewDeadline:
    """Message: a rule begins to run in a case on a day; `subject` says for what, or is empty.
    deadline: its id, where another room makes it; else the same rule, day and words are one."""

    case: str
    rule: str
    start_day: str
    subject: str = ""
    deadline: str = ""


def start_deadline(uow: UnitOfWork, principal: Principal, message: NewDeadline) -> str:
    """Start a clock and return its id; the same one again gives the same id.

    Errors: `case.unknown`, `form.day_malformed`, `rule.unknown`, `rule.not_in_force`.
    """
    principal.require("deadline:keep")
    return begin(uow, principal, message)


def begin(uow: UnitOfWork, principal: Principal, message: NewDeadline) -> str:
    """Start a clock from another act; errors as `start_deadline`."""
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    start, subject = typed.day(message.start_day), typed.line(message.subject)
    rule = law().rule(message.rule, start).rule
    same = (
        DeadlineRow.deadline == message.deadline if message.deadline
        else and_(DeadlineRow.case == message.case, DeadlineRow.rule == rule.key,
                  DeadlineRow.subject == subject, DeadlineRow.start_day == start.isoformat())
    )  # fmt: skip
    known = uow.session.scalar(select(DeadlineRow.deadline).where(same).limit(1))
    if known is not None:
        return known
    row = DeadlineRow(
        deadline=message.deadline or _id_of(message.case, f"{rule.key} {start} {subject}"),
        case=message.case, rule=rule.key, subject=subject,
        start_day=start.isoformat(), due_day="", state=ClockState.RUNNING, calendar=0,
        started_by=principal.id, started_ms=uow.now_ms,
    )  # fmt: skip
    recompute(uow, row, court_calendar(uow))
    uow.session.add(row)
    uow.session.flush()
    note(
        uow,
        principal,
        row,
        "started",
        f"开始计算期限：{rule.zh}，至{zh_day(row.due_day)}",
        f"Deadline started: {rule.en}, until {row.due_day}",
    )
    return row.deadline


def _id_of(case: str, what: str) -> str:
    """Return the id of a clock that nobody named: two who start the same one at once make one."""
    return str(uuid.uuid5(uuid.UUID(case), what))


def extend_deadline(
    uow: UnitOfWork, principal: Principal, deadline: str, count: int, approver: str, paper: str
) -> None:
    """Record an approved extension, in the rule's unit.

    Errors: `deadline.unknown`, `deadline.not_open`, `deadline.extension_not_in_rule`,
    `deadline.no_paper`.
    """
    principal.require("deadline:keep")
    row, paper = _open_row(uow, deadline), typed.line(paper)
    if not paper:
        raise MzError("deadline.no_paper", Kind.INVALID)
    taken = select(func.count()).where(ExtensionRow.deadline == deadline)
    uow.session.add(
        ExtensionRow(
            deadline=deadline, number=int(uow.session.scalar(taken) or 0) + 1, count=count,
            approver=typed.line(approver), paper=paper, recorded_by=principal.id,
            recorded_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    recompute(uow, row, court_calendar(uow))
    reopen(uow, row)
    rule = rule_of(row).rule
    note(
        uow,
        principal,
        row,
        "extended",
        f"延长期限：{rule.zh}，至{zh_day(row.due_day)}（{paper}）",
        f"Deadline extended: {rule.en}, until {row.due_day}",
    )


def finish_deadline(
    uow: UnitOfWork, principal: Principal, deadline: str, day: str, how: str
) -> None:
    """Record that what was due is done, and on which day.

    Errors: `deadline.unknown`, `deadline.not_open`, `form.day_malformed`, `deadline.day_ahead`,
    `deadline.day_before` (before it began).
    """
    principal.require("deadline:keep")
    row, done = _open_row(uow, deadline), typed.day(day)
    if done > today(uow):
        raise MzError("deadline.day_ahead", Kind.INVALID, day[:20])
    if done.isoformat() < row.start_day:
        raise MzError("deadline.day_before", Kind.INVALID, f"{done} {row.start_day}")
    due = recompute(uow, row, court_calendar(uow)).due
    row.state = ClockState.DONE if done <= due else ClockState.DONE_LATE
    _end(uow, principal, row, done, how)
    rule, late = rule_of(row).rule, row.state == ClockState.DONE_LATE
    note(
        uow,
        principal,
        row,
        "done",
        f"{'逾期' if late else '按期'}完成：{rule.zh}，{day_text(done)}",
        f"{'Done late' if late else 'Done in time'}: {rule.en}, {done}",
    )
    if rule.again_years and done < _again_until(uow, row, rule.again_years):
        begin(uow, principal, NewDeadline(row.case, row.rule, done.isoformat(), row.subject))


def _again_until(uow: UnitOfWork, row: DeadlineRow, years: int) -> dt.date:
    """Return the day from which a clock that begins anew does so no more."""
    first = select(func.min(DeadlineRow.start_day)).where(
        DeadlineRow.case == row.case, DeadlineRow.rule == row.rule,
        DeadlineRow.subject == row.subject, DeadlineRow.state != ClockState.WITHDRAWN,
    )  # fmt: skip
    return add_months(dt.date.fromisoformat(uow.session.scalar(first) or row.start_day), 12 * years)


def withdraw_deadline(uow: UnitOfWork, principal: Principal, deadline: str, why: str) -> None:
    """Withdraw a clock that was started by mistake; it stays readable.

    Errors: `deadline.unknown`, `deadline.not_open`, `deadline.no_reason`.
    """
    principal.require("deadline:keep")
    row = _open_row(uow, deadline)
    if not typed.line(why):
        raise MzError("deadline.no_reason", Kind.INVALID)
    row.state = ClockState.WITHDRAWN
    _end(uow, principal, row, today(uow), why)
    rule = rule_of(row).rule
    note(
        uow,
        principal,
        row,
        "withdrawn",
        f"撤销期限：{rule.zh}（{row.note}）",
        f"Deadline withdrawn: {rule.en}",
    )


def note(
    uow: UnitOfWork, principal: Principal, row: DeadlineRow, act: str, zh: str, en: str,
    level: str = "info",
) -> None:  # fmt: skip
    """Write what happened to a clock: ledger, enforcement log and event, in its transaction."""
    digest = sha256_hex(f"{row.rule} {row.start_day} {row.due_day} {row.state}".encode())
    uow.ledger(f"case:deadline:{act}", principal.id, row.deadline, digest, {"case": row.case})
    by = "" if principal is CENTRE else principal.name
    append_log(uow, LogLine(row.case, uow.now_ms, "DEADLINE", zh, by, subject=row.deadline))
    uow.emit(f"Deadline{act.capitalize()}", zh, en, case=row.case, subject=row.deadline,
             level=level)  # fmt: skip


def _end(uow: UnitOfWork, principal: Principal, row: DeadlineRow, day: dt.date, how: str) -> None:
    row.ended_day, row.ended_by, row.ended_ms = day.isoformat(), principal.id, uow.now_ms
    row.note = typed.line(how)


def end_passed(uow: UnitOfWork, principal: Principal, row: DeadlineRow) -> None:
    """Move a running clock whose last day is over: the court's is missed, another has ended."""
    rule = rule_of(row).rule
    if rule.duty is Duty.COURT:
        row.state = ClockState.MISSED
        note(
            uow,
            principal,
            row,
            "missed",
            f"期限已逾期：{rule.zh}，应于{zh_day(row.due_day)}前完成",
            f"Deadline missed: {rule.en} was due on {row.due_day}",
            "alarm",
        )
        return
    row.state = ClockState.PASSED
    _end(uow, principal, row, dt.date.fromisoformat(row.due_day), "")
    note(
        uow,
        principal,
        row,
        "passed",
        f"期限届满：{rule.zh}，{zh_day(row.due_day)}",
        f"Period ended: {rule.en}, {row.due_day}",
    )


def _open_row(uow: UnitOfWork, deadline: str) -> DeadlineRow:
    row = uow.session.get(DeadlineRow, deadline, with_for_update=True)
    if row is None:
        raise MzError("deadline.unknown", Kind.NOT_FOUND, deadline[:40])
    if row.state not in OPEN:
        raise MzError("deadline.not_open", Kind.CONFLICT, row.state)
    return row
