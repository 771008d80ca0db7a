"""What faces see of a case's states: each change with ground, reason, paper and approver."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from command_center.access.models import Staff
from command_center.cases.file_models import StateChange
from command_center.cases.words import CASE_STATES
from command_center.closing.rules import CLOSE_KINDS, GROUNDS
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class StateChangeView:
    """A change of state; words and ground in Chinese and English, ground empty where none is."""

    before: str
    after: str
    close_kind: str
    word: tuple[str, str]
    ground: tuple[str, str]
    day: dt.date
    reason: str
    paper: str
    approver: str
    changed_by: str


def state_changes(uow: UnitOfWork, case: str) -> list[StateChangeView]:
    """Return the changes of a case's state, oldest first."""
    rows = uow.session.scalars(
        select(StateChange).where(StateChange.case == case).order_by(StateChange.number)
    ).all()
    staff = {id_ for row in rows for id_ in (row.approver, row.changed_by)}
    names = dict(uow.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff))).all())
    return [
        StateChangeView(
            row.before, row.after, row.close_kind,
            CLOSE_KINDS[row.close_kind] if row.close_kind else CASE_STATES[row.after],
            GROUNDS.get(row.close_kind or row.after, {}).get(row.ground, ("", "")),
            dt.date.fromisoformat(row.day), row.reason, row.paper, names.get(row.approver, ""),
            names.get(row.changed_by, ""),
        )
        for row in rows
    ]  # fmt: skip
