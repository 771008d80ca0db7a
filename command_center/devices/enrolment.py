"""Enrolment: a one-time code for an officer, then the centre's certificate for a device's key."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypeVar

import msgspec

from command_center.access.models import Staff
from command_center.access.throttle import ENROLMENT
from command_center.devices.models import Device, EnrolmentCode
from command_center.platform.database import Database
from command_center.platform.keys import certify_device
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Enrol, Enrolled, OfficerInfo
from schemas.ids import id_bytes
from schemas.problems import Kind, MzError
from schemas.sign import VERIFIERS, Envelope, decode, fingerprint, sha256_hex

T = TypeVar("T")
CODE_MS = 15 * 60_000
_DIGITS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PROTECTIONS = frozenset({"file", "keystore", "hsm"})


def make_code(uow: UnitOfWork, principal: Principal, officer: str) -> str:
    """Return a fresh one-time code for an officer, shown once: 10 characters, good 15 minutes.

    Errors: `staff.unknown`.
    """
    principal.require("device:enrol")
    staff = uow.session.get(Staff, officer)
    if staff is None or not staff.active:
        raise MzError("staff.unknown", Kind.NOT_FOUND, officer[:40])
    code = "".join(secrets.choice(_DIGITS) for _ in range(10))
    uow.session.add(
        EnrolmentCode(
            code_hash=_hash(code),
            officer=officer,
            made_by=principal.id,
            made_ms=uow.now_ms,
            good_until_ms=uow.now_ms + CODE_MS,
        )
    )
    uow.ledger("device:code:made", principal.id, officer, _hash(code))
    return f"{code[:5]}-{code[5:]}"


def enrol(uow: UnitOfWork, message: Enrol) -> Enrolled:
    """Certify a device's key for the officer of the code.

    The same device with the same key and code again (an answer that was lost) gets the same
    certificate. Errors: `enrolment.code_wrong` (unknown, used, expired: not told which),
    `enrolment.malformed`, `enrolment.device_taken`.
    """
    _check(message)
    row = find_code(uow, message.code)
    known = uow.session.get(Device, message.device)
    if row.used_ms is not None:
        if (
            known is not None
            and row.device == known.id
            and known.key == fingerprint(message.public)
        ):
            return _answer(uow, known)
        raise MzError("enrolment.code_wrong", Kind.REFUSED)
    if known is not None:
        raise MzError("enrolment.device_taken", Kind.CONFLICT, message.device)
    device = _certified(uow, message, row.officer)
    row.used_ms, row.device = uow.now_ms, device.id
    staff = uow.session.get_one(Staff, row.officer)
    uow.ledger("device:key:certified", row.made_by, device.id, sha256_hex(device.certificate),
               {"officer": staff.id, "key": device.key})  # fmt: skip
    uow.emit("DeviceEnrolled", f"执法记录仪已登记：{device.name}（{staff.name}）",
             f"A device was enrolled: {device.name} ({staff.name})", device=device.id)  # fmt: skip
    return _answer(uow, device)


def enrol_from(database: Database, message: Enrol, address: str) -> Enrolled:
    """Enrol for an address that may not guess codes; `enrolment.throttled` besides `enrol`'s."""
    return guarded(database, address, lambda: database.run(enrol, message))


def guarded(database: Database, address: str, redeem: Callable[[], T]) -> T:
    """Redeem a code for an address that may not guess; `enrolment.throttled`."""
    database.read(ENROLMENT.check, address)
    try:
        return redeem()
    except MzError as error:
        if error.code == "enrolment.code_wrong":
            database.run(ENROLMENT.failed, address)
        raise


def find_code(uow: UnitOfWork, code: str) -> EnrolmentCode:
    """Return the row of a code that is good still, used or not; `enrolment.code_wrong`."""
    row = uow.session.get(EnrolmentCode, _hash(code), with_for_update=True)
    if row is None or row.good_until_ms < uow.now_ms:
        raise MzError("enrolment.code_wrong", Kind.REFUSED)
    return row


def _check(message: Enrol) -> None:
    id_bytes(message.device)
    if message.alg not in VERIFIERS or len(message.public) != 32:
        raise MzError("enrolment.malformed", Kind.INVALID, "key")
    if message.protection not in _PROTECTIONS or not 1 <= len(message.name) <= 80:
        raise MzError("enrolment.malformed", Kind.INVALID, "name or protection")


def _certified(uow: UnitOfWork, message: Enrol, officer: str) -> Device:
    envelope = certify_device(
        uow.keys, message.device, message.name, message.alg, message.public, message.protection,
        uow.now_ms,
    )  # fmt: skip
    device = Device(
        id=message.device,
        name=message.name,
        key=fingerprint(message.public),
        alg=message.alg,
        public=message.public,
        protection=message.protection,
        app=message.app[:80],
        officer=officer,
        holder=officer,
        certificate=msgspec.json.encode(envelope),
        enrolled_ms=uow.now_ms,
        last_counter=0,
        connected=False,
    )
    uow.session.add(device)
    uow.session.flush()
    return device


def _answer(uow: UnitOfWork, device: Device) -> Enrolled:
    certificate = decode(device.certificate, Envelope)
    return Enrolled(
        device.id,
        uow.settings.court.name,
        [*uow.keys.certificates, certificate],
        uow.keys.root,
        uow.keys.ingest_key,
        uow.keys.ingest_public,
        officer_info(uow, device.officer),
    )


def officer_info(uow: UnitOfWork, officer: str) -> OfficerInfo:
    """Return an officer as a device shows him."""
    staff = uow.session.get_one(Staff, officer)
    return OfficerInfo(staff.id, staff.name, staff.number, staff.role)


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256_hex(b"MZ-CODE-1\0" + plain.encode())
