"""Opening one case at the desk: a row of a case file, typed into a form and taken by its rules."""

from __future__ import annotations

import json

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.access.permissions import Role
from command_center.access.staff import StaffView, list_staff
from command_center.cases.case_file import COLUMNS
from command_center.cases.importing import NEW, SAME, import_file
from command_center.cases.words import BIRTH_SOURCES
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.time import court_time, now_ms


def _staff(uow: UnitOfWork, who: Principal) -> list[StaffView]:
    return list_staff(uow, who)


@blueprint.get("/cases/new")
@permits("case:open")
def new_case() -> ResponseReturnValue:
    """Show an empty form, filed today."""
    staff = database().read(_staff, principal())

    def choices(*roles: Role) -> list[tuple[str, str]]:
        return [("", "—"), *((one.number, f"{one.name} · {show.role(one.role)}")
                             for one in staff if one.role in roles)]  # fmt: skip

    return render(
        "desk/case_opening.html", filed=court_time(now_ms()).date().isoformat(),
        officers=choices(Role.ENF_OFFICER, Role.JUDGE), clerks=choices(Role.CLERK),
        birth_sources=[show.pick(*words) for words in BIRTH_SOURCES.values()],
    )  # fmt: skip


@blueprint.post("/cases/new")
@permits("case:open")
def open_case() -> ResponseReturnValue:
    """Open the case."""
    cells = {name: value.strip() for name in COLUMNS if (value := request.form.get(name, ""))}
    raw = json.dumps([cells], ensure_ascii=False).encode()
    (row,) = database().run(import_file, principal(), raw).rows
    if row.outcome not in (NEW, SAME):
        raise MzError(row.code, Kind.INVALID)
    return redirect(url_for("desk.case", case=row.case), 303)
