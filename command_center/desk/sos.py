"""Alarms of officers on the desk: a bar over every page, and the page where they are ended."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.devices.sos import (
    WORDS,
    SosView,
    acknowledge,
    confirm_call_back,
    open_alarms,
)
from command_center.platform.pages import gettext as _
from schemas.records import SosCause
from schemas.time import now_ms


@dataclass(frozen=True)
class SosShown:
    """An alarm in the reader's language."""

    id: str
    device_id: str
    who: str
    device: str
    cause: str
    time: str
    place: str
    age: str
    operation: str | None
    taken: str
    duress: bool
    by_pin: bool
    may_end: bool


@blueprint.get("/sos/bar")
@permits("event:read")
def sos_bar() -> ResponseReturnValue:
    """Show the bar of open alarms, a part of every page."""
    return render_template("desk/_sos.html", alarms=_read(), may=principal().may)


@blueprint.get("/sos")
@permits("event:read")
def sos_page() -> ResponseReturnValue:
    """Show the open alarms, who took them, and the form that ends one."""
    return render("desk/sos.html", alarms=_read())


@blueprint.post("/sos/<sos>/taken")
@permits("order:send")
def take_sos(sos: str) -> ResponseReturnValue:
    """Say that one takes an alarm."""
    database().run(acknowledge, principal(), sos)
    return redirect(url_for("desk.sos_page"))


@blueprint.post("/sos/<sos>/ended")
@permits("order:send")
def end_sos(sos: str) -> ResponseReturnValue:
    """End an alarm after a call-back."""
    outcome = request.form.get("outcome", "")
    database().run(confirm_call_back, principal(), sos, outcome)
    return redirect(url_for("desk.sos_page"))


def _read() -> list[SosShown]:
    at_ms = now_ms()
    return [_present(one, at_ms) for one in database().read(open_alarms)]


def _present(one: SosView, at_ms: int) -> SosShown:
    taken = ""
    if one.taken_by and one.taken_ms:
        taken = _("%(name)s 于 %(time)s 接警", name=one.taken_by, time=show.clock(one.taken_ms))
    place, age = _("位置未知"), ""
    if one.lat is not None and one.lon is not None and one.seen_ms is not None:
        place = f"{one.lat:.5f}, {one.lon:.5f}"
        if one.accuracy_m is not None:
            place += f" ±{one.accuracy_m:.0f} m"
        minutes = max(at_ms - one.seen_ms, 0) // 60_000
        age = _("%(n)d 分钟前的位置", n=minutes) if minutes else _("1 分钟内的位置")
    return SosShown(
        one.sos, one.device, one.officer, one.device_name, show.pick(*WORDS[SosCause(one.cause)]),
        show.clock(one.raised_ms), place, age, one.operation, taken, one.duress, one.by_pin,
        one.may_end,
    )  # fmt: skip
