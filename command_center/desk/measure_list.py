"""The whole list of a measure, the rows of every lot in one order."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk.acts import present_item, present_measure
from command_center.desk.page import blueprint, render
from command_center.measures.detail import read_measure
from command_center.measures.lots import awaited
from command_center.measures.views import MeasureView
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork

_ROWS = 200


def _read(uow: UnitOfWork, who: Principal, measure: str) -> tuple[MeasureView, list[int]]:
    return read_measure(uow, who, measure).measure, awaited(uow, measure)


@blueprint.get("/measures/<measure>/list")
@permits("measure:read")
def measure_list(measure: str) -> ResponseReturnValue:
    """Show the list page by page; the look is written down."""
    view, missing = database().run(_read, principal(), measure)
    pages = max(1, -(-len(view.items) // _ROWS))
    asked = request.args.get("page", "1")
    page = min(max(1, int(asked)), pages) if asked.isdigit() and len(asked) < 6 else 1
    rows = view.items[(page - 1) * _ROWS : page * _ROWS]
    return render(
        "desk/measure_list.html", m=present_measure(view, []), awaited=missing, page=page,
        pages=pages, items=[present_item(item) for item in rows],
    )  # fmt: skip
