"""Sources that cannot sign: offline recorders whose files are brought, cameras over a bridge."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.devices.models import RELAY_SIGNS, Device
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

MAX_NAME_CHARS = 80


@dataclass(frozen=True)
class SourceView:
    """A source as a choice."""

    id: str
    name: str
    officer: str


def add_source(uow: UnitOfWork, by: str, name: str, officer: str) -> Device:
    """Register a source with the officer who answers for it. The caller checked the permission.

    Errors: `source.no_name`, `source.unknown_officer`.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME_CHARS:
        raise MzError("source.no_name", Kind.INVALID, "1 to 80 characters")
    staff = uow.session.get(Staff, officer)
    if staff is None or not staff.active:
        raise MzError("source.unknown_officer", Kind.INVALID, officer[:40])
    identity = new_id()
    device = Device(
        id=identity, name=name, key=f"relay:{identity}", alg="", public=b"",
        protection=RELAY_SIGNS, app="", officer=officer, holder=officer, certificate=b"",
        enrolled_ms=uow.now_ms, last_counter=0, connected=False,
    )  # fmt: skip
    uow.session.add(device)
    uow.session.flush()
    uow.ledger("device:source:registered", by, identity, sha256_hex(name.encode()),
               {"officer": officer})  # fmt: skip
    return device


def source_of(uow: UnitOfWork, device: str) -> Device:
    """Return a source that is in use; `source.unknown`."""
    row = uow.session.get(Device, device)
    if row is None or row.signs or row.revoked_ms is not None:
        raise MzError("source.unknown", Kind.NOT_FOUND, device[:40])
    return row


def sources(uow: UnitOfWork) -> list[SourceView]:
    """Return the sources in use, by name."""
    query = select(Device).where(Device.protection == RELAY_SIGNS, Device.revoked_ms.is_(None))
    return [
        SourceView(row.id, row.name, row.officer)
        for row in uow.session.scalars(query.order_by(Device.name, Device.id))
    ]
