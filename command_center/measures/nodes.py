"""The nodes under which both parties are told of one measure, from its act to its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from command_center.cases.models import Party
from command_center.measures.against import NAMED
from command_center.measures.change import node_of
from command_center.measures.changes import CONVERTED, RELEASED, renewal_node
from command_center.measures.models import ControlPeriodRow, MeasureRow
from command_center.measures.owed import enforcement_node
from command_center.measures.queue import TURN_CAME, TURN_LOST
from command_center.measures.views import MeasureView, measure_views
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


def told_about(
    uow: UnitOfWork, principal: Principal, nodes: Collection[str], cases: Collection[str]
) -> dict[str, tuple[MeasureView, str]]:
    """Return by node the measure of these cases that raised it, and the name of the debtor whom it
    is against, empty where nobody named him."""
    principal.require("measure:read")
    wanted, found = set(nodes), dict[str, MeasureRow]()
    for row in uow.session.scalars(select(MeasureRow).where(MeasureRow.measure.in_(wanted))):
        found[row.measure] = row
    if not wanted <= found.keys():
        of_cases = list(uow.session.scalars(select(MeasureRow).where(MeasureRow.case.in_(cases))))
        periods = _periods(uow, [row.measure for row in of_cases])
        for row in of_cases:
            raised = _nodes(row.measure, row.case, periods[row.measure])
            found |= dict.fromkeys(wanted.intersection(raised), row)
    rows = {row.measure: row for row in found.values()}
    views = {one.measure: one for one in measure_views(uow, rows.values())}
    targets = select(Party.id, Party.name).where(
        Party.id.in_({row.target for row in rows.values()})
    )
    names = dict(uow.session.execute(targets).all())
    return {node: (views[row.measure], names.get(row.target or "", ""))
            for node, row in found.items()}  # fmt: skip


def nodes_of(uow: UnitOfWork, measure: str) -> list[str]:
    """Return every node that a measure may have raised: its execution, whom it is against, its
    turn, each renewal and the approach of each last day, what it became and how it ended; nothing
    need have been told of a node."""
    case = uow.session.get_one(MeasureRow, measure).case
    return _nodes(measure, case, _periods(uow, [measure])[measure])


def _periods(uow: UnitOfWork, measures: list[str]) -> dict[str, list[tuple[int, str]]]:
    """Return number and last day of the periods of measures."""
    query = select(ControlPeriodRow.measure, ControlPeriodRow.number, ControlPeriodRow.end_day)
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for measure, number, end_day in uow.session.execute(
        query.where(ControlPeriodRow.measure.in_(measures))
    ):
        found[measure].append((number, end_day))
    return found


def _nodes(measure: str, case: str, periods: list[tuple[int, str]]) -> list[str]:
    whats = [NAMED, RELEASED, CONVERTED, TURN_CAME, TURN_LOST, enforcement_node(case)]
    for number, end_day in periods:
        whats += [renewal_node(number), end_day]
    return [measure, *(node_of(measure, what) for what in whats)]
