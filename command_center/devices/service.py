"""Verbs of devices for the desk: list, revoke; and the orders that carry it to the relays."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, select

from command_center.access.models import Staff
from command_center.devices.models import Device, DeviceSession, RelayOrderRow
from command_center.devices.silence import silent_until
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bridge import LiveSource
from schemas.feed import RELAY_ORDER, OrderKind, RelayOrder
from schemas.ids import new_id
from schemas.keys import REVOCATION, KeyRevocation
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, sign_envelope

RELAY_ORDER_JOB = "relay.order"
"""The outbox kind that carries one order to the relay; its key is the order's id."""


@dataclass(frozen=True)
class DeviceView:
    """A device as the desk shows it."""

    id: str
    name: str
    key: str
    protection: str
    app: str
    officer: str
    officer_name: str
    enrolled_ms: int
    last_contact_ms: int | None
    connected: bool
    connected_ms: int | None
    revoked_ms: int | None


class SendRelayOrder(msgspec.Struct, frozen=True):
    """Payload of the job `relay.order`."""

    order: str


def list_devices(uow: UnitOfWork, principal: Principal) -> list[DeviceView]:
    """Return all devices, the newest first."""
    principal.require("device:read")
    return _views(uow)


def connected_devices(uow: UnitOfWork, principal: Principal) -> list[DeviceView]:
    """Return the devices whose live lane a relay holds open now (the wall)."""
    principal.require("live:watch")
    return [view for view in _views(uow) if view.connected]


def revoke(uow: UnitOfWork, principal: Principal, device: str, reason: str) -> None:
    """Revoke a device: its signatures from now on are not believed, its sessions end, the relays
    are ordered to drop it. Again is no change. Errors: `device.unknown`."""
    principal.require("device:revoke")
    row = uow.session.get(Device, device, with_for_update=True)
    if row is None:
        raise MzError("device.unknown", Kind.NOT_FOUND, device[:40])
    if row.revoked_ms is not None:
        return
    revocation = KeyRevocation(row.key, uow.now_ms, reason[:200])
    envelope = sign_envelope(uow.keys.centre, REVOCATION, revocation)
    row.revoked_ms = uow.now_ms
    row.revocation = msgspec.json.encode(envelope) if row.signs else None
    uow.session.execute(delete(DeviceSession).where(DeviceSession.device == device))
    order_relay(uow, OrderKind.REVOKE_DEVICE, device, reason)
    uow.ledger("device:key:revoked", principal.id, device, envelope.payload_sha256(),
               {"key": row.key})  # fmt: skip
    uow.emit("DeviceRevoked", f"执法记录仪已吊销：{row.name}", f"A device was revoked: {row.name}",
             device=device, level="warn")  # fmt: skip


def revocations(uow: UnitOfWork) -> list[Envelope]:
    """Return every signed revocation."""
    rows = uow.session.scalars(select(Device.revocation).where(Device.revocation.is_not(None)))
    return [decode(raw, Envelope) for raw in rows if raw is not None]


def order_relay(
    uow: UnitOfWork, kind: OrderKind, subject: str, reason: str, source: LiveSource | None = None
) -> str:
    """Sign an order to the relays and promise its sending; return its id."""
    order = RelayOrder(new_id(), kind, subject, uow.now_ms, reason[:200], source)
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
    """Note what a relay's feed says became of an order."""
    row = uow.session.get(RelayOrderRow, order)
    if row is not None and row.applied_ms is None:
        row.outcome, row.applied_ms = outcome[:40], at_ms


def device_connected(uow: UnitOfWork, device: str, connected: bool, at_ms: int) -> None:
    """Note that a device's live lane opened or closed; tell the desk when it changed.

    That it closed is a warning, unless the device planned to be silent.
    """
    row = uow.session.get(Device, device)
    if row is None or (row.connected_ms is not None and row.connected_ms > at_ms):
        return
    changed = row.connected != connected
    row.connected, row.connected_ms = connected, at_ms
    if changed:
        kind, zh, en = (
            ("DeviceConnected", "开始直播", "went live")
            if connected
            else ("DeviceDisconnected", "直播中断", "went off the air")
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


def _views(uow: UnitOfWork) -> list[DeviceView]:
    query = (
        select(Device, Staff.name)
        .join(Staff, Staff.id == Device.officer)
        .order_by(Device.enrolled_ms.desc())
    )
    return [
        DeviceView(
            row.id, row.name, row.key, row.protection, row.app, row.officer, name,
            row.enrolled_ms, row.last_contact_ms, row.connected, row.connected_ms, row.revoked_ms,
        )
        for row, name in uow.session.execute(query)
    ]  # fmt: skip
