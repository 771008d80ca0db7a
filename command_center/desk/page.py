"""The frame of every desk page: who is signed in, where he may go, what waits for him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, url_for

from command_center.access.accounts import count_waiting
from command_center.access.guard import database, guard_request, load_staff, principal
from command_center.desk import show
from command_center.desk.problems import sentences_of
from command_center.guardian.views import count_reasons_owed
from command_center.notices.tasks import count_open_tasks
from command_center.operations.presence import PresenceBoard
from command_center.platform import event_log
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.settings import Settings
from command_center.platform.uow import UnitOfWork
from command_center.quarantine.views import count_quarantined
from schemas.time import now_ms

_REFUSALS = ("derive.", "export.", "playback.", "recording.", "relay.", "talk.", "ticket.")
"""What scripts may be refused on any page: live pictures, talk, the archive and its exports."""

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@dataclass(frozen=True)
class NavigationItem:
    """A place in the rail; `count` is what waits there."""

    name: str
    icon: str
    label: str
    url: str
    count: int = 0


@dataclass(frozen=True)
class Frame:
    """What the layout shows around a page; `refusals`: sentences by code, for its scripts."""

    since: int
    name: str
    role: str
    today: str
    clock: str
    navigation: tuple[NavigationItem, ...]
    may: Callable[[str], bool]
    refusals: dict[str, str]


@blueprint.before_request
def _guard() -> None:
    load_staff()
    guard_request(csrf=True)


def settings() -> Settings:
    """Return the settings of this centre."""
    return database().settings


def presence_board() -> PresenceBoard:
    """Return who is where now."""
    board: PresenceBoard = current_app.extensions["mz_presence"]
    return board


def render(template: str, **context: object) -> str:
    """Return a page with its frame; a part of a page (htmx) carries no frame of its own."""
    return render_template(template, desk=_frame(), **context)


def _frame() -> Frame:
    who, at_ms = principal(), now_ms()
    since, *counts = database().read(_waiting, who)
    return Frame(
        since, who.name, show.role(who.role), show.long_day(at_ms), show.clock(at_ms),
        tuple(_navigation(who.may, *counts)), who.may,
        sentences_of(_REFUSALS),
    )  # fmt: skip


def _waiting(uow: UnitOfWork, who: Principal) -> tuple[int, int, int, int, int]:
    tasks = count_open_tasks(uow) if who.may("notice:read") else 0
    owed = count_reasons_owed(uow) if who.may("deadline:read") else 0
    changes = count_waiting(uow, who) if who.may("staff:agree") else 0
    apart = count_quarantined(uow) if who.may("quarantine:read") else 0
    return event_log.latest_cursor(uow.session), tasks, owed, changes, apart


def _navigation(
    may: Callable[[str], bool],
    tasks: int = 0,
    owed: int = 0,
    changes: int = 0,
    apart: int = 0,
) -> list[NavigationItem]:
    places = [
        ("wall", "layout-grid", _("大屏"), "desk.wall", "live:watch", 0),
        ("operation", "broadcast", _("行动"), "desk.operations", "operation:read", 0),
        ("recording", "movie", _("存档"), "desk.recordings", "recording:read", 0),
        ("case", "folder", _("案件"), "desk.cases", "case:read", 0),
        ("measure", "lock", _("措施"), "desk.measures", "measure:read", 0),
        ("deadline", "calendar-due", _("期限"), "desk.deadlines", "deadline:read", 0),
        ("paper", "file-description", _("文书"), "desk.papers", "paper:read", 0),
        ("alarm", "alert-triangle", _("预警"), "desk.alarm_register", "deadline:read", owed),
        ("notice", "send", _("告知"), "desk.notices", "notice:read", tasks),
        ("device", "device-mobile", _("设备"), "desk.devices", "device:read", apart),
        ("staff", "users", _("人员"), "desk.staff_accounts", "staff:read", changes),
        ("ledger", "certificate", _("账本"), "desk.ledger", "ledger:read", 0),
    ]
    if settings().sms.provider == "simulated":
        places.append(("sms", "message-2", _("模拟短信"), "desk.simulated_sms", "sms:read", 0))
    return [
        NavigationItem(name, icon, label, url_for(endpoint), count)
        for name, icon, label, endpoint, permission, count in places
        if may(permission)
    ]


def first_place(may: Callable[[str], bool]) -> str:
    """Return the address of the first page that a role opens."""
    found = _navigation(may)
    return found[0].url if found else url_for("desk.own_page")
