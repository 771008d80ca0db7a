"""Reasons (S-15, U8): what was missed must be explained, the applicant is told, silence goes up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select, update

from command_center.cases.log import LogLine, append_log
from command_center.deadlines.clock import day_text
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.words import ClockState
from command_center.guardian.models import AlarmRow, ReasonRow
from command_center.measures.models import MeasureRow
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform import typed
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import court_time

SHORTEST, LONGEST = 10, 200
_HOUR_MS = 3_600_000
_BATCH = 200


class ReasonState(StrEnum):
    """Asked for, given, or no longer owed because nothing was missed after all."""

    ASKED = "ASKED"
    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True)
class Missed:
    """What was not done in time: kind DEADLINE or LAPSE, the thing, in words, its last day."""

    kind: str
    subject: str
    case: str
    what: str
    due_day: str


def ask_reason(uow: UnitOfWork, missed: Missed) -> None:
    """Open the task of explaining; again changes nothing, but what was withdrawn opens again. A
    last day that was missed after the reason for an earlier one was given is explained anew."""
    query = select(ReasonRow).where(ReasonRow.subject == missed.subject)
    rows = uow.session.scalars(query.order_by(ReasonRow.asked_ms)).all()
    if any(row.state == ReasonState.ASKED or _covers(row, missed.due_day) for row in rows):
        return
    row = next((row for row in rows if row.state == ReasonState.WITHDRAWN), None)
    if row is None:
        row = ReasonRow(reason=new_id(), kind=missed.kind, subject=missed.subject, case=missed.case)
        uow.session.add(row)
    row.what, row.due_day, row.state = missed.what, missed.due_day, ReasonState.ASKED
    row.asked_ms, row.escalated_ms = uow.now_ms, None
    row.answer_by_ms = uow.now_ms + uow.settings.court.reason_hours * _HOUR_MS
    uow.session.flush()
    zh, en = f"须说明原因：{row.what}逾期", f"A reason is owed: {row.due_day} was missed"
    uow.emit("ReasonAsked", zh, en, case=row.case, subject=row.reason, level="warn")


def _covers(row: ReasonRow, due_day: str) -> bool:
    """Return whether a reason was given for a last day, or after it."""
    given = court_time(row.given_ms).date().isoformat() if row.given_ms is not None else ""
    return row.state == ReasonState.GIVEN and (row.due_day == due_day or given > due_day)


def give_reason(uow: UnitOfWork, principal: Principal, reason: str, text: str) -> None:
    """Give the reason, signed by who is signed in; the applicants are told in the same transaction.

    Errors: `reason.unknown`, `reason.given`, `reason.too_short`, `reason.too_long`.
    """
    principal.require("deadline:keep")
    row = uow.session.get(ReasonRow, reason, with_for_update=True)
    if row is None:
        raise MzError("reason.unknown", Kind.NOT_FOUND, reason[:40])
    if row.state != ReasonState.ASKED:
        raise MzError("reason.given", Kind.CONFLICT, row.state)
    why = typed.line(text, LONGEST + 1)
    if len(why) < SHORTEST:
        raise MzError("reason.too_short", Kind.INVALID)
    if len(why) > LONGEST:
        raise MzError("reason.too_long", Kind.INVALID)
    row.text, row.state = why, ReasonState.GIVEN
    row.given_by, row.given_ms = principal.id, uow.now_ms
    _settle_alarms(uow, row.subject)
    end = day_text(dt.date.fromisoformat(row.due_day))
    zh = f"说明未按期完成的原因：{row.what}（{end}）。{why}"
    uow.ledger("case:reason:given", principal.id, row.reason, sha256_hex(why.encode()),
               {"case": row.case, "subject": row.subject})  # fmt: skip
    append_log(uow, LogLine(row.case, uow.now_ms, "REASON", zh, principal.name, subject=row.reason))
    uow.emit("ReasonGiven", zh, f"A reason was given for {row.due_day}", case=row.case,
             subject=row.reason)  # fmt: skip
    facts = {"what": row.what, "until": end, "reason": why if why.endswith("。") else f"{why}。"}
    queue_notices(
        uow, NodeEvent(Purpose.DELAY_EXPLAINED, row.reason, row.case, facts, ("APPLICANT",))
    )


def escalate(uow: UnitOfWork) -> int:
    """Tell the head of the bureau, once, of each reason that was not given in time."""
    late = uow.session.scalars(
        select(ReasonRow)
        .where(
            ReasonRow.state == ReasonState.ASKED,
            ReasonRow.escalated_ms.is_(None),
            ReasonRow.answer_by_ms < uow.now_ms,
        )
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in late:
        row.escalated_ms = uow.now_ms
        uow.ledger("case:reason:escalated", CENTRE.id, row.reason,
                   sha256_hex(row.due_day.encode()), {"case": row.case})  # fmt: skip
        uow.emit("ReasonOverdue", f"逾期原因超时未说明，已报执行局长：{row.what}",
                 f"A reason is overdue and goes to the head of the bureau: {row.due_day}",
                 case=row.case, subject=row.reason, level="alarm")  # fmt: skip
    return len(late)


def withdraw_owed(uow: UnitOfWork) -> None:
    """Withdraw what is owed for clocks that were not missed after all (extended, withdrawn), and
    for measures whose renewal was served in time and entered late."""
    clock = select(DeadlineRow.deadline).where(
        DeadlineRow.deadline == ReasonRow.subject,
        DeadlineRow.state.in_((ClockState.RUNNING, ClockState.DONE, ClockState.WITHDRAWN)),
    )
    renewed = select(MeasureRow.measure).where(
        MeasureRow.measure == ReasonRow.subject, MeasureRow.control_to > ReasonRow.due_day
    )
    fine = or_(clock.exists(), renewed.exists())
    uow.session.execute(
        update(ReasonRow)
        .where(ReasonRow.state == ReasonState.ASKED, fine)
        .values(state=ReasonState.WITHDRAWN)
        .execution_options(synchronize_session=False)
    )


def _settle_alarms(uow: UnitOfWork, subject: str) -> None:
    uow.session.execute(
        update(AlarmRow)
        .where(AlarmRow.subject == subject, AlarmRow.settled_ms.is_(None), AlarmRow.stage < 0)
        .values(settled_ms=uow.now_ms)
        .execution_options(synchronize_session=False)
    )
