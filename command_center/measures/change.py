"""What is written of a change of a measure: its row, log, ledger and event; and who is told."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from command_center.cases.log import LogLine, append_log, moment_of
from command_center.measures.models import DefectRow, MeasureChangeRow, MeasureRow
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.templates import Purpose
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import Defect
from schemas.measures.kinds import MeasureKind
from schemas.sign import sha256_hex


@dataclass(frozen=True)
class Change:
    """What is written of a change: the act, its day, ground and paper, both sentences, what it is
    told as (empty: nobody is told), and the level of its event."""

    act: str
    day: dt.date
    ground: str
    paper: str
    zh: str
    en: str
    what: str = ""
    level: str = "info"


def write_change(uow: UnitOfWork, principal: Principal, row: MeasureRow, change: Change) -> None:
    """Write a change in the transaction of the act."""
    number = select(func.max(MeasureChangeRow.number)).where(
        MeasureChangeRow.measure == row.measure
    )
    uow.session.add(
        MeasureChangeRow(
            measure=row.measure, number=1 + int(uow.session.scalar(number) or 0), act=change.act,
            day=change.day.isoformat(), ground=change.ground, paper=change.paper,
            changed_by=principal.id, changed_ms=uow.now_ms,
        )
    )  # fmt: skip
    uow.session.flush()
    act = change.act.lower()
    uow.ledger(f"case:measure:{act}", principal.id, row.measure, sha256_hex(change.zh.encode()),
               {"case": row.case})  # fmt: skip
    at_ms = moment_of(uow, change.day)
    append_log(
        uow,
        LogLine(row.case, at_ms, change.act, change.zh, principal.name, subject=row.measure,
                node=node_of(row.measure, change.what) if change.what else None),
    )  # fmt: skip
    event = "Measure" + "".join(word.capitalize() for word in act.split("_"))
    uow.emit(event, change.zh, change.en, case=row.case, subject=row.measure, level=change.level)


def list_defect(uow: UnitOfWork, row: MeasureRow, found: Defect) -> None:
    """Add a defect that came to light by a change."""
    there = select(func.count()).where(DefectRow.measure == row.measure)
    uow.session.add(
        DefectRow(measure=row.measure, position=int(uow.session.scalar(there) or 0),
                  code=found.code, text=found.text, law=found.law)
    )  # fmt: skip


def node_of(measure: str, what: str) -> str:
    """Return the node under which a change of a measure is told."""
    return str(uuid.uuid5(uuid.UUID(measure), what))


def tell_change(
    uow: UnitOfWork, row: MeasureRow, what: str, purpose: Purpose, facts: dict[str, str], *,
    against: str = "",
) -> None:  # fmt: skip
    """Tell both parties of a change, once for each `what`; against: as `NodeEvent`."""
    told = {**facts, "measure": MeasureKind(row.kind).zh, "what": row.subject}
    node = node_of(row.measure, what)
    queue_notices(uow, NodeEvent(purpose, node, row.case, told, against=against))
