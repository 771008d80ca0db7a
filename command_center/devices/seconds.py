"""Keys of second officers on their colleagues' devices: enrolled, revoked, believed or not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.devices.enrolment import find_code, guarded, officer_info
from command_center.devices.models import Device, SecondKeyRow
from command_center.platform.database import Database
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ledger import SECOND_ENROLLED
from schemas.problems import Kind, MzError
from schemas.second import (
    SECOND_CONFIRMATION,
    SECOND_KEY,
    EnrolledSecond,
    SecondConfirmation,
    SecondKey,
)
from schemas.sign import Envelope, decode_payload, fingerprint, sha256_hex

_FINGERPRINT = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class SecondView:
    """A second officer's key on a device, as the desk shows it."""

    key: str
    officer_name: str
    enrolled_ms: int
    revoked_ms: int | None


def enrol_second(uow: UnitOfWork, principal: Principal, envelope: Envelope) -> EnrolledSecond:
    """Know a key as that of the code's officer on the device that asks; again is no change.

    Errors: `enrolment.code_wrong`, `enrolment.malformed`, `second.not_another`.
    """
    principal.require("record:send")
    asked = decode_payload(envelope, SECOND_KEY, SecondKey)
    if len(asked.public) != 32 or asked.device != principal.id:
        raise MzError("enrolment.malformed", Kind.INVALID, "key or device")
    envelope.check(asked.public)
    device = uow.session.get_one(Device, principal.id)
    code, key = find_code(uow, asked.code), fingerprint(asked.public)
    known = uow.session.get(SecondKeyRow, key)
    if code.used_ms is not None or known is not None:
        if known is None or (code.device, code.officer) != (device.id, known.officer):
            raise MzError("enrolment.code_wrong", Kind.REFUSED)
        return EnrolledSecond(key, officer_info(uow, known.officer))
    if code.officer == device.holder:
        raise MzError("second.not_another", Kind.REFUSED)
    code.used_ms, code.device = uow.now_ms, device.id
    uow.session.add(SecondKeyRow(key=key, device=device.id, officer=code.officer,
                                 public=asked.public, enrolled_ms=uow.now_ms))  # fmt: skip
    uow.session.flush()
    officer = officer_info(uow, code.officer)
    uow.ledger(SECOND_ENROLLED, code.made_by, device.id, sha256_hex(asked.public),
               {"officer": officer.officer, "key": key})  # fmt: skip
    uow.emit("SecondEnrolled", f"{officer.name}已在{device.name}上设置确认口令",
             f"{officer.name} set a PIN on {device.name}", device=device.id)  # fmt: skip
    return EnrolledSecond(key, officer)


def enrol_second_from(
    database: Database, principal: Principal, envelope: Envelope, address: str
) -> EnrolledSecond:
    """Enrol for an address that may not guess codes; `enrolment.throttled` besides."""
    return guarded(database, address, lambda: database.run(enrol_second, principal, envelope))


def revoke_second(uow: UnitOfWork, principal: Principal, device: str, key: str) -> None:
    """Believe no confirmation by this key of this device that comes from now on; again is no
    change.

    Errors: `second.unknown`.
    """
    principal.require("device:revoke")
    row = uow.session.get(SecondKeyRow, key, with_for_update=True)
    if row is None or row.device != device:
        raise MzError("second.unknown", Kind.NOT_FOUND, key[:16])
    if row.revoked_ms is not None:
        return
    row.revoked_ms = uow.now_ms
    name = uow.session.get_one(Staff, row.officer).name
    uow.ledger("device:second:revoked", principal.id, row.device, key, {"officer": row.officer})
    uow.emit("SecondRevoked", f"{name}的本机确认口令已吊销（{principal.name}）",
             f"The PIN of {name} on a colleague's device was revoked ({principal.name})",
             device=row.device, level="warn")  # fmt: skip


def list_seconds(uow: UnitOfWork, principal: Principal, device: str) -> list[SecondView]:
    """Return all such keys of a device, the newest first."""
    principal.require("device:read")
    query = (
        select(SecondKeyRow, Staff.name)
        .join(Staff, Staff.id == SecondKeyRow.officer)
        .where(SecondKeyRow.device == device)
        .order_by(SecondKeyRow.enrolled_ms.desc())
    )
    return [SecondView(row.key, name, row.enrolled_ms, row.revoked_ms)
            for row, name in uow.session.execute(query)]  # fmt: skip


def read_confirmation(uow: UnitOfWork, device: str, envelope: Envelope) -> SecondConfirmation:
    """Return what a second officer signed on this device.

    Errors: `second.unknown` for a key not enrolled there, `second.revoked`, and those of the
    envelope's check.
    """
    known = _FINGERPRINT.fullmatch(envelope.key)
    row = uow.session.get(SecondKeyRow, envelope.key) if known else None
    said = decode_payload(envelope, SECOND_CONFIRMATION, SecondConfirmation)
    if row is None or row.device != device or (said.device, said.officer) != (device, row.officer):
        raise MzError("second.unknown", Kind.REFUSED, envelope.key[:16])
    envelope.check(row.public)
    staff = uow.session.get(Staff, row.officer)
    if row.revoked_ms is not None or staff is None or not staff.active:
        raise MzError("second.revoked", Kind.REFUSED, envelope.key[:16])
    return said
