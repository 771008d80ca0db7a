"""Devices: the list, a one-time enrolment code for an officer, revocation."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.staff import StaffView, list_staff
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.problems import ProblemShown, shown
from command_center.desk.states import State, device_state
from command_center.devices.enrolment import make_code as new_code
from command_center.devices.models import RELAY_SIGNS
from command_center.devices.service import DeviceView, list_devices, revoke
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import HTTP_STATUS, Kind, MzError

_FIELD_ROLES = frozenset({"ENF_OFFICER", "BAILIFF", "ASSISTANT", "JUDGE", "CLERK"})


@dataclass(frozen=True)
class DeviceShown:
    """A device as a row."""

    id: str
    short: str
    name: str
    officer: str
    state: State
    protection: str
    key: str
    enrolled: str
    contact: str
    revoked: bool


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


def _read(uow: UnitOfWork, who: Principal) -> tuple[list[DeviceView], list[StaffView]]:
    staff = list_staff(uow, who) if who.may("device:enrol") else []
    return list_devices(uow, who), staff


def _present(device: DeviceView) -> DeviceShown:
    words = {"file": _("文件（0600）"), "keystore": _("系统密钥库"), "hsm": _("加密机"),
             RELAY_SIGNS: _("中继代签")}  # fmt: skip
    return DeviceShown(
        device.id, show.short(device.id), device.name, device.officer_name,
        device_state(connected=device.connected, revoked=device.revoked_ms is not None),
        words.get(device.protection, device.protection),
        _("没有密钥") if device.protection == RELAY_SIGNS else show.fingerprint_text(device.key),
        show.moment(device.enrolled_ms), show.moment(device.last_contact_ms),
        device.revoked_ms is not None,
    )  # fmt: skip


def _page(code: CodeShown | None = None, problem: ProblemShown | None = None) -> str:
    found, staff = database().read(_read, principal())
    return render(
        "desk/devices.html",
        devices=[_present(device) for device in found],
        officers=[
            OfficerShown(one.id, one.name, show.role(one.role))
            for one in staff
            if one.active and one.role in _FIELD_ROLES
        ],
        code=code,
        problem=problem,
    )


@blueprint.get("/devices")
@permits("device:read")
def devices() -> ResponseReturnValue:
    """Show all devices."""
    return _page()


@blueprint.post("/devices/codes")
@permits("device:enrol")
def make_code() -> ResponseReturnValue:
    """Make an enrolment code and show it on this answer only."""
    officer = request.form.get("officer", "")
    try:
        code = database().run(new_code, principal(), officer)
    except MzError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        return _page(problem=shown(error, "officer")), HTTP_STATUS[error.kind]
    _found, staff = database().read(_read, principal())
    name = next((one.name for one in staff if one.id == officer), "")
    return _page(CodeShown(code, name))


@blueprint.post("/devices/<device>/revocation")
@permits("device:revoke")
def revoke_device(device: str) -> ResponseReturnValue:
    """Revoke a device; relays drop it within five seconds."""
    database().run(revoke, principal(), device, request.form.get("reason", ""))
    return redirect(url_for("desk.devices"), 303)
