"""Alarms of officers (紧急求助): raised by a device, taken by a person of the desk, ended by a
confirmed call-back. Nothing else ends one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.devices.models import Device, SosRow
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord, Sos, SosCause
from schemas.sign import sha256_hex

SHORTEST, LONGEST = 4, 200
WORDS = {
    SosCause.BUTTON: ("按下求助键", "button pressed"),
    SosCause.KEYS: ("连按实体键", "keys pressed"),
    SosCause.TIMER: ("到时未报平安", "not heard of in time"),
    SosCause.DURESS: ("使用了胁迫口令", "a PIN given under duress"),
}


@dataclass(frozen=True)
class SosView:
    """An alarm that nobody ended; times in ms, an unknown person as None."""

    sos: str
    device: str
    device_name: str
    officer: str
    operation: str | None
    cause: str
    raised_ms: int
    received_ms: int
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    seen_ms: int | None
    by_pin: bool
    duress: bool
    taken_by: str | None
    taken_ms: int | None
    may_end: bool


def take(uow: UnitOfWork, record: FieldRecord, body: Sos) -> None:
    """Take a device's alarm, or its officer's word by PIN that it is over.

    The caller made sure that the record is authentic and new, its operation known or empty, its
    times such as a table can hold. What is told late or twice changes
    nothing that stands.
    """
    row = uow.session.get(SosRow, body.sos, with_for_update=True)
    if row is None:
        row = _raise(uow, record, body)
    elif row.device != record.device:
        return
    if body.closed_ms is None or row.ended_ms is not None:
        return
    if body.cause is SosCause.DURESS:
        if row.duress_ms is None:
            row.duress_ms = uow.now_ms
            _tell(uow, row, "SosUnderDuress", "alarm", "胁迫下解除求助", "Closed under duress")
    elif row.pin_ms is None and body.pin_set:
        row.pin_ms = uow.now_ms
        _tell(uow, row, "SosClosedByPin", "info", "求助已由本人解除，待回电核实",
              "Closed by the officer's PIN, to be called back")  # fmt: skip


def _raise(uow: UnitOfWork, record: FieldRecord, body: Sos) -> SosRow:
    seen = body.seen
    row = SosRow(
        sos=body.sos, device=record.device, officer=record.officer,
        operation=record.operation or None, case=record.case or None, cause=body.cause,
        pin_set=body.pin_set, raised_ms=body.raised_ms, received_ms=uow.now_ms,
        lat=seen.lat if seen else None, lon=seen.lon if seen else None,
        accuracy_m=seen.accuracy_m if seen else None,
        seen_ms=body.seen_ms,
        duress_ms=uow.now_ms if body.cause is SosCause.DURESS and not body.closed_ms else None,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    zh, en = WORDS[body.cause]
    _tell(uow, row, "SosRaised", "alarm", f"紧急求助（{zh}）", f"SOS ({en})")
    return row


def open_alarms(uow: UnitOfWork) -> list[SosView]:
    """Return the alarms that nobody ended, the oldest first."""
    query = select(SosRow).where(SosRow.ended_ms.is_(None)).order_by(SosRow.received_ms)
    return [_view(uow, row) for row in uow.session.scalars(query)]


def acknowledge(uow: UnitOfWork, principal: Principal, sos: str) -> None:
    """Say that one takes an alarm; the first one counts. `sos.unknown`."""
    principal.require("order:send")
    row = _known(uow, sos)
    if row.taken_by is not None or row.ended_ms is not None:
        return
    row.taken_by, row.taken_ms = principal.id, uow.now_ms
    uow.ledger("device:sos:taken", principal.id, row.sos, sha256_hex(row.sos.encode()),
               {"device": row.device})  # fmt: skip
    _tell(uow, row, "SosTaken", "info", f"{principal.name} 接警", f"Taken by {principal.name}")


def confirm_call_back(uow: UnitOfWork, principal: Principal, sos: str, outcome: str) -> None:
    """End an alarm after the officer was called back or met; `outcome` says by whom and how he is.

    Errors: `sos.unknown`, `sos.ended`, `sos.no_outcome`, `sos.not_closed_by_pin`.
    """
    principal.require("order:send")
    row = _known(uow, sos)
    if row.ended_ms is not None:
        raise MzError("sos.ended", Kind.CONFLICT, sos[:40])
    said = typed.line(outcome, LONGEST)
    if len(said) < SHORTEST:
        raise MzError("sos.no_outcome", Kind.INVALID)
    if not _may_end(uow, row):
        raise MzError("sos.not_closed_by_pin", Kind.CONFLICT, sos[:40])
    row.ended_by, row.ended_ms, row.outcome = principal.id, uow.now_ms, said
    uow.ledger("device:sos:ended", principal.id, row.sos, sha256_hex(said.encode()),
               {"device": row.device})  # fmt: skip
    _tell(uow, row, "SosEnded", "info", f"求助结束，{principal.name} 已回电核实",
          f"SOS ended after a call-back by {principal.name}")  # fmt: skip


def _may_end(uow: UnitOfWork, row: SosRow) -> bool:
    """By PIN first; where no PIN can come, or it came under duress, the desk's word is enough."""
    revoked = uow.session.get_one(Device, row.device).revoked_ms is not None
    none_can_come = revoked or not row.pin_set
    return row.pin_ms is not None or row.duress_ms is not None or none_can_come


def _known(uow: UnitOfWork, sos: str) -> SosRow:
    row = uow.session.get(SosRow, sos, with_for_update=True)
    if row is None:
        raise MzError("sos.unknown", Kind.NOT_FOUND, sos[:40])
    return row


def _view(uow: UnitOfWork, row: SosRow) -> SosView:
    return SosView(
        row.sos, row.device, uow.session.get_one(Device, row.device).name,
        _name(uow, row.officer) or "", row.operation, row.cause, row.raised_ms, row.received_ms,
        row.lat, row.lon, row.accuracy_m, row.seen_ms, row.pin_ms is not None,
        row.duress_ms is not None, _name(uow, row.taken_by), row.taken_ms, _may_end(uow, row),
    )  # fmt: skip


def _name(uow: UnitOfWork, staff: str | None) -> str | None:
    known = uow.session.get(Staff, staff) if staff else None
    return known.name if known else None


def _tell(uow: UnitOfWork, row: SosRow, kind: str, level: str, zh: str, en: str) -> None:
    who = f"{_name(uow, row.officer) or ''} {uow.session.get_one(Device, row.device).name}".strip()
    uow.emit(kind, f"{zh}：{who}", f"{en}: {who}", case=row.case, operation=row.operation,
             device=row.device, subject=row.sos, level=level)  # fmt: skip
