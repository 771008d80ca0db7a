"""What `./mz bench` asks of the centre: its own verbs on its own database, timed. On an empty one.

The database is that of the settings, so the same code measures PostgreSQL and SQLite.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Table, delete, func, insert, select, text

from command_center.access.permissions import Role, permissions_of
from command_center.cases.service import NewCase, NewParty, add_party, open_case
from command_center.deadlines.jobs import start_case_clocks
from command_center.deadlines.reckoning import today
from command_center.guardian.models import AlarmRow
from command_center.guardian.sweep import sweep
from command_center.guardian.views import horizon
from command_center.measures.models import MeasureRow
from command_center.notices.models import AttemptRow, NoticeRow, TaskRow
from command_center.notices.service import NodeEvent, queue_notices
from command_center.notices.states import Channel, NoticeState
from command_center.notices.templates import Purpose
from command_center.platform.database import Database
from command_center.platform.journal import EntryRow, PendingEntry
from command_center.platform.outbox_rows import JobRow
from command_center.platform.principal import CENTRE, Principal
from command_center.platform.tables import Base
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id

_MEASURES_A_CASE = 100
_DAYS_AHEAD = 731
_PAGES = 20
_ACTS_A_CASE = 10
CLERK = Principal("bench", "", Role.CLERK, permissions_of(Role.CLERK))

SERIES = {
    "postgresql": "WITH s(i) AS (SELECT generate_series(CAST(:first AS int), CAST(:last AS int)))",
    "sqlite": "WITH RECURSIVE s(i) AS "
    "(SELECT :first UNION ALL SELECT i + 1 FROM s WHERE i < :last)",
}
CASE_ID = {
    "postgresql": "lpad(to_hex({i}), 8, '0') || '-0000-7000-8000-{tail}'",
    "sqlite": "printf('%08x', {i}) || '-0000-7000-8000-{tail}'",
}
_DAY = {
    "postgresql": "to_char(CAST(:today AS date) + CAST(i % {days} AS int) - 1, 'YYYY-MM-DD')",
    "sqlite": "date(:today, (i % {days} - 1) || ' days')",
}


_CASES = """
INSERT INTO "case" (id, number, number_raw, kind, state, cause, basis, amount_fen, filed_ms, major,
    created_ms)
{series}
SELECT {case}, '(2026)粤0199执' || i || '号', '', 'ENF_FIRST', 'IN_PROGRESS', '', '', 100, 1,
    false, 1
FROM s
"""
_MEASURES = """
INSERT INTO measure (measure, kind, property_kind, state, "case", officer, subject, place,
    custodian, storage_place, note, control_to, started_ms, executed_ms, received_ms)
{series}
SELECT {measure}, 'FREEZE', 'DEPOSIT', 'IN_FORCE', {case}, '', '存款', '', '', '', '', {day},
    1, 1, 1
FROM s
"""


class DeadlineTimes(msgspec.Struct):
    """Seconds of the first sweep and of one that finds nothing new; a page's times in ms."""

    measures: int
    sweep_s: float
    again_s: float
    pages_ms: list[float]
    alarms: int


class PlanTimes(msgspec.Struct):
    """Milliseconds of a transaction that plans the notices of an act, and of its rows alone."""

    planned_ms: list[float]
    bare_ms: list[float]
    rows: int


def measure_deadlines(database: Database, sizes: Sequence[int]) -> list[DeadlineTimes]:
    """Fill the register to each size in turn; sweep it, sweep it again, read the horizon."""
    found: list[DeadlineTimes] = []
    filled = 0
    for size in sizes:
        database.run(_fill, filled + 1, size)
        filled = size
        database.run(lambda uow: uow.session.execute(delete(AlarmRow)) and None)
        settle(database)
        first, again = seconds(lambda: database.run(sweep)), seconds(lambda: database.run(sweep))
        pages = [seconds(lambda: database.read(horizon, CLERK)) * 1000 for _ in range(_PAGES)]
        count = database.read(lambda uow: len(uow.session.scalars(select(AlarmRow.subject)).all()))
        found.append(DeadlineTimes(size, first, again, pages, count))
    return found


def _fill(uow: UnitOfWork, first: int, last: int) -> None:
    """Add measures `first` to `last`, their last days spread over two years, one day over."""
    dialect = uow.session.get_bind().dialect.name
    series, day = SERIES[dialect], _DAY[dialect].format(days=_DAYS_AHEAD)
    case = CASE_ID[dialect].format(i=f"(i / {_MEASURES_A_CASE})", tail="000000000001")
    measure = CASE_ID[dialect].format(i="i", tail="000000000002")
    of_cases = {"first": first // _MEASURES_A_CASE + (first > 1), "last": last // _MEASURES_A_CASE}
    case_id = CASE_ID[dialect].format(i="i", tail="000000000001")
    uow.session.execute(
        text(_CASES.format(series=series, case=case_id)),
        of_cases,
    )
    uow.session.execute(
        text(_MEASURES.format(series=series, measure=measure, case=case, day=day)),
        {"first": first, "last": last, "today": today(uow).isoformat()},
    )


def settle(database: Database) -> None:
    """Do what PostgreSQL's own autovacuum does within minutes of such a growth."""
    words = "ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(words))


def measure_planning(database: Database, rounds: int) -> PlanTimes:
    """Plan the notices of an act and write the same rows alone, in turn."""
    case = database.run(_one_case)
    planned: list[float] = []
    bare: list[float] = []
    rows = 0
    for _ in range(rounds):
        node = new_id()
        planned.append(seconds(partial(database.run, queue_notices, _event(node, case))) * 1000)
        copies = database.read(_copies, node)
        rows = sum(len(found) for _table, found in copies)
        bare.append(seconds(partial(_write_bare, database, copies)) * 1000)
    return PlanTimes(planned, bare, rows)


class Planned(msgspec.Struct):
    """Notices that wait to be sent, and how many short messages they are."""

    notices: int
    messages: int


def plan_for_sending(database: Database, count: int) -> Planned:
    """Plan so many text messages to both parties, ten acts in each case.

    The cases have their clocks already, as any that is older than some seconds.
    """
    acts, cases = count // 2, -(-count // 2 // _ACTS_A_CASE)
    opened = [database.run(_one_case, number) for number in range(1, cases + 1)]
    while database.run(start_case_clocks):
        pass
    for number in range(acts):
        database.run(queue_notices, _event(new_id(), opened[number % cases]))
    settle(database)
    sent = select(func.count(), func.sum(NoticeRow.messages)).where(NoticeRow.channel == "SMS")
    notices, messages = database.read(lambda uow: tuple(uow.session.execute(sent).one()))
    return Planned(notices, messages)


class ToldNotice(msgspec.Struct):
    """A notice as a bench judges it: delivered, or failed with what takes its place in sight."""

    node: str
    party: str
    channel: str
    text: str
    delivered: bool
    seen_failed: bool
    submissions: int


class Told(msgspec.Struct):
    """Every executed measure and every notice; `waiting`: how many are still on their way."""

    measures: list[str]
    notices: list[ToldNotice]
    waiting: int


def look_at_told(uow: UnitOfWork) -> Told:
    """Return what became of every notice; a letter that waits for the post is in sight."""
    tasks = set(uow.session.scalars(select(TaskRow.notice)))
    attempts = select(AttemptRow.notice, func.sum(AttemptRow.submissions))
    tries = dict(uow.session.execute(attempts.group_by(AttemptRow.notice)).all())
    found: list[ToldNotice] = []
    waiting = 0
    for row in uow.session.scalars(select(NoticeRow)):
        state = NoticeState(row.state)
        letter = row.channel == Channel.PAPER
        delivered = row.delivered_ms is not None or row.read_ms is not None
        waiting += not delivered and not state.failed and not letter
        found.append(ToldNotice(
            row.node, row.party, row.channel, row.text, delivered,
            letter or (state.failed and row.notice in tasks), int(tries.get(row.notice, 0)),
        ))  # fmt: skip
    return Told(list(uow.session.scalars(select(MeasureRow.measure))), found, waiting)


def _event(node: str, case: str) -> NodeEvent:
    return NodeEvent(
        Purpose.MEASURE_EXECUTED, node, case,
        {"when": "2026年3月12日14时36分", "measure": "冻结", "what": "尾号3391账户存款",
         "term": "，期限至2027年3月11日。"},
    )  # fmt: skip


def _one_case(uow: UnitOfWork, number: int = 1) -> str:
    named = NewCase(f"（2026）粤0199执{number}号", "x", "x", 100, uow.now_ms)
    case = open_case(uow, CENTRE, named)
    for role, prefix in (("APPLICANT", "138"), ("DEBTOR", "139")):
        phone = f"{prefix}{number:08}"
        add_party(uow, CENTRE, NewParty(case, role, "当事人", True, phone=phone,
                                        phone_confirmed=True))  # fmt: skip
    return case


def _copies(uow: UnitOfWork, node: str) -> list[tuple[Table, list[dict[str, Any]]]]:
    """Return the rows that planning wrote, with fresh ids, by table in the order of writing."""
    notices = select(NoticeRow.notice).where(NoticeRow.node == node)
    entries = select(EntryRow.entry).where(EntryRow.subject.in_(notices))
    wanted: list[tuple[type[Base], Any]] = [
        (NoticeRow, NoticeRow.node == node),
        (EntryRow, EntryRow.subject.in_(notices)),
        (PendingEntry, PendingEntry.entry.in_(entries)),
        (JobRow, JobRow.key.in_(notices)),
    ]
    fresh: dict[Any, str] = {node: new_id()}
    found = []
    for model, which in wanted:
        table: Table = model.__table__  # type: ignore[assignment]
        rows = uow.session.execute(select(table).where(which)).mappings().all()
        for row in rows:
            for key in table.primary_key:
                if isinstance(row[key], str):
                    fresh.setdefault(row[key], new_id())
        counted = {key.name for key in table.primary_key if rows and isinstance(rows[0][key], int)}
        found.append((table, [
            {name: fresh.get(value, value) if isinstance(value, str) else value
             for name, value in row.items() if name not in counted}
            for row in rows
        ]))  # fmt: skip
    return found


def _write_bare(database: Database, copies: list[tuple[Table, list[dict[str, Any]]]]) -> None:
    """Write rows with the same driver and durability, and nothing else: one transaction."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.execute(text("BEGIN IMMEDIATE"))
        for table, rows in copies:
            connection.execute(insert(table), rows)
        connection.commit()


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
