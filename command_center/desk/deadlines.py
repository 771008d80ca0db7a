"""Deadlines: the court's clocks by nearness, a case's, and one that can be read to the end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.service import case_view
from command_center.cases.views import CaseView
from command_center.closing.recheck import RECHECK, RESULTS, finish_clock
from command_center.deadlines import intervals, service
from command_center.deadlines.rulepack import law
from command_center.deadlines.views import (
    ClockView,
    IntervalView,
    clocks_of_case,
    intervals_of_case,
    open_clocks,
    read_clock,
)
from command_center.deadlines.words import GROUNDS
from command_center.desk import show
from command_center.desk.clocks import present_clock
from command_center.desk.page import blueprint, render
from command_center.desk.turning import asked_page, turn
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.time import court_time, now_ms


@dataclass(frozen=True)
class CaseDeadlines:
    """What a case's page of deadlines reads in one look."""

    case: CaseView
    clocks: list[ClockView]
    intervals: list[IntervalView]


def _read(uow: UnitOfWork, who: Principal, case: str) -> CaseDeadlines:
    return CaseDeadlines(
        case_view(uow, case), clocks_of_case(uow, who, case), intervals_of_case(uow, who, case)
    )


def today() -> dt.date:
    """Return the court's day."""
    return court_time(now_ms()).date()


@blueprint.get("/deadlines")
@permits("deadline:read")
def deadlines() -> ResponseReturnValue:
    """Show a page of the court's open clocks, the nearest date first."""
    page = asked_page()
    found, total = database().read(open_clocks, principal(), page)
    return render("desk/deadlines.html", clocks=[present_clock(one) for one in found],
                  turn=turn("desk.deadlines", {}, page, len(found), total))  # fmt: skip


@blueprint.get("/cases/<case>/deadlines")
@permits("deadline:read")
def case_deadlines(case: str) -> ResponseReturnValue:
    """Show a case's clocks, the intervals that stop them, and the forms to keep both."""
    found = database().read(_read, principal(), case)
    rules = [(one.rule.key, show.pick(one.rule.zh, one.rule.en)) for one in law().rules(today())]
    return render(
        "desk/case_deadlines.html", case_id=case, number=show.case_number(found.case.number),
        clocks=[present_clock(one) for one in found.clocks], intervals=found.intervals,
        rules=rules, today=today().isoformat(),
        grounds={one: show.pick(one, GROUNDS[one]) for one in law().grounds()},
    )  # fmt: skip


@blueprint.get("/deadlines/<deadline>")
@permits("deadline:read")
def deadline(deadline: str) -> ResponseReturnValue:
    """Show one clock with every step from its start to its date, computed now."""
    clock = present_clock(database().read(read_clock, principal(), deadline))
    results = [(code, show.pick(*words)) for code, words in RESULTS.items()]
    return render("desk/deadline.html", clock=clock, today=today().isoformat(),
                  results=results if clock.rule == RECHECK else ())  # fmt: skip


@blueprint.post("/cases/<case>/deadlines")
@permits("deadline:keep")
def start_clock(case: str) -> ResponseReturnValue:
    """Start a clock."""
    form = request.form
    message = service.NewDeadline(
        case, form.get("rule", ""), form.get("start_day", ""), form.get("subject", "")
    )
    made = database().run(service.start_deadline, principal(), message)
    return redirect(url_for("desk.deadline", deadline=made), 303)


@blueprint.post("/cases/<case>/intervals")
@permits("deadline:keep")
def add_interval(case: str) -> ResponseReturnValue:
    """Record days that do not count."""
    form = request.form
    message = intervals.NewInterval(
        case, form.get("ground", ""), form.get("first_day", ""), form.get("last_day", ""),
        form.get("paper", ""),
    )  # fmt: skip
    database().run(intervals.record_interval, principal(), message)
    return redirect(url_for("desk.case_deadlines", case=case), 303)


@blueprint.post("/cases/<case>/intervals/<interval>/end")
@permits("deadline:keep")
def end_interval(case: str, interval: str) -> ResponseReturnValue:
    """Record the last day of an interval."""
    day = request.form.get("last_day", "")
    database().run(intervals.end_interval, principal(), interval, day)
    return redirect(url_for("desk.case_deadlines", case=case), 303)


@blueprint.post("/cases/<case>/intervals/<interval>/void")
@permits("deadline:keep")
def void_interval(case: str, interval: str) -> ResponseReturnValue:
    """Void an interval that never was one."""
    why = request.form.get("why", "")
    database().run(intervals.void_interval, principal(), interval, why)
    return redirect(url_for("desk.case_deadlines", case=case), 303)


@blueprint.post("/deadlines/<deadline>/end")
@permits("deadline:keep")
def end_clock(deadline: str) -> ResponseReturnValue:
    """Record that what was due is done."""
    form = request.form
    database().run(finish_clock, principal(), deadline, form.get("day", ""), form.get("how", ""),
                   form.get("result", ""))  # fmt: skip
    return redirect(url_for("desk.deadline", deadline=deadline), 303)


@blueprint.post("/deadlines/<deadline>/extension")
@permits("deadline:keep")
def extend_clock(deadline: str) -> ResponseReturnValue:
    """Record an approved extension."""
    form = request.form
    database().run(
        service.extend_deadline, principal(), deadline, typed.whole(form.get("count", "")),
        form.get("approver", ""), form.get("paper", ""),
    )  # fmt: skip
    return redirect(url_for("desk.deadline", deadline=deadline), 303)


@blueprint.post("/deadlines/<deadline>/withdrawal")
@permits("deadline:keep")
def withdraw_clock(deadline: str) -> ResponseReturnValue:
    """Withdraw a clock that was started by mistake."""
    why = request.form.get("why", "")
    database().run(service.withdraw_deadline, principal(), deadline, why)
    return redirect(url_for("desk.deadline", deadline=deadline), 303)
