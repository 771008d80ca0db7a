"""What follows from an alarm: papers drafted (60 days), the applicant told (30), the desk alarmed,
a measure lapsed, a reason asked for. In batches, each alarm once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from command_center.deadlines.clock import day_text
from command_center.deadlines.models import DeadlineRow
from command_center.deadlines.reckoning import rule_of
from command_center.guardian.models import AlarmRow
from command_center.guardian.reasons import Missed, ask_reason
from command_center.guardian.renewal import draft_renewal
from command_center.guardian.words import (
    ALARM_WORDS,
    DRAFT_DAYS,
    OVER,
    RED_DAYS,
    TELL_APPLICANT_DAYS,
    AlarmKind,
)
from command_center.measures.change import node_of
from command_center.measures.ending import lapse
from command_center.measures.models import MeasureRow
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform.uow import UnitOfWork
from schemas.measures.fields import CONTROLLING
from schemas.measures.kinds import MeasureKind

BATCH = 100
_CLOCKS = (AlarmKind.STATUTORY, AlarmKind.DELEGATED)


def act(uow: UnitOfWork) -> int:
    """Do what follows from the oldest alarms that nobody acted on; return how many."""
    rows = uow.session.scalars(
        select(AlarmRow)
        .where(AlarmRow.acted_ms.is_(None))
        .order_by(AlarmRow.due_day)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.acted_ms = uow.now_ms
        if row.kind in _CLOCKS:
            _deadline(uow, row, uow.session.get_one(DeadlineRow, row.subject))
        elif row.kind == AlarmKind.MATERIALS:
            what = uow.session.get_one(MeasureRow, row.subject).subject
            _emit(uow, row, what, what)
        else:
            _expiry(uow, row, uow.session.get_one(MeasureRow, row.subject, with_for_update=True))
    return len(rows)


def _deadline(uow: UnitOfWork, alarm: AlarmRow, row: DeadlineRow) -> None:
    rule = rule_of(row).rule
    what = f"{rule.zh}（{row.subject}）" if row.subject else rule.zh
    what_en = f"{rule.en} ({row.subject})" if row.subject else rule.en
    if alarm.stage == OVER:  # the clock itself told the desk when it was missed
        ask_reason(uow, Missed("DEADLINE", row.deadline, row.case, what, row.due_day))
        return
    _emit(uow, alarm, what, what_en)


def _expiry(uow: UnitOfWork, alarm: AlarmRow, row: MeasureRow) -> None:
    if row.control_to != alarm.due_day:
        return  # renewed, released or lapsed since
    kind = MeasureKind(row.kind)
    if alarm.stage == OVER:
        lapse(uow, row, alarm.due_day)
        ask_reason(
            uow,
            Missed("LAPSE", row.measure, row.case, f"续行{kind.zh}{row.subject}", alarm.due_day),
        )
        return
    if alarm.stage <= DRAFT_DAYS and kind in CONTROLLING:
        draft_renewal(uow, row, alarm.due_day)
    if alarm.stage <= TELL_APPLICANT_DAYS:
        _tell_applicant(uow, row, kind, alarm.due_day)
    _emit(uow, alarm, row.subject, row.subject)


def _tell_applicant(uow: UnitOfWork, row: MeasureRow, kind: MeasureKind, end_day: str) -> None:
    """Once for each last day: the node is the measure with that day."""
    node = node_of(row.measure, end_day)
    facts = {"measure": kind.zh, "what": row.subject,
             "until": day_text(dt.date.fromisoformat(end_day))}  # fmt: skip
    queue_notices(uow, NodeEvent(Purpose.MEASURE_EXPIRING, node, row.case, facts, ("APPLICANT",)))


def _emit(uow: UnitOfWork, alarm: AlarmRow, what: str, what_en: str) -> None:
    zh, en = ALARM_WORDS[AlarmKind(alarm.kind)]
    day = f"，{alarm.due_day}" if alarm.due_day else ""
    uow.emit(
        "AlarmRaised",
        f"{zh}：{what}{day}",
        f"{en.capitalize()}: {what_en}{day.replace('，', ', ')}",
        case=alarm.case,
        subject=alarm.subject,
        level="alarm" if alarm.due_day and alarm.stage <= RED_DAYS else "warn",
    )
