"""The enforcement log (执行日志, DOMAIN §2.14): append-only lines, filled from acts and events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.models import Case, LogEntry
from command_center.platform.masking import mask_long_numbers
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import id_bytes
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex
from schemas.time import COURT_ZONE, to_ms

LATE_MS = 24 * 3_600_000
_LONGEST, _LONGEST_LINE = 2_000, 200


@dataclass(frozen=True)
class LogLine:
    """One line: when it happened and was recorded (ms), the act's code, who, where, what. node:
    under which parties are told of it, where that is not its subject."""

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
    corrects: int | None = None
    reason: str = ""
    node: str | None = None

    @property
    def is_late(self) -> bool:
        """Return whether it was recorded more than a day after it happened."""
        return self.recorded_ms - self.at_ms > LATE_MS


@dataclass(frozen=True)
class NewEntry:
    """Message: a line written by hand. With `corrects` it sets that line right, and says why."""

    entry: str
    case: str
    at_ms: int
    text: str
    place: str = ""
    corrects: int | None = None
    reason: str = ""


def moment_of(uow: UnitOfWork, day: dt.date) -> int:
    """Return when an act happened of which the day is known: now if it is today, else the last
    millisecond of its day, so that what is entered days later stands there as late."""
    ends = to_ms(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), COURT_ZONE)) - 1
    return min(ends, uow.now_ms)


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
            node=line.node,
        )
    )


def log_of_case(uow: UnitOfWork, principal: Principal, case: str) -> list[LogLine]:
    """Return a case's log in the order of events."""
    principal.require("case:read")
    return case_log(uow, case)


def case_log(uow: UnitOfWork, case: str) -> list[LogLine]:
    """Return a case's log for other rooms."""
    query = select(LogEntry).where(LogEntry.case == case).order_by(LogEntry.at_ms, LogEntry.seq)
    return [
        LogLine(
            row.case, row.at_ms, row.act, row.text, row.officers, row.place, row.operation,
            row.subject, row.recording, row.recorded_ms, row.seq, row.corrects, row.reason,
            row.node,
        )
        for row in uow.session.scalars(query)
    ]  # fmt: skip


def write_entry(uow: UnitOfWork, principal: Principal, message: NewEntry) -> None:
    """Write a line by hand, or set one right by a new line; the same entry again is no change.

    Errors: `id.malformed`, `case.unknown`, `log.no_text`, `log.too_long`, `log.ahead`,
    `log.unknown`, `log.no_reason`. Long numbers in the text are masked before they are kept.
    """
    principal.require("log:write")
    id_bytes(message.entry)
    text, reason = message.text.strip(), message.reason.strip()
    if uow.session.get(Case, message.case) is None:
        raise MzError("case.unknown", Kind.NOT_FOUND, message.case[:40])
    if not text:
        raise MzError("log.no_text", Kind.INVALID)
    if len(text) > _LONGEST or max(len(message.place), len(reason)) > _LONGEST_LINE:
        raise MzError("log.too_long", Kind.INVALID)
    if message.at_ms > uow.now_ms:
        raise MzError("log.ahead", Kind.INVALID)
    if message.corrects is not None:
        _check_corrected(uow, message.case, message.corrects, reason)
    if uow.session.scalar(select(LogEntry.seq).where(LogEntry.entry == message.entry)) is not None:
        return
    uow.session.add(LogEntry(
        case=message.case, operation=None, at_ms=message.at_ms, recorded_ms=uow.now_ms,
        act="NOTE" if message.corrects is None else "CORRECTION", officers=principal.name,
        place=mask_long_numbers(message.place.strip()), text=mask_long_numbers(text), subject=None,
        recording=None, entry=message.entry, corrects=message.corrects,
        reason=mask_long_numbers(reason),
    ))  # fmt: skip
    tag = "case:log:written" if message.corrects is None else "case:log:corrected"
    uow.ledger(tag, principal.id, message.entry, sha256_hex(mask_long_numbers(text).encode()),
               {"case": message.case})  # fmt: skip


def _check_corrected(uow: UnitOfWork, case: str, seq: int, reason: str) -> None:
    row = uow.session.get(LogEntry, seq)
    if row is None or row.case != case:
        raise MzError("log.unknown", Kind.NOT_FOUND, str(seq))
    if not reason:
        raise MzError("log.no_reason", Kind.INVALID)
