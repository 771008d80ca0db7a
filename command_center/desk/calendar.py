"""The court's calendar: the year's days that differ from the week, and its changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.deadlines.court_calendar import (
    CalendarChange,
    CourtCalendar,
    DayKind,
    change_day,
    changes_of_year,
    court_calendar,
)
from command_center.desk import show
from command_center.desk.deadlines import today
from command_center.desk.page import blueprint, render
from command_center.platform import typed
from command_center.platform.pages import gettext as _
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class ChangeShown:
    """A change of the calendar."""

    day: str
    kind: str
    note: str
    time: str


@dataclass(frozen=True)
class DayShown:
    """A day of the year that differs from its week."""

    day: str
    weekday: str
    rest: bool


def _read(uow: UnitOfWork, who: Principal, year: int) -> tuple[CourtCalendar, list[CalendarChange]]:
    return court_calendar(uow), changes_of_year(uow, who, year)


def _kinds() -> dict[DayKind, str]:
    return {
        DayKind.REST: _("休假日"),
        DayKind.WORK: _("调休上班"),
        DayKind.PUBLISHED: _("恢复公布的安排"),
    }


@blueprint.get("/calendar")
@permits("deadline:read")
def calendar() -> ResponseReturnValue:
    """Show the days of `?year=` that differ from the week."""
    year = typed.whole(request.args.get("year", str(today().year)))
    found, changes = database().read(_read, principal(), year)
    days = sorted(
        {(day, True) for day in found.days.rest} | {(day, False) for day in found.days.work}
    )
    kinds = _kinds()
    return render(
        "desk/calendar.html", year=year, known=year in found.days.years, kinds=kinds,
        days=[DayShown(day.isoformat(), show.weekday(day), rest) for day, rest in days
              if day.year == year],
        changes=[ChangeShown(one.day.isoformat(), kinds[one.kind], one.note,
                             show.moment(one.changed_ms)) for one in changes],
    )  # fmt: skip


@blueprint.post("/calendar")
@permits("calendar:change")
def change_calendar() -> ResponseReturnValue:
    """Change what a day is."""
    form = request.form
    day = form.get("day", "")
    database().run(change_day, principal(), day, form.get("kind", ""), form.get("note", ""))
    return redirect(url_for("desk.calendar", year=dt.date.fromisoformat(day).year), 303)
