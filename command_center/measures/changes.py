"""What becomes of a measure: renewed before its last day, released on a ground of the law, what it
holds disposed of, its turn in the queue, closed once both parties were told. Each with its paper,
log, ledger and notices."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from command_center.deadlines.clock import day_text
from command_center.deadlines.reckoning import today
from command_center.measures import law, period
from command_center.measures.against import NAMED, is_unnamed
from command_center.measures.change import Change, list_defect, node_of, tell_change, write_change
from command_center.measures.defect_words import in_english
from command_center.measures.grounds import RELEASE_GROUNDS
from command_center.measures.models import (
    ControlPeriodRow,
    MeasureChangeRow,
    MeasureRow,
)
from command_center.measures.objected import forbidding
from command_center.measures.owed import notices_owed
from command_center.measures.property import property_class
from command_center.measures.queue import (
    TURN_LOST,
    become_effective,
    end_queue,
    leave_queue,
    next_in_queue,
    stands,
    turn_taken,
)
from command_center.measures.states import MeasureState
from command_center.measures.terms import add_term
from command_center.notices.service import told_of, untold_of
from command_center.notices.templates import Purpose
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.fields import CONTROLLING
from schemas.measures.kinds import MeasureKind
from schemas.problems import Kind, MzError
from schemas.time import court_time

RELEASED, CONVERTED = "released", "converted"
_TOLD = (RELEASED, CONVERTED, TURN_LOST, NAMED)
_LIVE = (MeasureState.EXECUTED, MeasureState.IN_FORCE, MeasureState.RENEWED)


def renewal_node(number: int) -> str:
    """Return what the renewal that began a measure's period of this number is told as."""
    return f"renewed {number}"


def renew_measure(
    uow: UnitOfWork, principal: Principal, measure: str, control_from: str, control_to: str,
    paper: str, served: str,
) -> None:  # fmt: skip
    """Renew (续行) with the dates of the paper, served on the assisting unit before the last day.

    What was served in time renews although it is entered after the last day, when the calendar
    has let the measure lapse already; unless who waited took its place meanwhile.

    Errors: `measure.unknown`, `measure.not_in_force`, `measure.no_paper`, `form.day_malformed`,
    `measure.dates_wanted`, `measure.executed_ahead`, `measure.before_act`,
    `measure.before_change`, `renewal.too_late`,
    `renewal.turn_came`.
    """
    row = _live(uow, principal, measure, *_LIVE, MeasureState.LAPSED)
    ends = _last_day(uow, measure)
    day, wanted_paper = typed.day(served), _paper(paper)
    start, end = typed.day(control_from), typed.day(control_to)
    if ends is None or end < start or end <= ends:
        raise MzError("measure.dates_wanted", Kind.INVALID, f"{start} {end}")
    if day > ends or start > ends + dt.timedelta(days=1):
        raise MzError("renewal.too_late", Kind.REFUSED, f"{day} after {ends}")
    _check_day(uow, row, day)
    if start < court_time(row.executed_ms).date():
        raise MzError("measure.before_act", Kind.INVALID, start.isoformat())
    number = 1 + int(
        uow.session.scalar(select(func.max(ControlPeriodRow.number)).where(
            ControlPeriodRow.measure == measure)) or 0
    )  # fmt: skip
    after_all = row.state == MeasureState.LAPSED
    if after_all and turn_taken(uow, measure):
        raise MzError("renewal.turn_came", Kind.CONFLICT, measure)
    term = period.Period(start, end, suggested=False)
    add_term(uow, row, number, term, (control_from, control_to))
    row.state, row.closed_ms = MeasureState.RENEWED, None
    kind = MeasureKind(row.kind)
    in_time = f"；{day_text(day)}已送达，届满前有效续行，此前登记的失效更正" if after_all else ""
    if kind in CONTROLLING and end > period.latest_lawful_end(
        start, property_class(row.property_kind), renewal=True
    ):
        list_defect(uow, row, Defect("period.too_long", "续行期限超过法律规定的最长期限。",
                                     law.INTERPRETATION_485.text()))  # fmt: skip
    write_change(uow, principal, row, Change(
        "RENEWED", day, "", wanted_paper,
        f"续行{kind.zh}{row.subject}，期限{day_text(start)}至{day_text(end)}（{wanted_paper}）"
        + in_time,
        f"Renewed until {end}: {row.subject}", renewal_node(number),
    ))  # fmt: skip
    tell_change(uow, row, renewal_node(number), Purpose.MEASURE_RENEWED,
                {"when": day_text(day), "until": day_text(end)})  # fmt: skip


def release_measure(
    uow: UnitOfWork, principal: Principal, measure: str, ground: str, paper: str, day: str
) -> None:
    """Release (解除) on one of the six grounds; who waits first in the queue takes its place, and
    who waited behind a released one that waited itself moves up.

    Errors: `measure.unknown`, `measure.not_in_force`, `release.unknown_ground`,
    `measure.no_paper`, `form.day_malformed`, `measure.executed_ahead`, `measure.before_act`,
    `measure.before_change`.
    """
    row = _live(uow, principal, measure, *_LIVE, MeasureState.QUEUED)
    if ground not in RELEASE_GROUNDS:
        raise MzError("release.unknown_ground", Kind.INVALID, ground[:40])
    at, wanted_paper = typed.day(day), _paper(paper)
    _check_day(uow, row, at)
    was_queued = row.state == MeasureState.QUEUED
    row.state, row.control_to = MeasureState.RELEASED, None
    zh, en = RELEASE_GROUNDS[ground]
    kind = MeasureKind(row.kind)
    write_change(uow, principal, row, Change(
        "RELEASED", at, ground, wanted_paper,
        f"解除{kind.zh}{row.subject}：{zh}（{wanted_paper}）", f"Released: {row.subject} ({en})",
        RELEASED,
    ))  # fmt: skip
    tell_change(uow, row, RELEASED, Purpose.MEASURE_RELEASED, {"when": day_text(at), "ground": zh})
    if was_queued:
        leave_queue(uow, row)
    else:
        next_in_queue(uow, principal, row, at)


def convert_measure(
    uow: UnitOfWork, principal: Principal, measure: str, paper: str, day: str
) -> None:
    """Record that all that a measure holds was sold, transferred or taken in kind (变价、扣划): its
    control ends, and who waited for it never takes effect. Of a part the measure holds on.

    Errors: `measure.unknown`, `measure.not_in_force`, `measure.no_paper`, `form.day_malformed`,
    `measure.executed_ahead`, `measure.before_act`, `measure.before_change`.
    """
    row = _live(uow, principal, measure)
    at, wanted_paper, kind = typed.day(day), _paper(paper), MeasureKind(row.kind)
    if kind not in CONTROLLING:
        raise MzError("measure.not_in_force", Kind.CONFLICT, row.kind)
    _check_day(uow, row, at)
    row.state, row.control_to = MeasureState.CONVERTED, None
    early = _while_objected(uow, row)
    write_change(uow, principal, row, Change(
        "CONVERTED", at, "", wanted_paper,
        f"{kind.zh}的财产已全部处分：{row.subject}（{wanted_paper}）"
        + (f"；{early.text}" if early else ""),
        f"Disposed of whole: {row.subject}" + (f". {in_english(early)}" if early else ""),
        CONVERTED, "alarm" if early else "info",
    ))  # fmt: skip
    tell_change(uow, row, CONVERTED, Purpose.MEASURE_CONVERTED,
                {"when": day_text(at), "paper": wanted_paper})  # fmt: skip
    end_queue(uow, principal, row, at)


def _while_objected(uow: UnitOfWork, row: MeasureRow) -> Defect | None:
    """List it as a defect that property was disposed of while a third person's objection stood."""
    objection = forbidding(uow, row)
    if objection is None:
        return None
    stands = "尚在审查、已经中止执行或者起诉期间未满，不得处分"
    code, text = (
        ("disposal.objected_here", f"案外人对这项财产的异议{stands}。") if objection.subjects
        else ("disposal.objected", f"案外人异议{stands}其所指的财产，须查明。")
    )  # fmt: skip
    found = Defect(code, text, law.INTERPRETATION_463.text())
    list_defect(uow, row, found)
    return found


def take_turn(uow: UnitOfWork, principal: Principal, measure: str, day: str, paper: str) -> None:
    """Record that a queued measure became effective, since another court released (规定 26).

    Errors: `measure.unknown`, `measure.not_queued`, `measure.turn_not_come` (it waits for one of
    ours that stands), `measure.no_paper`, `form.day_malformed`, `measure.executed_ahead`,
    `measure.before_act`.
    """
    principal.require("measure:register")
    row, at, wanted_paper = _row(uow, measure), typed.day(day), _paper(paper)
    if row.state != MeasureState.QUEUED:
        raise MzError("measure.not_queued", Kind.CONFLICT, row.state)
    if row.waits_for is not None and stands(uow, row.waits_for):
        raise MzError("measure.turn_not_come", Kind.CONFLICT, row.waits_for)
    _check_day(uow, row, at)
    become_effective(uow, principal, row, at, wanted_paper)


def close_measure(uow: UnitOfWork, principal: Principal, measure: str) -> None:
    """Close the file of a measure (办结): refused while a party lacks a sent notice of it or of its
    end, or a recorded reason (S-11), while it is in force, or waits, or nobody said against which
    of several debtors it is.

    Errors: `measure.unknown`, `measure.still_in_force`, `measure.closed`,
    `measure.debtor_unnamed`, `measure.party_untold`.
    """
    principal.require("measure:register")
    row = _row(uow, measure)
    if row.closed_ms is not None:
        raise MzError("measure.closed", Kind.CONFLICT, measure)
    if row.control_to is not None or row.state == MeasureState.QUEUED:
        raise MzError("measure.still_in_force", Kind.REFUSED, row.state)
    if is_unnamed(uow, row.case, row.target):
        raise MzError("measure.debtor_unnamed", Kind.REFUSED, measure)
    owed = list(notices_owed(uow, measure))
    told = told_of(uow, {node for _measure, node, _party, _role in owed})
    for _measure, node, party, role in owed:
        if (node, party) not in told:
            raise MzError("measure.party_untold", Kind.REFUSED, role)
    for _node, role in sorted(untold_of(uow, {node_of(measure, what) for what in _TOLD})):
        raise MzError("measure.party_untold", Kind.REFUSED, role)
    row.closed_ms = uow.now_ms
    write_change(uow, principal, row, Change(
        "CLOSED", today(uow), "", "", f"办结{MeasureKind(row.kind).zh}{row.subject}",
        f"Closed: {row.subject}",
    ))  # fmt: skip


def _check_day(uow: UnitOfWork, row: MeasureRow, day: dt.date) -> None:
    """What became of a measure came after it was carried out, and after it was renewed or took
    effect, and not later than today."""
    if day > today(uow):
        raise MzError("measure.executed_ahead", Kind.INVALID, day.isoformat())
    if day < court_time(row.executed_ms).date():
        raise MzError("measure.before_act", Kind.INVALID, day.isoformat())
    last = select(func.max(MeasureChangeRow.day)).where(
        MeasureChangeRow.measure == row.measure, MeasureChangeRow.act.in_(("RENEWED", "TURN_CAME"))
    )
    if day.isoformat() < (uow.session.scalar(last) or ""):
        raise MzError("measure.before_change", Kind.INVALID, day.isoformat())


def _last_day(uow: UnitOfWork, measure: str) -> dt.date | None:
    """Return the last day of the newest period, whether it is over or not."""
    newest = select(func.max(ControlPeriodRow.end_day)).where(ControlPeriodRow.measure == measure)
    found = uow.session.scalar(newest)
    return dt.date.fromisoformat(found) if found else None


def _paper(text: str) -> str:
    paper = typed.line(text)
    if not paper:
        raise MzError("measure.no_paper", Kind.INVALID)
    return paper


def _row(uow: UnitOfWork, measure: str) -> MeasureRow:
    row = uow.session.get(MeasureRow, measure, with_for_update=True)
    if row is None:
        raise MzError("measure.unknown", Kind.NOT_FOUND, measure[:40])
    return row


def _live(uow: UnitOfWork, principal: Principal, measure: str, *states: MeasureState) -> MeasureRow:
    principal.require("measure:register")
    row = _row(uow, measure)
    if row.state not in (states or _LIVE):
        raise MzError("measure.not_in_force", Kind.CONFLICT, row.state)
    return row
