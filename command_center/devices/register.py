"""The register of devices: search, parts, pages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select

from command_center.access.models import Staff
from command_center.devices.models import Device
from command_center.devices.service import NEWEST_FIRST, DeviceView, device_views
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from command_center.platform.worded import Worded
from schemas.problems import Kind, MzError


class Place(Worded):
    """Where a device is by the ledger: the parts of the register."""

    ALL = "", "全部", "all"
    HELD = "held", "使用中", "in use"
    STORE = "store", "在库", "in store"
    REVOKED = "revoked", "已撤销", "revoked"


@dataclass(frozen=True)
class DeviceQuery:
    """Message: what is looked for; `text` in the device's name, at the end of its id, in its
    holder's name, or his number. `page` counts from 0."""

    text: str = ""
    place: Place = Place.ALL
    page: int = 0


@dataclass(frozen=True)
class DevicesFound:
    """A page, the newest first; `counts` of what the words leave."""

    rows: list[DeviceView]
    counts: dict[Place, int]


def find_devices(uow: UnitOfWork, principal: Principal, query: DeviceQuery) -> DevicesFound:
    """Return one page of the register."""
    principal.require("device:read")
    counts = {place: _count(uow, _asked(query.text, place)) for place in Place}
    ids = _asked(query.text, query.place).order_by(*NEWEST_FIRST)
    page = uow.session.scalars(ids.offset(query.page * PAGE).limit(PAGE)).all()
    return DevicesFound(device_views(uow, page), counts)


def read_device(uow: UnitOfWork, principal: Principal, device: str) -> DeviceView:
    """Return one device; `device.unknown`."""
    principal.require("device:read")
    found = device_views(uow, [device])
    if not found:
        raise MzError("device.unknown", Kind.NOT_FOUND, device[:40])
    return found[0]


def _asked(text: str, place: Place) -> Select[str]:
    query = select(Device.id).outerjoin(Staff, Staff.id == Device.holder)
    if text:
        query = query.where(
            or_(
                Device.name.icontains(text, autoescape=True),
                Device.id.iendswith(text, autoescape=True),
                Staff.name.icontains(text, autoescape=True),
                Staff.number == text,
            )
        )
    return query.where(*_at(place))


def _at(place: Place) -> list[ColumnElement[bool]]:
    match place:
        case Place.HELD:
            return [Device.revoked_ms.is_(None), Device.holder.is_not(None)]
        case Place.STORE:
            return [Device.revoked_ms.is_(None), Device.holder.is_(None)]
        case Place.REVOKED:
            return [Device.revoked_ms.is_not(None)]
    return []


def _count(uow: UnitOfWork, ids: Select[str]) -> int:
    return uow.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
