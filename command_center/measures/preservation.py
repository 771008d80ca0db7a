"""Preservation becomes enforcement by law (民诉解释 168): what was held for the suit is held for
the enforcement case from its filing on, by the same measure, and its period runs on."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from command_center.cases.file_models import CaseLink
from command_center.cases.identity import same_identity
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case, Party
from command_center.cases.number import full_width
from command_center.cases.service import id_number_of
from command_center.deadlines.clock import day_text
from command_center.measures import law
from command_center.measures.change import Change, tell_change, write_change
from command_center.measures.models import MeasureRow
from command_center.measures.owed import BECAME_ENFORCEMENT, enforcement_node
from command_center.measures.states import MeasureState
from command_center.notices.templates import Purpose
from command_center.platform.principal import CENTRE
from command_center.platform.uow import UnitOfWork
from schemas.measures.fields import CONTROLLING, QUEUED
from schemas.measures.kinds import MeasureKind
from schemas.time import court_time

_BATCH = 100
_HELD = (MeasureState.IN_FORCE, MeasureState.RENEWED, MeasureState.QUEUED)
_KINDS = [kind.value for kind in (*CONTROLLING, *QUEUED)]


def to_convert(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Return measures of preservation cases with the enforcement case that each goes on in."""
    preserved = aliased(Case)
    ends = or_(
        and_(CaseLink.other == preserved.id, Case.id == CaseLink.case),
        and_(CaseLink.case == preserved.id, Case.id == CaseLink.other),
    )
    rows = uow.session.execute(
        select(MeasureRow.measure, Case.id)
        .join(preserved, preserved.id == MeasureRow.case)
        .join(CaseLink, or_(CaseLink.other == preserved.id, CaseLink.case == preserved.id))
        .join(Case, ends)
        .where(
            CaseLink.kind == "PRESERVATION",
            Case.kind != "ENF_PRESERVATION",
            Case.state != "CLOSED",
            MeasureRow.state.in_(_HELD),
            MeasureRow.kind.in_(_KINDS),
            preserved.kind == "ENF_PRESERVATION",
        )
        .order_by(CaseLink.linked_ms)
        .limit(_BATCH)
    )
    return [(measure, case) for measure, case in rows]


def convert_preserved(uow: UnitOfWork) -> int:
    """Let measures of preservation go on in the first enforcement case that is linked with theirs;
    return how many."""
    done = 0
    for measure, case in dict(reversed(to_convert(uow))).items():
        row = uow.session.get_one(MeasureRow, measure, with_for_update=True)
        if row.case != case:
            _convert(uow, row, uow.session.get_one(Case, case))
            done += 1
    return done


def _convert(uow: UnitOfWork, row: MeasureRow, case: Case) -> None:
    before = uow.session.get_one(Case, row.case)
    day, kind = court_time(case.filed_ms).date(), MeasureKind(row.kind)
    source = law.INTERPRETATION_168.text()
    there = f"保全的{kind.zh}{row.subject}转为{full_width(case.number)}案的执行措施，期限连续计算"
    append_log(uow, LogLine(before.id, uow.now_ms, BECAME_ENFORCEMENT, f"{there}（{source}）",
                            subject=row.measure))  # fmt: skip
    row.target = _same_party(uow, row.target, case.id)
    row.case = case.id
    zh = f"{full_width(before.number)}案保全的{kind.zh}{row.subject}转为本案执行措施，期限连续计算"
    write_change(uow, CENTRE, row, Change(
        BECAME_ENFORCEMENT, day, "", source, zh, f"Preservation became enforcement: {row.subject}",
        enforcement_node(case.id),
    ))  # fmt: skip
    tell_change(uow, row, enforcement_node(case.id), Purpose.MEASURE_BECAME_ENFORCEMENT,
                {"when": day_text(day)})  # fmt: skip


def _same_party(uow: UnitOfWork, party: str | None, case: str) -> str | None:
    """Return the debtor of a case who is the same person or unit: by number, and by name only
    where a number is not known."""
    row = uow.session.get(Party, party) if party else None
    debtors = uow.session.scalars(
        select(Party)
        .where(Party.case == case, Party.role == "DEBTOR", Party.until_day.is_(None))
        .order_by(Party.position)
    ).all()
    return next((one.id for one in debtors if row is not None and _is_same(uow, row, one)), None)


def _is_same(uow: UnitOfWork, one: Party, other: Party) -> bool:
    if one.id_index and other.id_index:
        return same_identity(id_number_of(uow, one.id), id_number_of(uow, other.id))
    return one.name == other.name
