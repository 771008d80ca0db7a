"""Planning a visit at the desk: when, where, who goes, who presides; changed or called off."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.service import case_view
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.operations import planning
from command_center.operations.planning import NewOperation, possible_crew
from command_center.operations.service import read_operation
from command_center.operations.site import RADII_M, USUAL_RADIUS_M, site_text
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.time import court_time, now_ms

_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Member:
    """Somebody who may go: `goes` if he is chosen, `presides` if he leads."""

    id: str
    name: str
    role: str
    goes: bool
    presides: bool


@dataclass(frozen=True)
class PlanForm:
    """What the form shows; `operation` is a new id or the visit that is changed."""

    case: str
    case_number: str
    operation: str
    title: str
    address: str
    site: str
    radii: tuple[tuple[str, str], ...]
    radius: str
    start: str
    members: tuple[Member, ...]
    new: bool


@dataclass(frozen=True)
class _Facts:
    number: str
    people: list[tuple[str, str, str]]
    in_charge: tuple[str, ...]


def _read(uow: UnitOfWork, who: Principal, case: str) -> _Facts:
    view = case_view(uow, case)
    return _Facts(view.number, possible_crew(uow, who), tuple(o.staff for o in view.officers))


def _typed(case: str, operation: str) -> NewOperation:
    form = request.form
    return NewOperation(
        case, form.get("title", ""), form.get("address", ""), typed.moment(form.get("start", "")),
        tuple(form.getlist("crew")), form.get("presiding", ""), operation,
        form.get("site", ""), typed.whole(form.get("site_radius_m", str(USUAL_RADIUS_M))),
    )  # fmt: skip


def _form(message: NewOperation, *, new: bool) -> PlanForm:
    """Return the form as a message fills it."""
    facts = database().read(_read, principal(), message.case)
    return PlanForm(
        message.case, show.case_number(facts.number), message.operation, message.title,
        message.address, message.site[:80],
        tuple((str(metres), _("%(n)d 米", n=metres)) for metres in RADII_M),
        str(message.site_radius_m), court_time(message.planned_start_ms).strftime("%Y-%m-%dT%H:%M"),
        tuple(
            Member(staff, name, show.role(role), staff in message.crew,
                   staff == message.presiding)
            for staff, name, role in facts.people
        ),
        new,
    )  # fmt: skip


def _page(form: PlanForm) -> str:
    return render("desk/operation_plan.html", form=form)


@blueprint.get("/cases/<case>/operations/new")
@permits("operation:plan")
def new_operation(case: str) -> ResponseReturnValue:
    """Show an empty plan: an hour from now, those in charge of the case as the crew."""
    in_charge = database().read(_read, principal(), case).in_charge
    presides = in_charge[0] if in_charge else ""
    start_ms = now_ms() // _HOUR_MS * _HOUR_MS + 2 * _HOUR_MS
    return _page(
        _form(NewOperation(case, "", "", start_ms, in_charge, presides, new_id()), new=True)
    )


@blueprint.post("/cases/<case>/operations")
@permits("operation:plan")
def plan_operation(case: str) -> ResponseReturnValue:
    """Plan a visit."""
    message = _typed(case, request.form.get("operation", ""))
    operation = database().run(planning.plan_operation, principal(), message)
    return redirect(url_for("desk.operation", operation=operation), 303)


@blueprint.get("/operations/<operation>/plan")
@permits("operation:plan")
def operation_plan(operation: str) -> ResponseReturnValue:
    """Show the plan of a visit, to change it or to call it off."""
    row = database().read(read_operation, principal(), operation).row
    presides = next((one.staff for one in row.crew if one.presiding), "")
    message = NewOperation(
        row.case, row.title, row.address, row.planned_start_ms,
        tuple(one.staff for one in row.crew), presides, row.id, site_text(row.site),
        row.site.radius_m if row.site else USUAL_RADIUS_M,
    )  # fmt: skip
    return _page(_form(message, new=False))


@blueprint.post("/operations/<operation>/plan")
@permits("operation:plan")
def change_plan(operation: str) -> ResponseReturnValue:
    """Replace the plan of a visit that nobody departed for."""
    case = database().read(read_operation, principal(), operation).row.case
    message = _typed(case, operation)
    database().run(planning.change_plan, principal(), operation, message)
    return redirect(url_for("desk.operation", operation=operation), 303)


@blueprint.post("/operations/<operation>/call-off")
@permits("operation:plan")
def call_off(operation: str) -> ResponseReturnValue:
    """Call off a visit that nobody departed for."""
    reason = request.form.get("reason", "")
    database().run(planning.call_off, principal(), operation, reason)
    return redirect(url_for("desk.operation", operation=operation), 303)
