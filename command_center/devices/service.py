"""Verbs of devices for the desk: list, revoke; and the orders that carry it to the relays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, select

from command_center.access.models import Staff
from command_center.devices.models import Device, DeviceSession, RelayOrderRow
from command_center.devices.silence import silent_until
from command_center.platform import typed
from command_center.platform.journal import EntryRow
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bridge import LiveSource
from schemas.feed import RELAY_ORDER, OrderKind, RelayOrder, TakenFootage
from schemas.ids import new_id
from schemas.keys import REVOCATION, KeyRevocation
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, sign_envelope

_REVOKED = "device:key:revoked"
NEWEST_FIRST = (Device.enrolled_ms.desc(), Device.id)
RELAY_ORDER_JOB = "relay.order"
"""The outbox kind that carries one order to the relay; its key is the order's id."""
FOOTAGE_APPLIED_JOB = "quarantine.footage_applied"
"""The outbox kind that tells the quarantine what a relay made of an order to take footage in."""
LATELY_MS = 3_600_000
"""So long a device that went off the air is still watched for."""


@dataclass(frozen=True)
class DeviceView:
    """A device as the desk shows it; `officer` holds it, None: nobody does."""

    id: str
    name: str
    key: str
    protection: str
    app: str
    officer: str | None
    officer_name: str
    enrolled_ms: int
    last_contact_ms: int | None
    connected: bool
    connected_ms: int | None
    revoked_ms: int | None


@dataclass(frozen=True)
class RevocationView:
    """Who revoked a device and why, in his words."""

    by: str
    reason: str


class SendRelayOrder(msgspec.Struct, frozen=True):
    """Payload of the job `relay.order`."""

    order: str


def list_devices(uow: UnitOfWork, principal: Principal) -> list[DeviceView]:
    """Return all devices, the newest first: the wall's. The register has pages."""
    principal.require("device:read")
    return device_views(uow)


def watched_devices(uow: UnitOfWork, principal: Principal) -> list[DeviceView]:
    """Return the devices that are or lately were live."""
    principal.require("live:watch")
    return [view for view in device_views(uow) if was_live(view, uow.now_ms)]


def was_live(view: DeviceView, now_ms: int) -> bool:
    """Return whether a relay holds the device's live lane open, or did within the last hour."""
    return view.connected or (view.connected_ms or 0) > now_ms - LATELY_MS


def revoke(uow: UnitOfWork, principal: Principal, device: str, reason: str) -> None:
    """Revoke a device: its signatures from now on are not believed, its sessions end, the relays
    are ordered to drop it. Again is no change. Errors: `device.unknown`, `device.no_reason`."""
    principal.require("device:revoke")
    reason = typed.line(reason, 200)
    if not reason:
        raise MzError("device.no_reason", Kind.INVALID)
    row = uow.session.get(Device, device, with_for_update=True)
    if row is None:
        raise MzError("device.unknown", Kind.NOT_FOUND, device[:40])
    if row.revoked_ms is not None:
        return
    revocation = KeyRevocation(row.key, uow.now_ms, reason)
    envelope = sign_envelope(uow.keys.centre, REVOCATION, revocation)
    row.revoked_ms = uow.now_ms
    row.revocation = msgspec.json.encode(envelope) if row.signs else None
    uow.session.execute(delete(DeviceSession).where(DeviceSession.device == device))
    order_relay(uow, OrderKind.REVOKE_DEVICE, device, reason)
    uow.ledger(_REVOKED, principal.id, device, envelope.payload_sha256(),
               {"key": row.key})  # fmt: skip
    uow.emit("DeviceRevoked", f"执法记录仪已吊销：{row.name}（{principal.name}：{reason}）",
             f"A device was revoked: {row.name} ({principal.name}: {reason})",
             device=device, level="warn")  # fmt: skip


def revoked_by(
    uow: UnitOfWork, principal: Principal, devices: list[str]
) -> dict[str, RevocationView]:
    """Return by device who revoked it and why, as ledger and order say; of these devices."""
    principal.require("device:read")
    query = (
        select(EntryRow.subject, Staff.name, RelayOrderRow.reason)
        .join(Staff, Staff.id == EntryRow.actor)
        .join(RelayOrderRow, RelayOrderRow.subject == EntryRow.subject)
        .where(EntryRow.tag == _REVOKED, RelayOrderRow.kind == OrderKind.REVOKE_DEVICE)
        .where(EntryRow.subject.in_(devices))
    )
    return {device: RevocationView(by, reason) for device, by, reason in uow.session.execute(query)}


def revocations(uow: UnitOfWork) -> list[Envelope]:
    """Return every signed revocation."""
    rows = uow.session.scalars(select(Device.revocation).where(Device.revocation.is_not(None)))
    return [decode(raw, Envelope) for raw in rows if raw is not None]


def order_relay(
    uow: UnitOfWork, kind: OrderKind, subject: str, reason: str,
    source: LiveSource | None = None, footage: TakenFootage | None = None,
) -> str:  # fmt: skip
    """Sign an order to the relays and promise its sending; return its id."""
    order = RelayOrder(new_id(), kind, subject, uow.now_ms, reason[:200], source, footage)
    envelope = sign_envelope(uow.keys.centre, RELAY_ORDER, order)
    uow.session.add(
        RelayOrderRow(
            id=order.order,
            kind=kind,
            subject=subject,
            reason=order.reason,
            envelope=msgspec.json.encode(envelope),
            made_ms=uow.now_ms,
        )
    )
    uow.enqueue(RELAY_ORDER_JOB, order.order, SendRelayOrder(order.order))
    return order.order


def order_envelope(uow: UnitOfWork, order: str) -> bytes:
    """Return the signed bytes of an order; `relay.unknown_order`."""
    row = uow.session.get(RelayOrderRow, order)
    if row is None:
        raise MzError("relay.unknown_order", Kind.NOT_FOUND, order[:40])
    return row.envelope


def order_applied(uow: UnitOfWork, order: str, outcome: str, at_ms: int) -> None:
    """Note what a relay's feed says became of an order; the quarantine hears of what it asked."""
    row = uow.session.get(RelayOrderRow, order)
    if row is not None and row.applied_ms is None:
        row.outcome, row.applied_ms = outcome[:40], at_ms
        if row.kind == OrderKind.TAKE_FOOTAGE:
            uow.enqueue(FOOTAGE_APPLIED_JOB, row.id, {"order": row.id, "outcome": row.outcome})


def order_refused(uow: UnitOfWork, order: str, code: str) -> None:
    """Note that a relay did not even take an order."""
    order_applied(uow, order, code, uow.now_ms)


def device_connected(uow: UnitOfWork, device: str, connected: bool, at_ms: int) -> None:
    """Note that a device's live lane opened or closed; tell the desk when it changed.

    That it closed is a warning, unless the device planned to be silent. Whether it records is not
    known here, so nothing is said of pictures.
    """
    row = uow.session.get(Device, device)
    if row is None or (row.connected_ms is not None and row.connected_ms > at_ms):
        return
    changed = row.connected != connected
    row.connected, row.connected_ms = connected, at_ms
    if changed:
        kind, zh, en = (
            ("DeviceConnected", "上线", "came on the air")
            if connected
            else ("DeviceDisconnected", "断线", "went off the air")
        )
        expected = connected or silent_until(uow, [device]).get(device, 0) > uow.now_ms
        uow.emit(kind, f"{row.name} {zh}", f"{row.name} {en}", device=device,
                 level="info" if expected else "warn")  # fmt: skip


def device_names(uow: UnitOfWork, ids: set[str]) -> dict[str, tuple[str, str]]:
    """Return (device name, officer's name) by device id."""
    query = (
        select(Device.id, Device.name, Staff.name)
        .join(Staff, Staff.id == Device.officer)
        .where(Device.id.in_(sorted(ids)))
    )
    return {device: (name, officer) for device, name, officer in uow.session.execute(query)}


def device_views(uow: UnitOfWork, ids: Collection[str] | None = None) -> list[DeviceView]:
    """Return the devices of these ids, or all, the newest first."""
    query = (
        select(Device, Staff.name)
        .outerjoin(Staff, Staff.id == Device.holder)
        .where(*([] if ids is None else [Device.id.in_(ids)]))
        .order_by(*NEWEST_FIRST)
    )
    return [
        DeviceView(
            row.id, row.name, row.key, row.protection, row.app, row.holder, name or "",
            row.enrolled_ms, row.last_contact_ms, row.connected, row.connected_ms, row.revoked_ms,
        )
        for row, name in uow.session.execute(query)
    ]  # fmt: skip
