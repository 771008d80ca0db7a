"""How a measure ends by the calendar: a last day that passes without renewal ends its effect."""

from __future__ import annotations

import datetime as dt

from command_center.cases.log import LogLine, append_log
from command_center.deadlines.clock import day_text
from command_center.measures.models import MeasureRow
from command_center.measures.queue import next_in_queue
from command_center.measures.states import MeasureState
from command_center.platform.principal import CENTRE
from command_center.platform.uow import UnitOfWork
from schemas.measures.kinds import MeasureKind
from schemas.sign import sha256_hex


def lapse(uow: UnitOfWork, row: MeasureRow, end_day: str) -> None:
    """Let a measure lapse whose last day is over: its effect is lost (查扣冻规定 27), and who waits
    behind it takes its place on the day after."""
    kind = MeasureKind(row.kind)
    row.state, row.control_to = MeasureState.LAPSED, None
    end = day_text(dt.date.fromisoformat(end_day))
    zh = f"{kind.zh}{row.subject}于{end}期限届满，未续行，效力消灭"
    uow.ledger("case:measure:lapsed", CENTRE.id, row.measure, sha256_hex(end_day.encode()),
               {"case": row.case})  # fmt: skip
    append_log(uow, LogLine(row.case, uow.now_ms, "LAPSE", zh, subject=row.measure))
    uow.emit("MeasureLapsed", zh, f"Lapsed on {end_day}: {kind.en} of {row.subject}",
             case=row.case, subject=row.measure, level="alarm")  # fmt: skip
    next_in_queue(uow, CENTRE, row, dt.date.fromisoformat(end_day) + dt.timedelta(days=1))
