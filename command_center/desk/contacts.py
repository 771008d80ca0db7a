"""Numbers of parties at the desk: added with their source, confirmed, stopped; and holds."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk.page import blueprint
from command_center.desk.turning import stay_on
from command_center.notices.holds import place_hold
from command_center.notices.lifting import release_hold
from command_center.notices.numbers import add_number, confirm_number, deny_number
from command_center.platform import typed


def _back(case: str) -> ResponseReturnValue:
    return redirect(stay_on(url_for("desk.case", case=case)), 303)


@blueprint.post("/cases/<case>/parties/<party>/numbers")
@permits("contact:keep")
def add_contact(case: str, party: str) -> ResponseReturnValue:
    """Add a number or address with where it is from; it is unconfirmed until somebody says how."""
    form = request.form
    database().run(
        add_number, principal(), party, form.get("phone", ""), form.get("source", ""),
        form.get("how", ""), form.get("kind", "PHONE"),
    )  # fmt: skip
    return _back(case)


@blueprint.post("/cases/<case>/numbers/<contact>/confirmation")
@permits("contact:keep")
def confirm_contact(case: str, contact: str) -> ResponseReturnValue:
    """Confirm that a number is the party's."""
    database().run(confirm_number, principal(), contact, request.form.get("how", ""))
    return _back(case)


@blueprint.post("/cases/<case>/numbers/<contact>/denial")
@permits("contact:keep")
def deny_contact(case: str, contact: str) -> ResponseReturnValue:
    """Stop a number everywhere: its holder says that he is not the party."""
    database().run(deny_number, principal(), contact, request.form.get("how", ""))
    return _back(case)


@blueprint.post("/cases/<case>/holds")
@permits("notice:hold")
def hold_notices(case: str) -> ResponseReturnValue:
    """Hold the telling of both parties in a case, with a reason and a cap."""
    form = request.form
    hours = typed.whole(form.get("hours", ""))
    database().run(place_hold, principal(), case, form.get("reason", ""), hours)
    return _back(case)


@blueprint.post("/cases/<case>/holds/<hold>/release")
@permits("notice:hold")
def lift_hold(case: str, hold: str) -> ResponseReturnValue:
    """Lift a hold: everything that waited is told now."""
    database().run(release_hold, principal(), hold)
    return _back(case)
