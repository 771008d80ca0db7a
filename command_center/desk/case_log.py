"""The enforcement log on the desk: a line written by hand, or one that sets another right."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.cases.log import NewEntry, write_entry
from command_center.desk.page import blueprint
from command_center.platform import typed
from schemas.problems import Kind, MzError

_DIGITS = 15


@blueprint.post("/cases/<case>/log")
@permits("log:write")
def write_log(case: str) -> ResponseReturnValue:
    """Write a line; with `corrects` it names the one that it sets right."""
    form = request.form
    corrects = form.get("corrects", "")
    message = NewEntry(
        form.get("entry", ""), case, typed.moment(form.get("at", "")),
        form.get("text", ""), form.get("place", ""),
        _line(corrects) if corrects else None, form.get("reason", ""),
    )  # fmt: skip
    database().run(write_entry, principal(), message)
    return redirect(url_for("desk.case", case=case), 303)


def _line(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise MzError("log.unknown", Kind.NOT_FOUND, text[:20])
    return int(text)
