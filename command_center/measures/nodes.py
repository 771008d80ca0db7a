"""The nodes under which both parties are told of one measure, from its act to its end."""

from __future__ import annotations

from sqlalchemy import select

from command_center.measures.against import NAMED
from command_center.measures.change import node_of
from command_center.measures.changes import CONVERTED, RELEASED, renewal_node
from command_center.measures.models import ControlPeriodRow, MeasureRow
from command_center.measures.owed import enforcement_node
from command_center.measures.queue import TURN_CAME, TURN_LOST
from command_center.platform.uow import UnitOfWork


def nodes_of(uow: UnitOfWork, measure: str) -> list[str]:
    """Return every node that a measure may have raised: its execution, whom it is against, its
    turn, each renewal and the approach of each last day, what it became and how it ended; nothing
    need have been told of a node."""
    case = uow.session.get_one(MeasureRow, measure).case
    periods = select(ControlPeriodRow.number, ControlPeriodRow.end_day).where(
        ControlPeriodRow.measure == measure
    )
    whats = [NAMED, RELEASED, CONVERTED, TURN_CAME, TURN_LOST, enforcement_node(case)]
    for number, end_day in uow.session.execute(periods):
        whats += [renewal_node(number), end_day]
    return [measure, *(node_of(measure, what) for what in whats)]
