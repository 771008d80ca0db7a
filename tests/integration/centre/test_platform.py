"""Unit of work, outbox, events, triggers and migrations on both databases."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from command_center.access.models import Staff
from command_center.cases.models import LogEntry
from command_center.footage.models import FootageFinding
from command_center.ledger.models import LeafRow, NodeRow
from command_center.platform import event_log, outbox
from command_center.platform.database import Database, make_engine
from command_center.platform.event_log import EventRow
from command_center.platform.journal import EntryRow
from command_center.platform.opening import migration_config
from command_center.platform.outbox import Later, work_once
from command_center.platform.outbox_rows import JobRow, JobState
from command_center.platform.tables import Base
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from tests.integration.centre.court import Court

ALL = frozenset({"event:read", "system:read"})


def _emit(uow: UnitOfWork, word: str) -> None:
    uow.emit("Tested", word, word)


def _job(uow: UnitOfWork, key: str) -> None:
    uow.enqueue("test.job", key, {"key": key})


def _jobs(uow: UnitOfWork) -> list[JobRow]:
    return list(uow.session.scalars(select(JobRow).where(JobRow.kind == "test.job")))


def test_a_failed_verb_changes_nothing(court: Court) -> None:
    def verb(uow: UnitOfWork) -> None:
        _emit(uow, "lost")
        uow.ledger("test:thing:done", "t", "lost", "0" * 64)
        _job(uow, "lost")
        uow.session.flush()
        raise MzError("test.refused", Kind.REFUSED)

    before = court.database.read(lambda uow: event_log.count(uow.session))
    with pytest.raises(MzError, match=r"test\.refused"):
        court.database.run(verb)
    assert court.database.read(lambda uow: event_log.count(uow.session)) == before
    assert court.database.read(_jobs) == []
    entry = select(EntryRow).where(EntryRow.subject == "lost")
    assert court.database.read(lambda uow: uow.session.scalars(entry).first()) is None


def test_a_part_that_is_taken_back_leaves_no_event_no_entry_and_no_row(court: Court) -> None:
    def whole(uow: UnitOfWork, word: str) -> None:
        _emit(uow, word)
        uow.ledger("test:thing:done", "t", word, "0" * 64)
        _job(uow, word)
        uow.after_commit.append(lambda: called.append(word))

    def refused(uow: UnitOfWork) -> None:
        with uow.part():
            with uow.part():
                whole(uow, "inside")
            raise MzError("test.refused", Kind.REFUSED)

    def verb(uow: UnitOfWork) -> None:
        whole(uow, "before")
        with uow.part() as take_back:
            whole(uow, "taken back")
            take_back()
        with pytest.raises(MzError):
            refused(uow)
        with uow.part():
            whole(uow, "after")

    called: list[str] = []
    court.database.run(verb)

    def kept(uow: UnitOfWork) -> list[list[str]]:
        entries = select(EntryRow.subject).where(EntryRow.subject.in_(["before", "after"]))
        other = select(EntryRow.subject).where(EntryRow.subject.in_(["taken back", "inside"]))
        events = select(EventRow.text_zh).where(EventRow.type == "Tested")
        return [sorted(uow.session.scalars(each)) for each in (entries, other, events)]

    two = ["after", "before"]
    assert court.database.read(kept) == [two, [], two]
    assert sorted(job.key for job in court.database.read(_jobs)) == two
    assert sorted(called) == two


def test_a_reading_run_cannot_write(court: Court) -> None:
    before = court.database.read(lambda uow: event_log.count(uow.session))
    with pytest.raises((MzError, DatabaseError)):
        court.database.read(_emit, "never")
    assert court.database.read(lambda uow: event_log.count(uow.session)) == before


def test_twenty_writers_at_once_lose_nothing(court: Court) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            court.database.run(_emit, f"{number}-{turn}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = court.database.read(lambda uow: event_log.page_since(uow.session, 0, ALL, 500))
    assert len({event.text_zh for event in page.events if event.type == "Tested"}) == 100


def test_readers_of_events_stop_at_the_oldest_running_transaction(court: Court) -> None:
    """An event that commits late but was begun early must not be passed over."""
    if court.database.is_sqlite:
        pytest.skip("writers come one by one on SQLite")
    since = court.database.read(lambda uow: event_log.latest_cursor(uow.session))
    begun, go = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork) -> None:
        _emit(uow, "slow")
        uow.write_down()
        begun.set()
        assert go.wait(60)

    thread = threading.Thread(target=court.database.run, args=(slow,))
    thread.start()
    assert begun.wait(60)
    court.database.run(_emit, "quick")
    held = court.database.read(lambda uow: event_log.page_since(uow.session, since, ALL))
    assert held.events == []
    go.set()
    thread.join()
    page = court.database.read(lambda uow: event_log.page_since(uow.session, held.next_since, ALL))
    assert [event.text_zh for event in page.events] == ["slow", "quick"]


def test_events_are_shown_by_permission_and_the_cursor_passes_the_rest(court: Court) -> None:
    since = court.database.read(lambda uow: event_log.latest_cursor(uow.session))
    court.database.run(lambda uow: uow.emit("Tested", "密", "x", permission="system:read"))
    page = court.database.read(
        lambda uow: event_log.page_since(uow.session, since, frozenset({"event:read"}))
    )
    assert page.events == []
    assert page.next_since > since


def test_the_same_job_is_promised_once(court: Court) -> None:
    court.database.run(_job, "one")
    court.database.run(_job, "one")
    assert len(court.database.read(_jobs)) == 1


def test_a_coalesced_job_serves_waiting_changes_but_not_those_after_its_lease(
    court: Court,
) -> None:
    def again(uow: UnitOfWork) -> None:
        uow.enqueue_rebuilds("test.job", {"grant": {"key": "grant"}}, uow.now_ms)

    court.database.run(again)
    court.database.run(again)
    assert len(court.database.read(_jobs)) == 1
    court.database.run(outbox.lease_one, ["test.job"])
    court.database.run(again)
    assert len(court.database.read(_jobs)) == 2


def test_many_workers_do_each_job_once(court: Court) -> None:
    for number in range(30):
        court.database.run(_job, str(number))
    done: list[str] = []

    def work() -> None:
        while work_once(court.database, {"test.job": lambda _db, job: done.append(job.key)}):
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(str(number) for number in range(30))


def test_a_dead_workers_lease_ends_and_another_does_the_job(court: Court) -> None:
    court.database.run(_job, "one")
    dead = court.database.run(outbox.lease_one, ["test.job"])
    assert dead is not None
    done: list[int] = []
    consumers = {"test.job": lambda _db, job: done.append(job.attempt)}
    assert not work_once(court.database, consumers)
    court.clock.ahead_ms += outbox.LEASE_MS + 1
    assert work_once(court.database, consumers)
    assert done == [2]
    court.database.run(outbox.settle_all, [outbox.Settled(dead, JobState.FAILED, "late")])
    assert court.database.read(_jobs)[0].state == JobState.DONE


def test_an_unavailable_peer_is_tried_again_with_pauses_and_final_failure_is_seen(
    court: Court,
) -> None:
    court.database.run(_job, "one")
    tries: list[int] = []

    def fail(_database: Database, job: outbox.Job) -> None:
        tries.append(court.clock())
        raise MzError("peer.away", Kind.UNAVAILABLE)

    for _ in range(outbox.MAX_ATTEMPTS):
        assert work_once(court.database, {"test.job": fail})
        assert not work_once(court.database, {"test.job": fail})
        court.clock.ahead_ms += 16 * 60_000
    row = court.database.read(_jobs)[0]
    assert (row.state, row.error, len(tries)) == (JobState.FAILED, "peer.away", 12)
    page = court.database.read(lambda uow: event_log.page_since(uow.session, 0, ALL))
    assert [event.level for event in page.events if event.type == "JobFailed"] == ["alarm"]


def test_putting_off_is_no_failure(court: Court) -> None:
    court.database.run(_job, "one")

    def later(_database: Database, _job_: outbox.Job) -> None:
        raise Later(1_000)

    for _ in range(20):
        assert work_once(court.database, {"test.job": later})
        court.clock.ahead_ms += 1_001
    row = court.database.read(_jobs)[0]
    assert (row.state, row.attempts) == (JobState.PENDING, 0)


def test_a_defect_in_a_consumer_stops_neither_loop_nor_other_jobs(court: Court) -> None:
    court.database.run(_job, "bad")
    court.database.run(_job, "good")
    done: list[str] = []

    def consume(_database: Database, job: outbox.Job) -> None:
        if job.key == "bad":
            raise ZeroDivisionError
        done.append(job.key)

    assert work_once(court.database, {"test.job": consume})
    assert work_once(court.database, {"test.job": consume})
    assert done == ["good"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ],
)
def test_append_only_tables_refuse_change(court: Court, statement: str) -> None:
    if statement.startswith("TRUNCATE" if court.database.is_sqlite else "INSERT OR"):
        pytest.skip("the other database's statement")
    court.database.run(_fill_append_only)
    declared = {
        mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.append_only
    }
    assert declared >= _FILLED
    for table in sorted(_FILLED):
        column = next(iter(Base.metadata.tables[table].primary_key)).name
        quoted = f'"{column}"'
        with pytest.raises((IntegrityError, DatabaseError), match="append-only"):
            _raw(court, statement.format(table=table, column=quoted))


_FILLED = {"ledger_entry", "event_log", "enforcement_log", "footage_finding", "ledger_leaf",
           "ledger_node"}  # fmt: skip


def _fill_append_only(uow: UnitOfWork) -> None:
    case = uow.session.execute(text('SELECT id FROM "case"')).scalars().first()
    assert case is not None
    uow.session.add(LeafRow(index=10_000, entry="x"))
    uow.session.add(NodeRow(level=0, position=10_000, hash=b"x"))
    uow.session.add(
        LogEntry(case=case, at_ms=1, recorded_ms=1, act="NOTE", officers="", place="", text="x")
    )
    uow.session.add(FootageFinding(recording="r", rendition=1, number=1, code="c", at_ms=1,
                                   held_sha256="", other_sha256=""))  # fmt: skip


def _raw(court: Court, statement: str) -> None:
    with court.database.engine.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


def test_a_migration_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'half.db'}"
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.execute(text('CREATE TABLE "order" (seq INTEGER)'))
        connection.commit()
        with pytest.raises(OperationalError, match="already exists"):
            command.upgrade(migration_config(url), "head")
        assert inspect(connection).get_table_names() == ["order"]


def test_migrations_go_down_and_up_with_data_in_the_tables(court: Court) -> None:
    url = court.database.settings.database_url
    assert court.database.read(lambda uow: uow.session.scalars(select(Staff)).first())
    court.database.close()
    command.downgrade(migration_config(url), "base")
    command.upgrade(migration_config(url), "head")
    command.check(migration_config(url))
    assert court.database.read(lambda uow: uow.session.scalars(select(Staff)).first()) is None
    assert court.database.read(lambda uow: uow.session.scalars(select(EventRow)).first()) is None
