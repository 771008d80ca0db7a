"""The queue of 轮候: who waits takes the place of what ended, by itself (查扣冻规定 26)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from command_center.deadlines.clock import day_text
from command_center.measures import attachment, checks, law, period
from command_center.measures.change import Change, list_defect, tell_change, write_change
from command_center.measures.defect_words import in_english
from command_center.measures.models import MeasureRow
from command_center.measures.property import property_class
from command_center.measures.states import MeasureState
from command_center.measures.terms import add_term
from command_center.notices.templates import Purpose
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.fields import QUEUED
from schemas.measures.kinds import MeasureKind
from schemas.measures.property import PropertyKind

TURN_CAME, TURN_LOST = "turn came", "turn lost"
STANDING = (
    MeasureState.EXECUTED, MeasureState.IN_FORCE, MeasureState.RENEWED, MeasureState.QUEUED,
)  # fmt: skip
"""States in which a measure keeps others waiting: in force, or in the queue itself."""


def next_in_queue(uow: UnitOfWork, principal: Principal, ended: MeasureRow, day: dt.date) -> None:
    """Let the first that waits for an ended measure take effect; the others wait for it."""
    query = select(MeasureRow).where(
        MeasureRow.waits_for == ended.measure, MeasureRow.state == MeasureState.QUEUED
    )
    waiting = list(uow.session.scalars(
        query.order_by(MeasureRow.queue_position, MeasureRow.executed_ms).with_for_update()
    ))  # fmt: skip
    if not waiting:
        return
    first, rest = waiting[0], waiting[1:]
    become_effective(uow, principal, first, day, "依法自动生效")
    for row in rest:
        row.waits_for = first.measure


def become_effective(
    uow: UnitOfWork, principal: Principal, row: MeasureRow, day: dt.date, paper: str
) -> None:
    """A queued measure takes effect by itself; its period begins that day, as a suggestion until
    a paper names it. What it waited for stays written in its row. From now on it controls: whether
    the case controls clearly too much is asked anew (规定 19)."""
    kind = QUEUED[MeasureKind(row.kind)]
    row.kind, row.state = kind, MeasureState.IN_FORCE
    term = period.suggest(day, property_class(row.property_kind))
    add_term(uow, row, 1, term, ("", ""))
    uow.session.flush()
    too_much = _check_excess(uow, row, kind)
    write_change(uow, principal, row, Change(
        "TURN_CAME", day, "", paper,
        f"轮候生效：{kind.zh}{row.subject}，建议期限至{day_text(term.end)}（{paper}）"
        + (f"；{too_much.text}" if too_much else ""),
        f"Its turn came: {kind.en} of {row.subject}, suggested until {term.end}"
        + (f". {in_english(too_much)}" if too_much else ""),
        TURN_CAME, "warn" if too_much else "info",
    ))  # fmt: skip
    tell_change(uow, row, TURN_CAME, Purpose.MEASURE_TURN_CAME,
                {"when": day_text(day),
                 "until": f"{day_text(term.end)}（以文书为准）"})  # fmt: skip


def _check_excess(uow: UnitOfWork, row: MeasureRow, kind: MeasureKind) -> Defect | None:
    """List it among the measure's defects if the case controls clearly too much with it."""
    made = checks.Registered(
        kind, PropertyKind(row.property_kind), {}, None, True,
        attachment.controlled_fen(uow, row.case), attachment.owed_fen(uow, row.case),
        uow.settings.court.over_attachment_percent,
    )  # fmt: skip
    found = next(checks.excess(made), None)
    if found is not None:
        list_defect(uow, row, found)
    return found


def end_queue(uow: UnitOfWork, principal: Principal, disposed: MeasureRow, day: dt.date) -> None:
    """Let every measure that waits for one whose property was disposed of whole end without ever
    having taken effect (法函〔2007〕100号); both parties of each case are told."""
    waiting = select(MeasureRow).where(
        MeasureRow.waits_for == disposed.measure, MeasureRow.state == MeasureState.QUEUED
    )
    for row in list(uow.session.scalars(waiting.with_for_update())):
        end_queue(uow, principal, row, day)
        row.state = MeasureState.LAPSED
        kind, paper = MeasureKind(row.kind), law.QUEUE_AFTER_DISPOSAL.text()
        write_change(uow, principal, row, Change(
            "TURN_LOST", day, "", paper,
            f"{kind.zh}{row.subject}：在先措施的财产已全部处分，未产生效力（{paper}）",
            f"The property was disposed of whole: {kind.en} of {row.subject} never took effect",
            TURN_LOST,
        ))  # fmt: skip
        tell_change(uow, row, TURN_LOST, Purpose.MEASURE_TURN_LOST, {"when": day_text(day)})


def stands(uow: UnitOfWork, measure: str) -> bool:
    """Return whether a measure still keeps others waiting."""
    return uow.session.get_one(MeasureRow, measure).state in STANDING


def turn_taken(uow: UnitOfWork, measure: str) -> bool:
    """Return whether another measure took the place of one that ended."""
    taken = select(MeasureRow.measure).where(
        MeasureRow.waits_for == measure, MeasureRow.state != MeasureState.QUEUED
    )
    return uow.session.scalar(taken.limit(1)) is not None


def leave_queue(uow: UnitOfWork, row: MeasureRow) -> None:
    """Let those that wait for a queued measure wait for what it waited for itself."""
    uow.session.execute(
        update(MeasureRow)
        .where(MeasureRow.waits_for == row.measure, MeasureRow.state == MeasureState.QUEUED)
        .values(waits_for=row.waits_for)
    )
    row.waits_for = None
