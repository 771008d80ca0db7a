"""Cameras over a bridge on the desk: add one, switch it, see its state and its last error."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.staff import StaffView, list_staff
from command_center.desk import show
from command_center.desk.page import blueprint, render, settings
from command_center.desk.problems import sentence_of
from command_center.desk.states import State
from command_center.footage.live_sources import (
    LiveSourceView,
    NewLiveSource,
    add_live_source,
    give_live_source,
    list_live_sources,
    set_live_source,
)
from command_center.operations.service import list_operations
from command_center.operations.views import OperationRow
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.bridge import Road, SourceState

_MAX_OPERATIONS = 50
_ROADS = {Road.RTSP: "RTSP", Road.RTMP: "RTMP", Road.SRT: "SRT", Road.MPEGTS: "MPEG-TS · UDP"}


@dataclass(frozen=True)
class SourceShown:
    """A camera as a row; `where` is what it is set to, or what the relay fetches."""

    id: str
    name: str
    officer: str
    road: str
    where: str
    state: State
    since: str
    error: str
    error_code: str
    error_time: str
    error_cls: str
    enabled: bool
    operation: str
    operation_title: str


@dataclass(frozen=True)
class SourcesPage:
    """The page: rows and what the form offers."""

    rows: tuple[SourceShown, ...]
    officers: tuple[tuple[str, str], ...]
    operations: tuple[tuple[str, str], ...]
    roads: tuple[tuple[str, str], ...]


def source_state(state: str, *, enabled: bool) -> State:
    """Return the chip of a camera."""
    if not enabled:
        return State("t2", "off", _("已停用"))
    return {
        SourceState.OFF: State("warn", "conn", _("正在启用")),
        SourceState.WAITING: State("warn", "conn", _("等待画面")),
        SourceState.LIVE: State("live", "live", _("直播")),
        SourceState.FAILED: State("bad", "off", _("接入失败，自动重试")),
    }[SourceState(state)]


def _where(one: LiveSourceView) -> str:
    host = urlsplit(settings().relay.http_url).hostname or ""
    addresses = {
        Road.RTSP: one.address, Road.RTMP: f"rtmp://{host}:{one.port}/{_('密钥')}/{_('任意')}",
        Road.SRT: f"srt://{host}:{one.port}", Road.MPEGTS: f"udp://{host}:{one.port}",
    }  # fmt: skip
    peer = f" ← {one.peer}" if one.peer else ""
    return addresses[Road(one.road)] + peer


def _since(one: LiveSourceView) -> str:
    """Since when it is as it is; of one that went off the air, when that was."""
    if one.enabled and one.off_ms is not None:
        return _("断开于 %(time)s", time=show.moment_second(one.off_ms))
    return show.moment_second(one.changed_ms)


def _error_class(one: LiveSourceView) -> str:
    """How loud its last error is: whether it is one of now."""
    if not one.enabled or one.code_ms != one.changed_ms:
        return "t2"
    return "bad" if one.state == SourceState.FAILED else "warn"


def _present(one: LiveSourceView, titles: dict[str, str]) -> SourceShown:
    return SourceShown(
        one.id, one.name, one.officer_name, _ROADS[Road(one.road)], _where(one),
        source_state(one.state, enabled=one.enabled), _since(one),
        sentence_of(one.code) if one.code else "", one.code, show.moment_second(one.code_ms),
        _error_class(one),
        one.enabled, one.operation or "", titles.get(one.operation or "", ""),
    )  # fmt: skip


def _read(
    uow: UnitOfWork, who: Principal
) -> tuple[list[LiveSourceView], list[StaffView], list[OperationRow]]:
    operations = list_operations(uow, who)[:_MAX_OPERATIONS] if who.may("operation:read") else []
    return list_live_sources(uow, who), list_staff(uow, who), operations


def _page() -> SourcesPage:
    found, staff, operations = database().read(_read, principal())
    titles = {one.id: one.title for one in operations}
    return SourcesPage(
        tuple(_present(one, titles) for one in found),
        tuple((one.id, f"{one.name} · {show.role(one.role)}") for one in staff if one.active),
        tuple((one.id, f"{one.title} · {one.case_number}") for one in operations),
        tuple((str(road), word) for road, word in _ROADS.items()),
    )


@blueprint.get("/sources")
@permits("source:manage")
def live_sources() -> ResponseReturnValue:
    """Show all cameras; the rows alone for a page that looks again."""
    if "HX-Request" in request.headers:
        return render_template("desk/_sources.html", sources=_page())
    return render("desk/sources.html", sources=_page())


@blueprint.post("/sources")
@permits("source:manage")
def add_source() -> ResponseReturnValue:
    """Add a camera and switch it on."""
    form = request.form
    port = form.get("port", "")
    message = NewLiveSource(
        form.get("name", ""), form.get("officer", ""), form.get("road", ""),
        form.get("address", "").strip(), int(port) if port.isascii() and port.isdigit() else 0,
        form.get("peer", "").strip(), form.get("secret", ""), form.get("operation") or None,
    )  # fmt: skip
    database().run(add_live_source, principal(), message)
    return redirect(url_for("desk.live_sources"), 303)


@blueprint.post("/sources/operation")
@permits("source:manage")
def give_source() -> ResponseReturnValue:
    """Give a camera to another operation, or to none; it begins a new recording there."""
    form = request.form
    database().run(give_live_source, principal(), form.get("source", ""),
                   form.get("operation") or None)  # fmt: skip
    return redirect(url_for("desk.live_sources"), 303)


@blueprint.post("/sources/<source>")
@permits("source:manage")
def switch_source(source: str) -> ResponseReturnValue:
    """Switch a camera on or off."""
    form = request.form
    database().run(_switch, principal(), source, form.get("enabled") == "1",
                   form.get("operation") or None)  # fmt: skip
    return redirect(url_for("desk.live_sources"), 303)


def _switch(
    uow: UnitOfWork, who: Principal, source: str, enabled: bool, operation: str | None
) -> None:
    set_live_source(uow, who, source, enabled=enabled, operation=operation)
