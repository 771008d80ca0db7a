"""Devices: the register, one device with its ledger, enrolment codes, issue, return, revocation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.permissions import FIELD_STAFF
from command_center.access.staff import StaffView, list_staff
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, device_state
from command_center.desk.turning import Tab, asked_page, asked_text, register_url, turn
from command_center.devices.enrolment import make_code as new_code
from command_center.devices.handovers import HandoverView, handovers_of, issue, take_back
from command_center.devices.models import RELAY_SIGNS
from command_center.devices.register import (
    DeviceQuery,
    DevicesFound,
    Place,
    find_devices,
    read_device,
)
from command_center.devices.seconds import SecondView, list_seconds, revoke_second
from command_center.devices.service import DeviceView, RevocationView, revoke, revoked_by
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.quarantine.views import count_quarantined, has_quarantined
from schemas.ids import short_id


@dataclass(frozen=True)
class DeviceShown:
    """A device as a row; `officer` empty: it lies in store; `carried`: an officer can hold it."""

    id: str
    short: str
    name: str
    officer: str
    state: State
    protection: str
    key: str
    enrolled: str
    contact: str
    revoked: str
    revocation: RevocationView | None
    carried: bool


@dataclass(frozen=True)
class HandoverShown:
    """A line of the ledger."""

    state: State
    at: str
    staff: str
    by: str
    condition: str


@dataclass(frozen=True)
class OfficerShown:
    """Who may be given a device."""

    id: str
    name: str
    role: str


@dataclass(frozen=True)
class CodeShown:
    """An enrolment code, on this page once and never again."""

    code: str
    officer: str


@dataclass(frozen=True)
class OneDevice:
    """What the page of one device reads in one look."""

    device: DeviceView
    revoked: dict[str, RevocationView]
    lines: list[HandoverView]
    total: int
    staff: list[StaffView]
    seconds: list[SecondView]
    apart: bool


@dataclass(frozen=True)
class SecondShown:
    """An officer who set a confirming PIN on a colleague's device."""

    key: str
    officer: str
    enrolled: str
    revoked: str


Revocations = dict[str, RevocationView]
Verb = Callable[..., None]


def _read(
    uow: UnitOfWork, who: Principal, query: DeviceQuery
) -> tuple[DevicesFound, Revocations, list[StaffView], int]:
    staff = list_staff(uow, who) if who.may("device:enrol") else []
    found = find_devices(uow, who, query)
    return (
        found,
        revoked_by(uow, who, [row.id for row in found.rows]),
        staff,
        count_quarantined(uow),
    )


def _read_one(uow: UnitOfWork, who: Principal, device: str, page: int) -> OneDevice:
    found = read_device(uow, who, device)
    staff = list_staff(uow, who) if who.may("device:issue") else []
    lines, total = handovers_of(uow, who, device, page)
    return OneDevice(found, revoked_by(uow, who, [device]), lines, total, staff,
                     list_seconds(uow, who, device), has_quarantined(uow, device))  # fmt: skip


def _second(one: SecondView) -> SecondShown:
    ended = show.moment(one.revoked_ms) if one.revoked_ms is not None else ""
    return SecondShown(one.key, one.officer_name, show.moment(one.enrolled_ms), ended)


def _heard_ms(device: DeviceView) -> int | None:
    """When it was heard last: a camera over a bridge never makes contact, it goes off the air."""
    bridged = device.protection == RELAY_SIGNS and not device.connected
    return device.connected_ms if bridged else device.last_contact_ms


def _present(device: DeviceView, revoked: Revocations) -> DeviceShown:
    words = {"file": _("文件（0600）"), "keystore": _("系统密钥库"), "hsm": _("加密机"),
             RELAY_SIGNS: _("中继代签")}  # fmt: skip
    return DeviceShown(
        device.id, short_id(device.id), device.name, device.officer_name,
        device_state(connected=device.connected, revoked=device.revoked_ms is not None),
        words.get(device.protection, device.protection),
        _("没有密钥") if device.protection == RELAY_SIGNS else show.fingerprint_text(device.key),
        show.moment(device.enrolled_ms), show.moment(_heard_ms(device)),
        show.moment(device.revoked_ms) if device.revoked_ms is not None else "",
        revoked.get(device.id), device.protection != RELAY_SIGNS,
    )  # fmt: skip


def _line(line: HandoverView) -> HandoverShown:
    state = State("brand", "conn", _("领用")) if line.issued else State("ok", "tick", _("交还"))
    return HandoverShown(state, show.moment(line.at_ms), line.staff, line.by, line.condition)


def _officers(staff: list[StaffView]) -> list[OfficerShown]:
    return [
        OfficerShown(one.id, one.name, show.role(one.role))
        for one in staff
        if one.active and one.role in FIELD_STAFF
    ]


def _query() -> DeviceQuery:
    place = request.args.get("place", "")
    return DeviceQuery(
        asked_text(), Place(place) if place in list(Place) else Place.ALL, asked_page()
    )


def _page(code: CodeShown | None = None) -> str:
    query = _query()
    found, revoked, staff, apart = database().read(_read, principal(), query)
    asked = {"q": query.text, "place": query.place.value}
    tabs = [
        Tab(show.pick(place.zh, place.en), found.counts[place],
            register_url("desk.devices", {**asked, "place": place.value}), place is query.place)
        for place in Place
    ]  # fmt: skip
    return render(
        "desk/devices.html",
        query=query,
        tabs=tabs,
        total=found.counts[query.place],
        devices=[_present(device, revoked) for device in found.rows],
        officers=_officers(staff),
        apart=apart,
        code=code,
        turn=turn("desk.devices", asked, query.page, len(found.rows), found.counts[query.place]),
    )


@blueprint.get("/devices")
@permits("device:read")
def devices() -> ResponseReturnValue:
    """Show the devices that `?q=` and `?place=` ask for, the newest first."""
    return _page()


def _one_page(device: str) -> str:
    page = asked_page()
    found = database().read(_read_one, principal(), device, page)
    shown_device = _present(found.device, found.revoked)
    lines = [_line(line) for line in found.lines]
    return render(
        "desk/device.html",
        device=shown_device,
        lines=lines,
        officers=_officers(found.staff),
        seconds=[_second(one) for one in found.seconds],
        apart=found.apart,
        turn=turn("desk.device", {}, page, len(lines), found.total, device=device),
    )


@blueprint.get("/devices/<device>")
@permits("device:read")
def device(device: str) -> ResponseReturnValue:
    """Show one device: who holds it, and the ledger of issue and return."""
    return _one_page(device)


@blueprint.post("/devices/<device>/issue")
@permits("device:issue")
def issue_device(device: str) -> ResponseReturnValue:
    """Give a device to an officer."""
    form = request.form
    return _handed(device, issue, form.get("officer", ""), form.get("condition", ""))


@blueprint.post("/devices/<device>/return")
@permits("device:issue")
def take_device_back(device: str) -> ResponseReturnValue:
    """Take a device back."""
    return _handed(device, take_back, request.form.get("condition", ""))


def _handed(device: str, verb: Verb, *said: str) -> ResponseReturnValue:
    database().run(verb, principal(), device, *said)
    return redirect(url_for("desk.device", device=device), 303)


@blueprint.post("/devices/<device>/seconds/<key>/revocation")
@permits("device:revoke")
def revoke_second_key(device: str, key: str) -> ResponseReturnValue:
    """Believe a second officer's PIN on this device no more."""
    database().run(revoke_second, principal(), device, key[:64])
    return redirect(url_for("desk.device", device=device), 303)


@blueprint.post("/devices/codes")
@permits("device:enrol")
def make_code() -> ResponseReturnValue:
    """Make an enrolment code and show it on this answer only."""
    officer = request.form.get("officer", "")
    code = database().run(new_code, principal(), officer)
    staff = database().read(list_staff, principal())
    name = next((one.name for one in staff if one.id == officer), "")
    return _page(CodeShown(code, name))


@blueprint.post("/devices/<device>/revocation")
@permits("device:revoke")
def revoke_device(device: str) -> ResponseReturnValue:
    """Revoke a device; relays drop it within five seconds."""
    database().run(revoke, principal(), device, request.form.get("reason", ""))
    return redirect(url_for("desk.devices"), 303)
