"""Cameras over a bridge: added, switched and looked at here; the relay is told by signed orders."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select

from command_center.devices.models import Device
from command_center.devices.service import device_names, order_relay
from command_center.devices.sources import add_source, source_of
from command_center.footage.models import LiveSourceRow
from command_center.operations.models import Operation
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bridge import LiveSource, Road, SourceState
from schemas.feed import OrderKind, SourceChanged
from schemas.media.encrypt import encrypt_frame, new_key, wrap_to_court
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

MAX_ADDRESS_CHARS = 300
_PUSHED = (Road.RTMP, Road.SRT, Road.MPEGTS)
_SECRETS = {
    Road.RTSP: re.compile(r"|[^:\s]{1,64}:\S{1,64}"),
    Road.RTMP: re.compile(r"[A-Za-z0-9_-]{8,64}"),
    Road.SRT: re.compile(r"[\x21-\x7e]{10,64}"),
    Road.MPEGTS: re.compile(r""),
}
"""RTSP: `user:password` or none. RTMP: the application's name. SRT: the passphrase."""


@dataclass(frozen=True)
class NewLiveSource:
    """Message: a camera to add. `address` of RTSP; `port` of what is pushed; `peer` of MPEG-TS."""

    name: str
    officer: str
    road: str
    address: str
    port: int
    peer: str
    secret: str
    operation: str | None


@dataclass(frozen=True)
class LiveSourceView:
    """A camera as the desk shows it; `code` is its last error, of `code_ms`; `off_ms`: when it went
    off the air, unless it is on it or never was."""

    id: str
    name: str
    officer_name: str
    road: str
    enabled: bool
    operation: str | None
    address: str
    port: int
    peer: str
    state: str
    code: str
    code_ms: int | None
    changed_ms: int
    off_ms: int | None


def add_live_source(uow: UnitOfWork, principal: Principal, message: NewLiveSource) -> str:
    """Add a camera, switched on, and tell the relay; return its id. A write verb.

    Errors: `source.*`, `operation.unknown`.
    """
    principal.require("source:manage")
    road = _check(uow, message)
    device = add_source(uow, principal.id, message.name, message.officer)
    key = new_key()
    wrapped_key = wrap_to_court(key, device.id, uow.keys.ingest_public) if message.secret else b""
    sealed = encrypt_frame(key, device.id, 0, 0, message.secret.encode()) if message.secret else b""
    row = LiveSourceRow(
        id=device.id, road=road, enabled=True, operation=message.operation,
        address=message.address if road is Road.RTSP else "",
        port=message.port if road in _PUSHED else 0,
        peer=message.peer if road is Road.MPEGTS else "", wrapped_key=wrapped_key, secret=sealed,
        state=SourceState.WAITING, code="", changed_ms=uow.now_ms,
    )  # fmt: skip
    uow.session.add(row)
    uow.session.flush()
    _order(uow, principal, row, device.officer)
    return device.id


def set_live_source(
    uow: UnitOfWork, principal: Principal, source: str, *, enabled: bool, operation: str | None
) -> None:
    """Switch a camera on or off and say for which operation it records. A write verb.

    Errors: `source.unknown`, `source.port_taken`, `operation.unknown`.
    """
    principal.require("source:manage")
    row = uow.session.get(LiveSourceRow, source, with_for_update=True)
    if row is None:
        raise MzError("source.unknown", Kind.NOT_FOUND, source[:40])
    _check_operation(uow, operation)
    if enabled and not row.enabled:
        _check_port(uow, row.port)
    row.enabled, row.operation = enabled, operation
    _order(uow, principal, row, source_of(uow, source).officer)


def give_live_source(
    uow: UnitOfWork, principal: Principal, source: str, operation: str | None
) -> None:
    """Say for which operation a camera records from now on, switched on or off as it is. A write
    verb; errors as `set_live_source`."""
    enabled = select(LiveSourceRow.enabled).where(LiveSourceRow.id == source)
    on = bool(uow.session.scalar(enabled))
    set_live_source(uow, principal, source, enabled=on, operation=operation)


def list_live_sources(uow: UnitOfWork, principal: Principal) -> list[LiveSourceView]:
    """Return all cameras, by name."""
    principal.require("source:manage")
    query = select(LiveSourceRow, Device).join(Device, Device.id == LiveSourceRow.id)
    rows = [(row, device) for row, device in uow.session.execute(query)]
    names = device_names(uow, {row.id for row, _device in rows})
    views = [
        LiveSourceView(
            row.id, *names.get(row.id, ("", "")), row.road, row.enabled, row.operation,
            row.address, row.port, row.peer, row.state, row.code, row.code_ms, row.changed_ms,
            None if device.connected else device.connected_ms,
        )
        for row, device in rows
    ]  # fmt: skip
    return sorted(views, key=lambda view: (view.name, view.id))


def lost_sources(uow: UnitOfWork) -> set[str]:
    """Return the cameras that are wanted, were on the air, and are no more."""
    query = (
        select(LiveSourceRow.id)
        .join(Device, Device.id == LiveSourceRow.id)
        .where(LiveSourceRow.enabled, Device.connected.is_(False))
        .where(Device.connected_ms.is_not(None))
    )
    return set(uow.session.scalars(query))


def source_changed(uow: UnitOfWork, item: SourceChanged) -> None:
    """Take what a relay tells of a camera; `source.unknown`. A new failure is told to the desk."""
    row = uow.session.get(LiveSourceRow, item.source)
    if row is None:
        raise MzError("source.unknown", Kind.NOT_FOUND, item.source)
    wrong = row.state == SourceState.WAITING and row.code_ms == row.changed_ms
    before = (SourceState.FAILED if wrong else row.state, row.code)
    news = bool(item.code) and before != (SourceState.FAILED, item.code)
    row.state, row.changed_ms = item.state, item.at_ms
    if item.code:
        row.code, row.code_ms = item.code, item.at_ms
    name = device_names(uow, {row.id}).get(row.id, ("", ""))[0]
    zh, en = _WORDS[item.state]
    if item.state == SourceState.WAITING:
        zh, en = _WAITING.get(item.code, (zh, en))
    kind = "SourceSwitchedOff" if item.state == SourceState.OFF else "SourceChanged"
    uow.emit(
        "SourceFailed" if news else kind, f"外接来源 {name}：{zh}", f"Source {name}: {en}",
        operation=row.operation, device=row.id, level="warn" if news else "info",
    )  # fmt: skip


_WORDS = {
    SourceState.OFF: ("已停用", "switched off"),
    SourceState.WAITING: ("等待画面", "waits for pictures"),
    SourceState.LIVE: ("直播", "live"),
    SourceState.FAILED: ("接入失败，自动重试", "failed, tried again by itself"),
}
_WAITING = {
    "source.silent": ("画面中断", "fell silent"),
    "source.wrong_key": (
        "有人推流的密钥不对，未接受",
        "somebody's key was wrong and was not taken",
    ),
}
"""What is wrong while it waits, by its code."""


def _order(uow: UnitOfWork, principal: Principal, row: LiveSourceRow, officer: str) -> None:
    """Tell the relay what is wanted now, and write down who wanted it."""
    wanted = LiveSource(
        row.id, Road(row.road), row.enabled, officer, row.operation, row.address, row.port,
        row.peer, row.wrapped_key, row.secret,
    )  # fmt: skip
    order = order_relay(uow, OrderKind.SET_SOURCE, row.id, principal.id, wanted)
    uow.ledger("device:source:set", principal.id, row.id, sha256_hex(order.encode()),
               {"order": order, "enabled": str(row.enabled)})  # fmt: skip


def _check(uow: UnitOfWork, message: NewLiveSource) -> Road:
    if message.road not in (Road.RTSP, *_PUSHED):
        raise MzError("source.unknown_road", Kind.INVALID, message.road[:20])
    road = Road(message.road)
    if not _SECRETS[road].fullmatch(message.secret):
        raise MzError("source.bad_secret", Kind.INVALID, road)
    if road is Road.RTSP and not _is_rtsp(message.address):
        raise MzError("source.bad_address", Kind.INVALID, "rtsp://host[:port]/path")
    if road is Road.MPEGTS and message.peer:
        try:
            ipaddress.ip_address(message.peer)
        except ValueError as error:
            raise MzError("source.bad_address", Kind.INVALID, "peer") from error
    if road in _PUSHED:
        if not 1024 <= message.port <= 65535:
            raise MzError("source.bad_port", Kind.INVALID, "1024 to 65535")
        _check_port(uow, message.port)
    _check_operation(uow, message.operation)
    return road


def _is_rtsp(address: str) -> bool:
    """Say whether it is an RTSP address that carries no credentials."""
    try:
        parts = urlsplit(address)
        found = parts.scheme in ("rtsp", "rtsps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = "@" not in address and address.isprintable() and " " not in address
    return found and plain and len(address) <= MAX_ADDRESS_CHARS


def _check_port(uow: UnitOfWork, port: int) -> None:
    query = select(LiveSourceRow.id).where(LiveSourceRow.port == port, LiveSourceRow.enabled)
    if port and uow.session.scalar(query) is not None:
        raise MzError("source.port_taken", Kind.CONFLICT, str(port))


def _check_operation(uow: UnitOfWork, operation: str | None) -> None:
    if operation and uow.session.get(Operation, operation) is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, operation[:40])
