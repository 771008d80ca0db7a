"""Recordings that no device can assign any more, placed by a person: brought files of offline
recorders, and what two persons took over out of the quarantine.

A recording of a device that is in use is assigned by its officer's signed record alone
(`footage/assignment.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from command_center.access.models import Staff
from command_center.cases.log import LogLine, append_log
from command_center.footage.models import ImportRow, PlacedRow, RecordingRow
from command_center.measures import columns
from command_center.operations.models import Operation
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

SHORTEST, LONGEST = 4, 200
LOG_ACT = "PLACED"


@dataclass(frozen=True)
class PlacedView:
    """Who gave a recording its operation, when (ms), and why."""

    by: str
    at_ms: int
    reason: str


def may_be_placed(uow: UnitOfWork, principal: Principal, recording: str) -> bool:
    """Return whether this person can give a recording its operation."""
    row = uow.session.get(RecordingRow, recording)
    fits = row is not None and row.operation is None and _by_hand(uow, row)
    return fits and principal.may("recording:import")


def placed_by(uow: UnitOfWork, recording: str) -> PlacedView | None:
    """Return who placed a recording by hand, if anybody did."""
    row = uow.session.get(PlacedRow, recording)
    if row is None:
        return None
    return PlacedView(uow.session.get_one(Staff, row.made_by).name, row.at_ms, row.reason)


def place_by_hand(
    uow: UnitOfWork, principal: Principal, recording: str, operation: str, reason: str
) -> None:
    """Give a recording its operation, once; the case's log says who did and why.

    Errors: `recording.unknown`, `recording.already_assigned`, `recording.officer_assigns`,
    `recording.no_reason` (fewer than four characters), `operation.unknown`.
    """
    principal.require("recording:import")
    row = uow.session.get(RecordingRow, columns.ident(recording), with_for_update=True)
    if row is None:
        raise MzError("recording.unknown", Kind.NOT_FOUND, recording[:40])
    if row.operation is not None:
        raise MzError("recording.already_assigned", Kind.CONFLICT, row.id)
    if not _by_hand(uow, row):
        raise MzError("recording.officer_assigns", Kind.REFUSED, row.id)
    said = typed.line(reason, LONGEST)
    if len(said) < SHORTEST:
        raise MzError("recording.no_reason", Kind.INVALID)
    to = uow.session.get(Operation, columns.ident(operation))
    if to is None:
        raise MzError("operation.unknown", Kind.INVALID, operation[:40])
    row.operation = to.id
    uow.session.add(
        PlacedRow(
            recording=row.id, operation=to.id, reason=said, made_by=principal.id, at_ms=uow.now_ms
        )
    )
    uow.ledger("recording:operation:placed", principal.id, row.id, sha256_hex(said.encode()),
               {"operation": to.id, "case": to.case})  # fmt: skip
    append_log(uow, LogLine(
        case=to.case, at_ms=uow.now_ms, act=LOG_ACT, officers=principal.name, operation=to.id,
        text=f"一段未归入行动的录像归入“{to.title}”。理由：{said}", recording=row.id,
    ))  # fmt: skip
    uow.emit("RecordingAssigned", f"{principal.name} 将一段录像归入行动：{to.title}",
             f"{principal.name} assigned a recording to an operation: {to.title}",
             case=to.case, operation=to.id, device=row.device, subject=row.id)  # fmt: skip


def _by_hand(uow: UnitOfWork, row: RecordingRow) -> bool:
    return row.quarantined or uow.session.get(ImportRow, row.id) is not None
