"""The clerk's tasks: parties that no machine could tell."""

from __future__ import annotations

import dataclasses

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.cases.models import Case, Party
from command_center.notices.changes import shown_name
from command_center.notices.models import NoticeRow, TaskRow
from command_center.notices.states import NoticeState
from command_center.platform import typed
from command_center.platform.paging import PAGE
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex


@dataclasses.dataclass(frozen=True)
class TaskView:
    """Tell this party in another way: why, since when, and what came of it."""

    task: str
    notice: str
    case: str
    case_number: str
    party: str
    party_name: str
    reason: NoticeState
    code: str
    done: bool
    created_ms: int
    done_ms: int | None
    done_by: str
    outcome: str


def open_tasks(uow: UnitOfWork, principal: Principal) -> list[TaskView]:
    """Return a page of what is still to be done, oldest first."""
    principal.require("notice:read")
    rows = uow.session.scalars(
        select(TaskRow).where(TaskRow.state == "OPEN").order_by(TaskRow.created_ms).limit(PAGE)
    )
    return [_view(uow, row) for row in list(rows)]


def tasks_of(uow: UnitOfWork, told: NoticeRow) -> tuple[TaskView, ...]:
    """Return the tasks to tell this notice's party of its node, for this room."""
    query = (
        select(TaskRow)
        .join(NoticeRow, NoticeRow.notice == TaskRow.notice)
        .where(
            NoticeRow.node == told.node, NoticeRow.purpose == told.purpose,
            NoticeRow.party == told.party,
        )
        .order_by(TaskRow.created_ms)
    )  # fmt: skip
    return tuple(_view(uow, row) for row in list(uow.session.scalars(query)))


def count_open_tasks(uow: UnitOfWork) -> int:
    """Return how much is still to be done."""
    query = select(func.count()).where(TaskRow.state == "OPEN")
    return int(uow.session.scalar(query) or 0)


def finish_task(uow: UnitOfWork, principal: Principal, task: str, outcome: str) -> TaskView:
    """Record how the party was told instead (by paper, by telephone, at the scene).

    Errors: `task.unknown`, `task.already_done`, `task.no_outcome`.
    """
    principal.require("notice:retry")
    row = uow.session.get(TaskRow, task, with_for_update=True)
    if row is None:
        raise MzError("task.unknown", Kind.NOT_FOUND, task[:40])
    if row.state != "OPEN":
        raise MzError("task.already_done", Kind.CONFLICT, task)
    said = typed.line(outcome)
    if not said:
        raise MzError("task.no_outcome", Kind.INVALID)
    _finish(uow, principal, row, said)
    return _view(uow, row)


def finish_of_node(uow: UnitOfWork, principal: Principal, told: NoticeRow, outcome: str) -> None:
    """Finish the open tasks to tell this notice's party of its node: another road reached it."""
    query = (
        select(TaskRow)
        .join(NoticeRow, NoticeRow.notice == TaskRow.notice)
        .where(
            NoticeRow.node == told.node, NoticeRow.purpose == told.purpose,
            NoticeRow.party == told.party, TaskRow.state == "OPEN",
        )
        .with_for_update(of=TaskRow)
    )  # fmt: skip
    for row in list(uow.session.scalars(query)):
        _finish(uow, principal, row, outcome)


def _finish(uow: UnitOfWork, principal: Principal, row: TaskRow, outcome: str) -> None:
    row.state, row.done_ms, row.done_by, row.outcome = "DONE", uow.now_ms, principal.id, outcome
    uow.ledger(
        "party:task:done",
        principal.id,
        row.task,
        sha256_hex(outcome.encode()),
        {"case": row.case, "notice": row.notice},
    )
    uow.emit("TaskDone", "告知任务已办结", "A notice task is done", case=row.case, subject=row.task)


def _view(uow: UnitOfWork, row: TaskRow) -> TaskView:
    party = uow.session.get_one(Party, row.party)
    by = uow.session.get(Staff, row.done_by) if row.done_by else None
    return TaskView(
        row.task,
        row.notice,
        row.case,
        uow.session.get_one(Case, row.case).number,
        row.party,
        shown_name(party.name, party.is_person),
        NoticeState(row.reason),
        row.code,
        row.state == "DONE",
        row.created_ms,
        row.done_ms,
        by.name if by is not None else "",
        row.outcome,
    )
