"""Correcting the case of an unplanned operation, as far as what was done under it lets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.service import find_case
from command_center.deadlines.clock import day_text
from command_center.measures.models import MeasureRow
from command_center.measures.states import MeasureState
from command_center.notices.service import NodeEvent, queue_notices, told_of
from command_center.notices.templates import Purpose
from command_center.operations import case_correction
from command_center.operations.models import UnplannedRow
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.time import court_time

SHORTEST, LONGEST = 4, 200
_OVER = (MeasureState.RELEASED, MeasureState.LAPSED)
"""What was done under the wrong case and is over keeps its history there."""


@dataclass(frozen=True)
class CorrectCase:
    """Message: the right case of an unplanned operation, by its number, and why."""

    operation: str
    number: str
    reason: str


def correct_case(uow: UnitOfWork, principal: Principal, message: CorrectCase) -> None:
    """Move an unplanned operation to the right case. Whoever of the old case's parties was told of
    a measure under it is told that it was not theirs.

    Errors: `operation.unknown`, `unplanned.no_reason`, `unplanned.case_unset`,
    `case.number_malformed`, `case.unknown`, `unplanned.same_case`, and `unplanned.measures_stand`
    while a measure that was executed under it is not over: it was ordered in that case.
    """
    principal.require("operation:plan")
    row = uow.session.get(UnplannedRow, message.operation[:36], with_for_update=True)
    if row is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, message.operation[:40])
    reason = typed.line(message.reason, LONGEST)
    if len(reason) < SHORTEST:
        raise MzError("unplanned.no_reason", Kind.INVALID)
    if row.case is None:
        raise MzError("unplanned.case_unset", Kind.REFUSED, row.operation)
    case = find_case(uow, message.number)
    if case is None:
        raise MzError("case.unknown", Kind.INVALID, message.number[:40])
    if case == row.case:
        raise MzError("unplanned.same_case", Kind.CONFLICT, row.operation)
    measures = list(uow.session.scalars(
        select(MeasureRow).where(MeasureRow.operation == row.operation).with_for_update()
    ))  # fmt: skip
    standing = [one.measure for one in measures if one.state not in _OVER]
    if standing:
        raise MzError("unplanned.measures_stand", Kind.REFUSED, f"{len(standing)}: {standing[0]}")
    old, done = row.case, [one.measure for one in measures]
    told = bool(done) and bool(told_of(uow, done))
    correction = case_correction.move(
        uow, principal, row, case, reason, "已告知的当事人另行告知更正。" if told else ""
    )
    if told:
        opened = day_text(_day(row.opened_ms))
        queue_notices(
            uow, NodeEvent(Purpose.OPERATION_CORRECTED, correction, old, {"when": opened})
        )


def _day(ms: int) -> dt.date:
    return court_time(ms).date()
