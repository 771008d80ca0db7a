"""Changing the state of a case (S-18): reason, paper and approver; what follows is one transaction.

With the state go the days that do not count, the clocks that it ends, the log, the ledger and a
notice for both parties.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.access.permissions import permissions_of
from command_center.cases.file_models import StateChange
from command_center.cases.log import LogLine, append_log, moment_of
from command_center.cases.models import Case
from command_center.cases.words import CASE_STATES
from command_center.closing.round import check_round
from command_center.closing.rules import CLOSE_KINDS, EXCLUDING, GROUNDS, Step, steps_from
from command_center.deadlines.clock import day_text
from command_center.deadlines.intervals import NewInterval, end_interval, record_interval
from command_center.deadlines.jobs import CLOSE_CASE
from command_center.deadlines.models import DeadlineRow, IntervalRow
from command_center.deadlines.reckoning import today
from command_center.deadlines.service import NewDeadline, begin, finish_deadline
from command_center.deadlines.words import OPEN
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

_DECIDED = {"ENF_OBJECTION": "objection_decide", "ENF_RECONSIDERATION": "reconsider_decide"}
"""Which clock is done when a case of a kind is closed; `CLOSE_CASE` for all others."""
_UNTOLD = ("FILED", "NOTICED")
"""Parties are told of a case by its query notice and the enforcement notice themselves."""


@dataclass(frozen=True)
class NewState:
    """Message: a case enters a state on a day. approver: the member of staff who signed it."""

    case: str
    step: Step
    day: str
    reason: str
    paper: str
    approver: str


def change_state(uow: UnitOfWork, principal: Principal, message: NewState) -> None:
    """Change the state of a case and do what follows from it.

    Errors: `case.unknown`, `state.no_way`, `state.no_reason`, `state.no_paper`,
    `state.approver`, `state.day`, `state.too_early` (终本 before three months),
    `state.round_lacks` (终本 with a condition that is not met), `form.day_malformed`.
    """
    principal.require("case:keep")
    row = uow.session.get(Case, message.case, with_for_update=True)
    if row is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    if message.step not in steps_from(row.state):
        raise MzError("state.no_way", Kind.CONFLICT, f"{row.state} {message.step.code}"[:80])
    reason, paper = typed.line(message.reason, 200), typed.line(message.paper, 200)
    if not reason:
        raise MzError("state.no_reason", Kind.INVALID)
    if not paper:
        raise MzError("state.no_paper", Kind.INVALID)
    _check_approver(uow, principal, message.approver)
    number, day = _check_day(uow, row, message.day)
    if message.step.close_kind == "TERMINATED_THIS_ROUND":
        check_round(uow, row, day)
    before = row.state
    row.state, row.close_kind = message.step.state, message.step.close_kind
    uow.session.add(
        StateChange(
            case=row.id, number=number, before=before, after=row.state,
            close_kind=row.close_kind, day=day.isoformat(), ground=message.step.ground,
            reason=reason, paper=paper, approver=message.approver, changed_by=principal.id,
            changed_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    _move_days(uow, principal, row, before, day, paper)
    _end_clock(uow, principal, row, day, paper)
    if row.close_kind == "TERMINATED_THIS_ROUND":
        begin(uow, principal, NewDeadline(row.id, "zhongben_recheck", day.isoformat()))
    _announce(uow, principal, row, number, message.step, day, reason, paper)


def _check_approver(uow: UnitOfWork, principal: Principal, approver: str) -> None:
    """Who approves may sign papers, and is another than who writes it down."""
    staff = uow.session.get(Staff, approver)
    if staff is None or approver == principal.id or "paper:approve" not in permissions_of(
        staff.role
    ):  # fmt: skip
        raise MzError("state.approver", Kind.REFUSED, approver[:40])


def _check_day(uow: UnitOfWork, row: Case, text: str) -> tuple[int, dt.date]:
    """Return the number of the change and its day: no change before the one before."""
    day = typed.day(text)
    last = uow.session.execute(
        select(func.max(StateChange.number), func.max(StateChange.day)).where(
            StateChange.case == row.id
        )
    ).one()
    earliest = last[1] or court_time(row.filed_ms).date().isoformat()
    if day > today(uow) or day.isoformat() < earliest:
        raise MzError("state.day", Kind.INVALID, text[:20])
    return 1 + int(last[0] or 0), day


def _move_days(
    uow: UnitOfWork, principal: Principal, row: Case, before: str, day: dt.date, paper: str
) -> None:
    """Days of a stay or deferral begin and end with the state."""
    if before in EXCLUDING:
        query = select(IntervalRow).where(
            IntervalRow.case == row.id, IntervalRow.ground == EXCLUDING[before],
            IntervalRow.last_day.is_(None), IntervalRow.void == "",
        )  # fmt: skip
        for lasting in uow.session.scalars(query).all():
            last = max(lasting.first_day, (day - dt.timedelta(days=1)).isoformat())
            end_interval(uow, principal, lasting.interval, last)
    if row.state in EXCLUDING:
        record_interval(
            uow, principal, NewInterval(row.id, EXCLUDING[row.state], day.isoformat(), "", paper)
        )


def _end_clock(uow: UnitOfWork, principal: Principal, row: Case, day: dt.date, paper: str) -> None:
    ends = {"NOTICED": "enforcement_notice", "CLOSED": _DECIDED.get(row.kind, CLOSE_CASE)}
    query = select(DeadlineRow.deadline).where(
        DeadlineRow.case == row.id, DeadlineRow.rule == ends.get(row.state, ""),
        DeadlineRow.state.in_(OPEN),
    )  # fmt: skip
    for clock in uow.session.scalars(query).all():
        finish_deadline(uow, principal, clock, day.isoformat(), paper)


def _announce(
    uow: UnitOfWork, principal: Principal, row: Case, number: int, step: Step, day: dt.date,
    reason: str, paper: str,
) -> None:  # fmt: skip
    zh, en = CLOSE_KINDS[step.close_kind] if step.close_kind else CASE_STATES[step.state]
    ground = GROUNDS.get(step.close_kind or step.state, {}).get(step.ground, ("", ""))[0]
    why = f"{ground}：{reason}" if ground else reason
    text = f"程序变更：{zh}，{day_text(day)}，{why}，文书：{paper}"
    uow.ledger("case:state:changed", principal.id, row.id, sha256_hex(text.encode()),
               {"case": row.id, "state": row.state})  # fmt: skip
    append_log(uow, LogLine(row.id, moment_of(uow, day), "STATE", text, principal.name))
    uow.emit("CaseStateChanged", text, f"The case is now: {en}", case=row.id)
    if step.state in _UNTOLD:
        return
    node = str(uuid.uuid5(uuid.UUID(row.id), f"state {number}"))
    facts = {"when": day_text(day), "change": zh, "reason": why, "paper": paper}
    queue_notices(uow, NodeEvent(Purpose.PROCEDURE_CHANGED, node, row.id, facts))
