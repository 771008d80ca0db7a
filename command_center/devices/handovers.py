"""Issue and return of devices: who took which when, who gave it out, in what condition it was.

Append-only. Until its first line a device is with the officer who enrolled it; after that nobody
holds it whom no line names.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from command_center.access.models import Staff
from command_center.access.permissions import FIELD_STAFF
from command_center.devices.models import Device, DeviceSession, HandoverRow
from command_center.platform import typed
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

MOST_CHARS = 200


@dataclass(frozen=True)
class HandoverView:
    """A line of the ledger: `issued` to `staff` or returned by him, at the desk by `by`."""

    number: int
    issued: bool
    staff: str
    by: str
    at_ms: int
    condition: str


class Holders:
    """Who held some devices at any moment; read once."""

    def __init__(self, uow: UnitOfWork, devices: set[str]) -> None:
        query = select(HandoverRow).where(HandoverRow.device.in_(devices))
        self._lines: dict[str, list[HandoverRow]] = {}
        for line in uow.session.scalars(query.order_by(HandoverRow.number)):
            self._lines.setdefault(line.device, []).append(line)
        first = select(Device.id, Device.officer).where(Device.id.in_(devices))
        self._first: dict[str, str] = dict(uow.session.execute(first).all())

    def at(self, device: str, at_ms: int) -> str | None:
        """Return who held the device then; None: nobody did, or it is unknown."""
        told = [line for line in self._lines.get(device, []) if line.at_ms <= at_ms]
        if not told:
            return self._first.get(device)
        return told[-1].staff if told[-1].issued else None


def issue(uow: UnitOfWork, principal: Principal, device: str, taker: str, condition: str) -> None:
    """Give a device to an officer; he is signed in on it from its next contact on.

    Errors: `device.unknown`, `device.revoked`, `device.issued` (somebody has it: it comes back
    first), `device.no_condition`, `staff.unknown`, `device.no_field_role`.
    """
    principal.require("device:issue")
    row = _locked(uow, device)
    if row.revoked_ms is not None:
        raise MzError("device.revoked", Kind.REFUSED, device)
    if row.holder is not None:
        raise MzError("device.issued", Kind.CONFLICT, device)
    staff = uow.session.get(Staff, taker)
    if staff is None or not staff.active:
        raise MzError("staff.unknown", Kind.NOT_FOUND, taker[:40])
    if staff.role not in FIELD_STAFF:
        raise MzError("device.no_field_role", Kind.REFUSED, staff.role)
    _write(uow, principal, row, staff, condition, issued=True)


def take_back(uow: UnitOfWork, principal: Principal, device: str, condition: str) -> None:
    """Take a device back; nobody is signed in on it then. One that was revoked comes back too.

    Errors: `device.unknown`, `device.in_store` (nobody has it), `device.no_condition`.
    """
    principal.require("device:issue")
    row = _locked(uow, device)
    if row.holder is None:
        raise MzError("device.in_store", Kind.CONFLICT, device)
    staff = uow.session.get_one(Staff, row.holder)
    _write(uow, principal, row, staff, condition, issued=False)


def held_by(uow: UnitOfWork, device: str, at_ms: int) -> str | None:
    """Return the officer who held a device at a moment; None: nobody did, or it is unknown."""
    return Holders(uow, {device}).at(device, at_ms)


def handovers_of(
    uow: UnitOfWork, principal: Principal, device: str, page: int
) -> tuple[list[HandoverView], int]:
    """Return one page of a device's lines, the newest first, and how many there are."""
    principal.require("device:read")
    giver = aliased(Staff)
    query = (
        select(HandoverRow, Staff.name, giver.name)
        .join(Staff, Staff.id == HandoverRow.staff)
        .join(giver, giver.id == HandoverRow.by)
        .where(HandoverRow.device == device)
        .order_by(HandoverRow.number.desc())
    )
    found = uow.session.execute(query.offset(page * PAGE).limit(PAGE))
    views = [
        HandoverView(row.number, row.issued, name, by, row.at_ms, row.condition)
        for row, name, by in found
    ]
    return views, _count(uow, device)


def _locked(uow: UnitOfWork, device: str) -> Device:
    """Return a device that a person carries; a source over a bridge is nobody's to take."""
    row = uow.session.get(Device, device, with_for_update=True)
    if row is None or not row.signs:
        raise MzError("device.unknown", Kind.NOT_FOUND, device[:40])
    return row


def _write(
    uow: UnitOfWork, principal: Principal, row: Device, staff: Staff, condition: str, *,
    issued: bool,
) -> None:  # fmt: skip
    said = typed.line(condition, MOST_CHARS)
    if not said:
        raise MzError("device.no_condition", Kind.INVALID)
    number = _count(uow, row.id) + 1
    uow.session.add(
        HandoverRow(
            device=row.id, number=number, issued=issued, staff=staff.id, by=principal.id,
            at_ms=uow.now_ms, condition=said,
        )
    )  # fmt: skip
    row.holder = staff.id if issued else None
    # A fresh contact tells the device at once who holds it.
    uow.session.execute(delete(DeviceSession).where(DeviceSession.device == row.id))
    tag = "device:holder:issued" if issued else "device:holder:returned"
    digest = sha256_hex(f"{number} {staff.id} {said}".encode())
    uow.ledger(tag, principal.id, row.id, digest, {"officer": staff.id})
    kind, zh, en = (
        ("DeviceIssued", "领用", "took") if issued else ("DeviceReturned", "交还", "returned")
    )
    uow.emit(kind, f"{staff.name}{zh}设备：{row.name}（经办 {principal.name}；{said}）",
             f"{staff.name} {en} a device: {row.name} (handled by {principal.name}: {said})",
             device=row.id)  # fmt: skip


def _count(uow: UnitOfWork, device: str) -> int:
    query = select(func.count()).where(HandoverRow.device == device)
    return uow.session.scalar(query) or 0
