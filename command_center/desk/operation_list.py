"""The register of operations: what is planned, who is out, what is over."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, operation_state
from command_center.desk.turning import Tab, asked_page, asked_text, register_url, turn
from command_center.desk.unplanned import UnplannedShown, present_unplanned
from command_center.operations.register import Group, OperationQuery, operation_register
from command_center.operations.unplanned import unconfirmed
from command_center.operations.views import OperationRow
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class OperationShown:
    """A visit as a row or a card."""

    id: str
    case_id: str
    case_number: str
    title: str
    address: str
    planned: str
    state: State
    crew: str
    unplanned: UnplannedShown | None


def present_operation(row: OperationRow) -> OperationShown:
    """Return an operation in the reader's language."""
    return OperationShown(
        row.id, row.case, show.case_number(row.case_number), row.title, row.address,
        show.moment(row.planned_start_ms), operation_state(row.state),
        "、".join(member.name for member in row.crew),
        present_unplanned(row.unplanned) if row.unplanned else None,
    )  # fmt: skip


@blueprint.get("/operations")
@permits("operation:read")
def operations() -> ResponseReturnValue:
    """Show the operations that `?q=` and `?group=` ask for, the newest first."""
    asked = request.args.get("group", "")
    group = Group(asked) if asked in list(Group) else Group.ALL
    query = OperationQuery(asked_text(), group, asked_page())
    found = database().read(operation_register, principal(), query)
    waiting = database().read(unconfirmed, principal())
    words = {
        Group.ALL: _("全部"), Group.PLANNED: _("待出警"), Group.OUT: _("进行中"),
        Group.OVER: _("已结束"),
    }  # fmt: skip
    return render(
        "desk/operations.html", operations=[present_operation(row) for row in found.rows],
        query=query, total=found.total,
        unplanned=[present_unplanned(one) for one in waiting],
        tabs=[
            Tab(word, found.counts[one],
                register_url("desk.operations", {"q": query.text, "group": one.value}),
                one is group)
            for one, word in words.items()
        ],
        turn=turn("desk.operations", {"q": query.text, "group": group.value}, query.page,
                  len(found.rows), found.total),
    )  # fmt: skip
