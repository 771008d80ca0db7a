"""Operations that an officer opened at the scene: their mark, who confirms them, which case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint
from command_center.desk.states import State
from command_center.measures.case_correction import CorrectCase, correct_case
from command_center.operations import unplanned
from command_center.operations.case_correction import CaseCorrection
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
    corrections: tuple[str, ...] = ()


def present_unplanned(one: Unplanned, corrections: Sequence[CaseCorrection] = ()) -> UnplannedShown:
    """Return it in the reader's language."""
    confirmed = ""
    if one.confirmed_ms is not None:
        confirmed = _("%(name)s 确认于 %(time)s", name=one.confirmed_by,
                      time=show.minute(one.confirmed_ms))  # fmt: skip
    return UnplannedShown(
        one.operation, _mark(one), show.pick(one.kind_zh, one.kind_en), one.officer_name,
        one.with_him, one.address, show.minute(one.opened_ms), show.minute(one.received_ms),
        one.case_number, one.case is not None, one.confirmed_ms is None, confirmed,
        tuple(present_correction(each) for each in corrections),
    )  # fmt: skip


def _mark(one: Unplanned) -> State:
    if one.confirmed_ms is None:
        if one.late:
            return State("bad", "fail", _("计划外 · 逾期未确认"))
        return State("warn", "flag", _("计划外 · 待确认"))
    if one.late:
        return State("warn", "flag", _("计划外 · 迟延确认"))
    return State("", "flag", _("计划外"))


def present_correction(one: CaseCorrection) -> str:
    """Return in words how the case was corrected."""
    return _("%(name)s 于 %(time)s 将案件由 %(old)s 更正为 %(new)s：%(reason)s",
             name=one.by, time=show.minute(one.at_ms), old=show.case_number(one.from_number),
             new=show.case_number(one.to_number), reason=one.reason)  # fmt: skip


@blueprint.post("/operations/<operation>/case")
@permits("operation:plan")
def correct_operation_case(operation: str) -> ResponseReturnValue:
    """Correct the case that the officer chose, with a reason."""
    form = request.form
    message = CorrectCase(operation, form.get("case_number", ""), form.get("reason", ""))
    database().run(correct_case, principal(), message)
    return redirect(url_for("desk.operation", operation=operation), 303)


@blueprint.post("/operations/<operation>/confirm")
@permits("operation:plan")
def confirm_unplanned(operation: str) -> ResponseReturnValue:
    """Confirm it, under the case that the form names where the officer named none."""
    number = request.form.get("case_number", "")
    database().run(unplanned.confirm, principal(), operation, number)
    return redirect(url_for("desk.operation", operation=operation), 303)
