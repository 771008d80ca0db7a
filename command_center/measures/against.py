"""Against which debtor an act is (S-11). It is the only debtor of a case; of several, he whom the
officer named at the scene or whose number the assisting unit has; else a clerk finds out and says
so."""

from __future__ import annotations

from sqlalchemy import or_, select

from command_center.cases.file_models import PartyChange
from command_center.cases.identity import same_identity
from command_center.cases.models import Party
from command_center.cases.service import id_number_of
from command_center.deadlines.reckoning import today
from command_center.measures import law
from command_center.measures.change import Change, tell_change, write_change
from command_center.measures.columns import line
from command_center.measures.models import MeasureRow
from command_center.notices.changes import shown_name
from command_center.notices.templates import Purpose
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.kinds import MeasureKind
from schemas.problems import Kind, MzError

UNNAMED, UNKNOWN, CONTRADICTED = "debtor.unnamed", "debtor.unknown", "debtor.contradicted"
OF_DEBTOR = (UNNAMED, UNKNOWN, CONTRADICTED)
"""Defects that a clerk mends by naming the debtor."""
DEBTOR_NAMED = "DEBTOR_NAMED"
NAMED = "debtor named"
"""What the finding is told as."""


def debtors_of(uow: UnitOfWork, case: str) -> list[Party]:
    """Return the debtors that a case has."""
    query = select(Party).where(
        Party.case == case, Party.role == "DEBTOR", Party.until_day.is_(None)
    )
    return list(uow.session.scalars(query.order_by(Party.position)))


def debtor_of(uow: UnitOfWork, case: str, held_by: str, named: str = "") -> str | None:
    """Return whom an act is against, None where nobody can know; held_by: the whole number of the
    holder, named: the debtor whom the record names; each empty where none came. Where the two are
    of different debtors, nobody knows."""
    debtors = debtors_of(uow, case)
    if len(debtors) == 1:
        return debtors[0].id
    by_name, by_number = _of_name(uow, case, named), _of_number(uow, debtors, held_by)
    if by_name and by_number:
        both = by_name & by_number
        return both.pop() if len(both) == 1 else None
    if named and not by_name:
        return None
    found = by_name or by_number
    return found.pop() if len(found) == 1 else None


def _of_name(uow: UnitOfWork, case: str, named: str) -> set[str]:
    """Return the debtors of a case who bear a name or bore it, those who left it too: the device
    may have known the case as it was."""
    if not named:
        return set()
    bore = select(PartyChange.party).where(
        PartyChange.party == Party.id, PartyChange.act == "NAME", PartyChange.before == named
    )
    query = select(Party.id).where(
        Party.case == case, Party.role == "DEBTOR", or_(Party.name == named, bore.exists())
    )
    return set(uow.session.scalars(query))


def _of_number(uow: UnitOfWork, debtors: list[Party], held_by: str) -> set[str]:
    return {
        one.id for one in debtors
        if held_by and (own := id_number_of(uow, one.id)) and same_identity(held_by, own)
    }  # fmt: skip


def is_unnamed(uow: UnitOfWork, case: str, target: str | None) -> bool:
    """Return whether an act is against one of several debtors, and nobody said which."""
    return target is None and len(debtors_of(uow, case)) > 1


def unnamed_defects(uow: UnitOfWork, case: str, held_by: str, named: str = "") -> list[Defect]:
    """Return what is wrong with whom a record is against: it names nobody of several, a name that
    is no debtor's, or another than the holder's number does."""
    if named and not _of_name(uow, case, named):
        text = f"记录写明针对“{line(named)[:60]}”，本案没有这名被执行人，须核定。"
        return [Defect(UNKNOWN, text, "")]
    if not is_unnamed(uow, case, debtor_of(uow, case, held_by, named)):
        return []
    if named and _of_number(uow, debtors_of(uow, case), held_by) - _of_name(uow, case, named):
        text = "记录写明的被执行人与协助单位登记的证件号码不是同一人，须核定针对哪一名。"
        return [Defect(CONTRADICTED, text, law.SEIZURE_RULES_2.text())]
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
        DEBTOR_NAMED, today(uow), "", "",
        f"核定{kind.zh}{row.subject}系针对被执行人{debtor.name}",
        f"Found to be against {who}: {kind.en} of {row.subject}", NAMED,
    ))  # fmt: skip
    tell_change(uow, row, NAMED, Purpose.MEASURE_DEBTOR_NAMED, {}, against=debtor.id)
