"""Print runs of letters: begin one, see how far it is, take its sheets, stop it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.problems import sentence_of
from command_center.desk.states import State
from command_center.notices.print_models import ItemState, RunState
from command_center.notices.print_views import (
    FailedLetter,
    RunDetail,
    RunView,
    SheetView,
    read_run,
    recent_runs,
    sheet_bytes,
)
from command_center.notices.printing import begin_run, cancel_run
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class RunShown:
    """A run as a row. settled: letters that need no more of the worker, of `total`."""

    id: str
    state: State
    running: bool
    begun: str
    ended: str
    by: str
    made: int
    failed: int
    gone: int
    settled: int
    total: int


@dataclass(frozen=True)
class SheetShown:
    """A sheet to take unless it is deleted: its letters by places, how many, its digest's head."""

    sheet: int
    first: int
    last: int
    letters: int
    fingerprint: str
    deleted: bool


@dataclass(frozen=True)
class FailedShown:
    """A letter that failed: its place, whom it is for, and why."""

    number: int
    notice: str
    party: str
    case_id: str
    case_number: str
    code: str
    why: str


def _state(run: RunView) -> State:
    some_failed = run.counts[ItemState.FAILED] > 0
    return {
        RunState.RUNNING: State("brand", "back", _("生成中")),
        RunState.DONE: State("warn", "gap", _("部分失败"))
        if some_failed
        else State("ok", "tick", _("已完成")),
        RunState.CANCELLED: State("", "lapsed", _("已停止")),
        RunState.FAILED: State("bad", "gap", _("未能完成")),
    }[run.state]


def _run(one: RunView) -> RunShown:
    total, waiting = sum(one.counts.values()), one.counts[ItemState.WAITING]
    return RunShown(
        one.run, _state(one), one.state is RunState.RUNNING, show.moment(one.begun_ms),
        show.moment(one.ended_ms), one.begun_by_name, one.counts[ItemState.MADE],
        one.counts[ItemState.FAILED], one.counts[ItemState.GONE], total - waiting, total,
    )  # fmt: skip


def _sheet(one: SheetView) -> SheetShown:
    return SheetShown(one.sheet, one.first, one.last, one.letters,
                      show.fingerprint_text(one.sha256), one.deleted)  # fmt: skip


def _failed(one: FailedLetter) -> FailedShown:
    return FailedShown(
        one.number, one.notice, one.party_name, one.case, show.case_number(one.case_number),
        one.code, sentence_of(one.code),
    )  # fmt: skip


def _facts(detail: RunDetail) -> dict[str, object]:
    return {
        "run": _run(detail.run),
        "may_print": principal().may("notice:retry"),
        "sheets": [_sheet(one) for one in detail.sheets],
        "failed": [_failed(one) for one in detail.failed],
    }


@blueprint.get("/print-runs")
@permits("notice:read")
def print_runs() -> ResponseReturnValue:
    """Show the newest runs."""
    runs = database().read(recent_runs, principal())
    return render("desk/print_runs.html", runs=[_run(one) for one in runs])


@blueprint.post("/print-runs")
@permits("notice:retry")
def begin_print_run() -> ResponseReturnValue:
    """Begin a run of every letter that waits for the post."""
    run = database().run(begin_run, principal(), request.form.get("run", ""))
    return redirect(url_for("desk.print_run", run=run), 303)


@blueprint.get("/print-runs/<run>")
@permits("notice:read")
def print_run(run: str) -> ResponseReturnValue:
    """Show one run; its part alone for a page that looks again."""
    facts = _facts(database().read(read_run, principal(), run))
    if "HX-Request" in request.headers:
        return render_template("desk/_print_run.html", **facts)
    return render("desk/print_run.html", **facts)


@blueprint.get("/print-runs/<run>/<int:sheet>.pdf")
@permits("notice:retry")
def print_run_sheet(run: str, sheet: int) -> ResponseReturnValue:
    """Answer with the PDF of a sheet."""
    response = Response(
        database().run(sheet_bytes, principal(), run, sheet), mimetype="application/pdf"
    )
    response.headers["Content-Disposition"] = f"inline; filename=letters-{sheet}.pdf"
    return response


@blueprint.post("/print-runs/<run>/cancellation")
@permits("notice:retry")
def cancel_print_run(run: str) -> ResponseReturnValue:
    """Stop a run; what was made stays."""
    database().run(cancel_run, principal(), run)
    return redirect(url_for("desk.print_run", run=run), 303)
