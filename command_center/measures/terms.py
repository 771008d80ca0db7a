"""Control periods as rows: the first and each renewal, with the dates as the paper wrote them."""

from __future__ import annotations

from command_center.measures import period
from command_center.measures.columns import line
from command_center.measures.models import ControlPeriodRow, MeasureRow
from command_center.platform.uow import UnitOfWork


def add_term(
    uow: UnitOfWork, row: MeasureRow, number: int, term: period.Period, paper: tuple[str, str]
) -> None:
    """Add a period to a measure; its last day is the one in force from now on."""
    row.control_to = term.end.isoformat()
    uow.session.add(
        ControlPeriodRow(
            measure=row.measure,
            number=number,
            start_day=term.start.isoformat(),
            end_day=term.end.isoformat(),
            suggested=term.suggested,
            paper_from=line(paper[0]),
            paper_to=line(paper[1]),
            law=period.source(term.start),
        )
    )
