"""Against which debtor an act is (S-11): a record of the field names none. It is the only debtor of
a case; of several, he whose number the assisting unit has; else a clerk finds out and says so."""

from __future__ import annotations

from sqlalchemy import select

from command_center.cases.identity import same_identity
from command_center.cases.models import Party
from command_center.cases.service import id_number_of
from command_center.deadlines.reckoning import today
from command_center.measures.change import Change, tell_change, write_change
from command_center.measures.models import MeasureRow
from command_center.notices.changes import shown_name
from command_center.notices.templates import Purpose
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.kinds import MeasureKind
from schemas.problems import Kind, MzError

UNNAMED = "debtor.unnamed"
NAMED = "debtor named"
"""What the finding is told as."""


def debtors_of(uow: UnitOfWork, case: str) -> list[Party]:
    """Return the debtors that a case has."""
    query = select(Party).where(
        Party.case == case, Party.role == "DEBTOR", Party.until_day.is_(None)
    )
    return list(uow.session.scalars(query.order_by(Party.position)))


def debtor_of(uow: UnitOfWork, case: str, held_by: str) -> str | None:
    """Return whom an act is against, None where nobody can know; held_by: the whole number of the
    holder, empty where none came."""
    debtors = debtors_of(uow, case)
    if len(debtors) == 1:
        return debtors[0].id
    of_number = [
        one.id for one in debtors
        if held_by and (own := id_number_of(uow, one.id)) and same_identity(held_by, own)
    ]  # fmt: skip
    return of_number[0] if len(of_number) == 1 else None


def is_unnamed(uow: UnitOfWork, case: str, target: str | None) -> bool:
    """Return whether an act is against one of several debtors, and nobody said which."""
    return target is None and len(debtors_of(uow, case)) > 1


def unnamed_defects(uow: UnitOfWork, case: str, held_by: str) -> list[Defect]:
    """Return the defect of a record that leaves open which of several debtors it is against."""
    if not is_unnamed(uow, case, debtor_of(uow, case, held_by)):
        return []
    return [Defect(UNNAMED, "本案被执行人不止一名，记录没有写明针对哪一名，须核定。", "")]


def name_debtor(uow: UnitOfWork, principal: Principal, measure: str, party: str) -> None:
    """Say against which debtor of its case a measure is, once; both parties are told.

    Errors: `measure.unknown`, `measure.debtor_named`, `measure.no_such_debtor`.
    """
    principal.require("measure:register")
    row = uow.session.get(MeasureRow, measure, with_for_update=True)
    if row is None:
        raise MzError("measure.unknown", Kind.NOT_FOUND, measure[:40])
    if row.target is not None:
        raise MzError("measure.debtor_named", Kind.CONFLICT, measure)
    debtor = next((one for one in debtors_of(uow, row.case) if one.id == party), None)
    if debtor is None:
        raise MzError("measure.no_such_debtor", Kind.INVALID, party[:40])
    row.target = debtor.id
    kind, who = MeasureKind(row.kind), shown_name(debtor.name, debtor.is_person)
    write_change(uow, principal, row, Change(
        "DEBTOR_NAMED", today(uow), "", "",
        f"核定{kind.zh}{row.subject}系针对被执行人{debtor.name}",
        f"Found to be against {who}: {kind.en} of {row.subject}", NAMED,
    ))  # fmt: skip
    tell_change(uow, row, NAMED, Purpose.MEASURE_DEBTOR_NAMED, {}, against=debtor.id)
