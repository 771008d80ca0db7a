"""Operations that an officer opened at the scene: their mark, who confirms them, which case."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint
from command_center.desk.states import State
from command_center.operations import unplanned
from command_center.operations.views import Unplanned
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class UnplannedShown:
    """One that an officer opened. `case_known`: else whoever confirms it names the case, which
    the officer may have written as `case_number`; `open`: nobody confirmed it yet."""

    id: str
    mark: State
    kind: str
    officer: str
    with_him: str
    address: str
    opened: str
    received: str
    case_number: str
    case_known: bool
    open: bool
    confirmed: str


def present_unplanned(one: Unplanned) -> UnplannedShown:
    """Return it in the reader's language."""
    confirmed = ""
    if one.confirmed_ms is not None:
        confirmed = _("%(name)s 确认于 %(time)s", name=one.confirmed_by,
                      time=show.minute(one.confirmed_ms))  # fmt: skip
    return UnplannedShown(
        one.operation, _mark(one), show.pick(one.kind_zh, one.kind_en), one.officer_name,
        one.with_him, one.address, show.minute(one.opened_ms), show.minute(one.received_ms),
        one.case_number, one.case is not None, one.confirmed_ms is None, confirmed,
    )  # fmt: skip


def _mark(one: Unplanned) -> State:
    if one.confirmed_ms is None:
        if one.late:
            return State("bad", "fail", _("计划外 · 逾期未确认"))
        return State("warn", "flag", _("计划外 · 待确认"))
    if one.late:
        return State("warn", "flag", _("计划外 · 迟延确认"))
    return State("", "flag", _("计划外"))


@blueprint.post("/operations/<operation>/confirm")
@permits("operation:plan")
def confirm_unplanned(operation: str) -> ResponseReturnValue:
    """Confirm it, under the case that the form names where the officer named none."""
    number = request.form.get("case_number", "")
    database().run(unplanned.confirm, principal(), operation, number)
    return redirect(url_for("desk.operation", operation=operation), 303)
