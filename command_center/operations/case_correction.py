"""An unplanned operation whose officer chose the wrong case: moved to the right one, by a new row.

Nothing that was written before changes: log lines and records stay where they are and say what they
said; the logs of both cases get a line, and what comes later goes to the right case.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.staff import staff_names
from command_center.cases.log import LogLine, append_log
from command_center.cases.models import Case
from command_center.cases.number import full_width
from command_center.notices.holds import hold_inside
from command_center.operations.models import CaseCorrectionRow, Operation, UnplannedRow
from command_center.operations.service import nobody_inside
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.sign import sha256_hex

ACT = "UNPLANNED"


@dataclass(frozen=True)
class CaseCorrection:
    """From which case to which, by whom, when and why."""

    from_number: str
    to_number: str
    reason: str
    by: str
    at_ms: int


def move(
    uow: UnitOfWork, principal: Principal, row: UnplannedRow, case: str, reason: str, told: str
) -> str:
    """Move an unplanned operation to another case; return the correction's id. The caller made sure
    that this may be. told: what the old case's log says of those who were told."""
    operation = uow.session.get_one(Operation, row.operation, with_for_update=True)
    old = operation.case
    correction = CaseCorrectionRow(
        id=new_id(), operation=operation.id, from_case=old, to_case=case, reason=reason,
        made_by=principal.id, at_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(correction)
    operation.case = row.case = case
    uow.session.flush()
    _move_hold(uow, operation, old)
    numbers = {key: full_width(uow.session.get_one(Case, key).number) for key in (old, case)}
    texts = {
        old: f"误立于本案，改归{numbers[case]}。理由：{reason}。此前的记载保留。{told}",
        case: f"原误立于{numbers[old]}，改归本案。理由：{reason}。此前的记载见原案日志。",
    }
    for key, text in texts.items():
        append_log(uow, LogLine(
            case=key, at_ms=uow.now_ms, act=ACT,
            text=f"{principal.name}更正：计划外行动{text}", officers=principal.name,
            place=row.address, operation=operation.id, subject=correction.id,
        ))  # fmt: skip
        uow.emit("UnplannedCorrected", f"计划外行动的案件已更正（{principal.name}）",
                 f"The case of an unplanned operation was corrected ({principal.name})", case=key,
                 operation=operation.id, device=row.device, subject=correction.id,
                 level="warn")  # fmt: skip
    uow.ledger("operation:unplanned:corrected", principal.id, operation.id,
               sha256_hex(reason.encode()), {"from": old, "case": case})  # fmt: skip
    return correction.id


def corrections_of(uow: UnitOfWork, operation: str) -> list[CaseCorrection]:
    """Return how the case of an operation was corrected, oldest first."""
    query = (
        select(CaseCorrectionRow)
        .where(CaseCorrectionRow.operation == operation)
        .order_by(CaseCorrectionRow.at_ms, CaseCorrectionRow.id)
    )
    rows = list(uow.session.scalars(query))
    names = staff_names(uow, {row.made_by for row in rows})
    return [
        CaseCorrection(
            uow.session.get_one(Case, row.from_case).number,
            uow.session.get_one(Case, row.to_case).number,
            row.reason, names.get(row.made_by, ""), row.at_ms,
        )
        for row in rows
    ]  # fmt: skip


def was_of(uow: UnitOfWork, operation: str, case: str) -> bool:
    """Return whether an operation once was of this case: its devices may still say so. What is no
    id was no case's."""
    query = select(CaseCorrectionRow.id).where(
        CaseCorrectionRow.operation == operation, CaseCorrectionRow.from_case == case
    )
    return uow.session.scalars(query.limit(1)).first() is not None


def _move_hold(uow: UnitOfWork, operation: Operation, old: str) -> None:
    """While officers are inside, the parties of their case are not told: now of the other one."""
    if operation.arrived_ms is None or operation.withdrawn_ms is not None:
        return
    nobody_inside(uow, old)
    hold_inside(uow, operation.case)
