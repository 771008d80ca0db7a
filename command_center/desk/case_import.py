"""Importing a file of cases on the desk: look at what each row will do, then do it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.case_file import COLUMNS, LARGEST_BYTES, MOST_ROWS, decode_file
from command_center.cases.importing import (
    NEW,
    REFUSED,
    SAME,
    ImportReport,
    import_file,
    look_at_file,
)
from command_center.cases.words import BIRTH_SOURCES
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.problems import sentence_of
from command_center.desk.states import State
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class RowShown:
    """A row of the file and what becomes of it."""

    line: int
    label: str
    state: State
    why: str
    code: str
    case: str


@dataclass(frozen=True)
class ReportShown:
    """Every row, and how many come out how; `text` is the file again while it is looked at only."""

    rows: tuple[RowShown, ...]
    new: int
    same: int
    refused: int
    text: str


def _present(report: ImportReport, text: str) -> ReportShown:
    states = {
        NEW: State("ok", "tick", _("将立案") if text else _("已立案")),
        SAME: State("o", "dot", _("已有，不变")),
        REFUSED: State("bad", "gap", _("不能导入")),
    }
    rows = tuple(
        RowShown(
            row.line, show.case_number(row.label), states[row.outcome],
            sentence_of(row.code) if row.code else "", row.code, "" if text else row.case,
        )
        for row in report.rows
    )  # fmt: skip
    new, same, refused = (report.count(one) for one in (NEW, SAME, REFUSED))
    return ReportShown(rows, new, same, refused, text)


def _page(report: ReportShown | None = None) -> str:
    return render(
        "desk/case_import.html", report=report, columns=COLUMNS,
        birth_sources=[show.pick(*words) for words in BIRTH_SOURCES.values()],
        kilobytes=LARGEST_BYTES // 1024, most=MOST_ROWS,
    )  # fmt: skip


@blueprint.get("/cases/import")
@permits("case:open")
def case_import() -> ResponseReturnValue:
    """Show the form."""
    return _page()


@blueprint.post("/cases/import/look")
@permits("case:open")
def look_at_case_file() -> ResponseReturnValue:
    """Show what importing the file would do."""
    sent = request.files.get("file")
    raw = sent.read(LARGEST_BYTES + 1) if sent else b""
    report = database().run(look_at_file, principal(), raw)
    return _page(_present(report, decode_file(raw)))


@blueprint.post("/cases/import")
@permits("case:open")
def import_cases() -> ResponseReturnValue:
    """Import the file that was looked at, and show what was done."""
    raw = request.form.get("text", "").encode()
    return _page(_present(database().run(import_file, principal(), raw), ""))
