"""The live wall and the spotlight: devices live now, alarms, places, events."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import events, tiles
from command_center.desk.alarms import alarm_events, open_alarms
from command_center.desk.markers import kinds
from command_center.desk.operation_list import OperationShown, present_operation
from command_center.desk.orders import OrderShown, present_order
from command_center.desk.page import blueprint, presence_board, render
from command_center.desk.talk import talk_bar
from command_center.operations.service import list_operations, read_operation
from command_center.operations.views import OperationRow, OperationView
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.events import DeskEvent, PresenceOut
from schemas.problems import Kind, MzError
from schemas.time import now_ms


@dataclass(frozen=True)
class WallFacts:
    """What the wall reads in one look."""

    tiles: list[tiles.TileFacts]
    operations: list[OperationRow]
    events: list[DeskEvent]
    alarms: list[DeskEvent]


@dataclass(frozen=True)
class Wall:
    """The wall as the page shows it; `online`, `lost`: of all devices, also those left out."""

    tiles: tuple[tiles.Tile, ...]
    online: int
    lost: int
    left_out: int
    most: int
    operations: tuple[OperationShown, ...]
    positions: tuple[Position, ...]
    events: tuple[events.EventShown, ...]


@dataclass(frozen=True)
class Position:
    """Where an officer is: WGS-84 degrees, accuracy in metres; mock: not by a receiver."""

    device: str
    name: str
    lat: float
    lon: float
    accuracy_m: float
    at_ms: int
    mock: bool


def presence_by_device() -> dict[str, PresenceOut]:
    """Return who was heard of just now, for those who may know."""
    who = principal()
    return {out.device: out for out in presence_board().now()} if who.may("presence:read") else {}


def positions(only: set[str] | None = None) -> tuple[Position, ...]:
    """Return the places of the devices heard of just now."""
    return tuple(
        Position(
            out.device,
            out.officer_name,
            out.lat,
            out.lon,
            out.accuracy_m or 0.0,
            out.at_ms,
            out.mock,
        )
        for out in presence_by_device().values()
        if out.lat is not None and out.lon is not None and (only is None or out.device in only)
    )


def _read(uow: UnitOfWork, who: Principal, present: set[str]) -> WallFacts:
    return WallFacts(
        tiles.wall_facts(uow, who, present),
        list_operations(uow, who) if who.may("operation:read") else [],
        events.recent(uow, who),
        alarm_events(uow, who),
    )


@blueprint.get("/wall")
@permits("live:watch")
def wall() -> ResponseReturnValue:
    """Show the wall."""
    presence = presence_by_device()
    facts = database().read(_read, principal(), set(presence))
    at_ms = now_ms()
    shown = [
        tiles.present_tile(one, presence.get(one.device.id), number, at_ms)
        for number, one in enumerate(tiles.most_needed(facts.tiles), 1)
    ]
    lost = {one.device.id for one in facts.tiles if tiles.broke_off(one)}
    heard = {one.device.id for one in facts.tiles if one.device.connected} | set(presence)
    page = Wall(
        tuple(shown),
        len(heard - lost),
        len(lost),
        len(facts.tiles) - len(shown),
        tiles.MOST_TILES,
        tuple(present_operation(row) for row in facts.operations),
        positions(),
        tuple(events.present(event) for event in facts.events),
    )
    return render("desk/wall.html", wall=page, alarms=open_alarms(facts.alarms, at_ms))


@blueprint.get("/wall/alarms")
@permits("event:read")
def alarms() -> ResponseReturnValue:
    """Show the alarms, a part of the wall."""
    found = database().read(alarm_events, principal())
    return render_template("desk/_alarms.html", alarms=open_alarms(found, now_ms()))


@blueprint.get("/wall/tiles/<device>")
@permits("live:watch")
def wall_tile(device: str) -> ResponseReturnValue:
    """Show one tile, for a device that came up while the wall was open."""
    tile = _tile(device, 0)
    return render_template("desk/_one_tile.html", tile=tile)


@blueprint.get("/wall/strips/<device>")
@permits("live:watch")
def device_strip(device: str) -> ResponseReturnValue:
    """Show the continuity strip of a device's newest recording."""
    return render_template("desk/_strip.html", tile=_tile(device, 0))


@blueprint.get("/wall/<device>")
@permits("live:watch")
def spotlight(device: str) -> ResponseReturnValue:
    """Show one device large, the others beside it."""
    presence = presence_by_device()
    found = database().read(_read, principal(), set(presence) | {device})
    at_ms = now_ms()
    shown = [
        tiles.present_tile(one, presence.get(one.device.id), number, at_ms)
        for number, one in enumerate(tiles.most_needed(found.tiles, device), 1)
    ]
    tile = next((one for one in shown if one.device == device), None)
    if tile is None:
        raise MzError("device.unknown", Kind.NOT_FOUND, device[:40])
    operation, orders, bar = tile.operation, None, None
    if operation is not None and principal().may("order:read"):
        view = database().read(read_operation, principal(), operation)
        orders, bar = _orders(view), talk_bar(view.row, device)
    mine = [e for e in found.events if operation is None or e.operation == operation]
    return render(
        "desk/spotlight.html",
        tile=tile,
        others=[one for one in shown if one.device != device],
        orders=orders,
        talk_bar=bar,
        marker_kinds=kinds(),
        positions=positions({device}),
        events=[events.present(event) for event in mine],
    )


def _orders(view: OperationView) -> list[OrderShown]:
    return [present_order(order) for order in view.orders]


def _tile(device: str, number: int) -> tiles.Tile:
    found = database().read(tiles.device_facts, principal(), device)
    if not found:
        raise MzError("device.unknown", Kind.NOT_FOUND, device[:40])
    return tiles.present_tile(found[0], presence_by_device().get(device), number, now_ms())
