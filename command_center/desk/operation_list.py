"""Operations of these days as a list."""

from __future__ import annotations

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from command_center.access.guard import database, permits, principal
from command_center.desk import show
from command_center.desk.page import blueprint, render
from command_center.desk.states import State, operation_state
from command_center.operations.service import list_operations
from command_center.operations.views import OperationRow


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


def present_operation(row: OperationRow) -> OperationShown:
    """Return an operation in the reader's language."""
    return OperationShown(
        row.id, row.case, show.case_number(row.case_number), row.title, row.address,
        show.moment(row.planned_start_ms), operation_state(row.state),
        "、".join(member.name for member in row.crew),
    )  # fmt: skip


@blueprint.get("/operations")
@permits("operation:read")
def operations() -> ResponseReturnValue:
    """Show the operations from two days ago to two days ahead."""
    rows = database().read(list_operations, principal())
    return render("desk/operations.html", operations=[present_operation(row) for row in rows])
