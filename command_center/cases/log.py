"""The enforcement log (执行日志, DOMAIN §2.14): append-only lines, filled from acts and events."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.models import LogEntry
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork


@dataclass(frozen=True)
class LogLine:
    """One line: when it happened and was recorded (ms), the act's code, who, where, what."""

    case: str
    at_ms: int
    act: str
    text: str
    officers: str = ""
    place: str = ""
    operation: str | None = None
    subject: str | None = None
    recording: str | None = None
    recorded_ms: int = 0
    seq: int = 0


def append_log(uow: UnitOfWork, line: LogLine) -> None:
    """Append a line in the transaction of the act it tells of."""
    uow.session.add(
        LogEntry(
            case=line.case,
            operation=line.operation,
            at_ms=line.at_ms,
            recorded_ms=uow.now_ms,
            act=line.act,
            officers=line.officers,
            place=line.place,
            text=line.text,
            subject=line.subject,
            recording=line.recording,
        )
    )


def log_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[LogLine]:
    """Return a case's log in the order of events."""
    principal.require("case:read")
    query = select(LogEntry).where(LogEntry.case == case).order_by(LogEntry.at_ms, LogEntry.seq)
    return [
        LogLine(
            row.case, row.at_ms, row.act, row.text, row.officers, row.place, row.operation,
            row.subject, row.recording, row.recorded_ms, row.seq,
        )
        for row in uow.session.scalars(query)
    ]  # fmt: skip
