"""The database: opens units of work, and nothing else touches a connection.

SQLite: WAL, synchronous=FULL, `BEGIN IMMEDIATE` for writers, one writer lock a process, a retry
when another process holds the file. PostgreSQL: a psycopg pool. In the web process a whole unit
of work runs in one threadpool thread, so that neither disk nor lock stops the event loop; the
worker calls it from its own threads (`in_thread`).
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, configure_mappers
from sqlalchemy.pool import QueuePool

from command_center.platform.keys import CourtKeys
from command_center.platform.settings import Settings
from command_center.platform.uow import UnitOfWork
from schemas.problems import Kind, MzError
from schemas.time import Clock, now_ms

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
InThread = Callable[[Callable[[], Any]], Any]
BUSY_SECONDS = 15.0
_RETRYABLE_STATES = frozenset({"40001", "40P01"})
_DOUBLES = 2
_SQLITE_KEPT = 8
_READ_ONLY = ("SET TRANSACTION READ ONLY",)


def run_plainly(work: Callable[[], Any]) -> Any:
    """Run work where we are: the worker and the command line have no event loop."""
    return work()


class Database:
    """Units of work on one engine. `in_thread` runs a callable off the event loop."""

    def __init__(
        self,
        settings: Settings,
        keys: CourtKeys,
        clock: Clock = now_ms,
        in_thread: InThread = run_plainly,
    ) -> None:
        self.settings, self.keys, self.clock = settings, keys, clock
        self.engine = make_engine(settings.database_url)
        self._pool = in_thread
        self._writing = threading.Lock()
        configure_mappers()

    @property
    def is_sqlite(self) -> bool:
        """Return whether writers must come one by one."""
        return self.engine.dialect.name == "sqlite"

    def run(
        self, verb: Callable[Concatenate[UnitOfWork, P], R], *args: P.args, **kw: P.kwargs
    ) -> R:
        """Run `verb(uow, *args)` in one transaction, commit, and return its view.

        Errors: those of the verb (nothing is changed then); `database.busy` when the database
        stays locked.
        """
        result: R = self._in_thread(lambda: self._attempt(lambda: self._once(verb, args, kw)))
        return result

    def read(
        self, verb: Callable[Concatenate[UnitOfWork, P], R], *args: P.args, **kw: P.kwargs
    ) -> R:
        """Run a verb that writes nothing; it neither waits for writers nor keeps them waiting."""
        result: R = self._in_thread(lambda: self._attempt(lambda: self._look(verb, args, kw)))
        return result

    def off_loop(self, work: Callable[[], T]) -> T:
        """Run other blocking work (password hashing, files) where it stops nobody."""
        result: T = self._in_thread(work)
        return result

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    def _in_thread(self, work: Callable[[], T]) -> T:
        """Run work in the pool. A refusal is brought back by hand: it is an answer, and gevent's
        pool would print the stack of everything that work raises."""
        value, error = self._pool(lambda: _outcome(work))
        if error is not None:
            raise error
        return cast(T, value)

    def _attempt(self, once: Callable[[], R]) -> R:
        until = time.monotonic() + BUSY_SECONDS
        pause, doubles = 0.002, 0
        while True:
            try:
                return once()
            except OperationalError as error:
                if not _retryable(error) or time.monotonic() > until:
                    code = "database.busy" if _retryable(error) else "database.unavailable"
                    raise MzError(code, Kind.UNAVAILABLE, type(error.orig).__name__) from error
            except IntegrityError as error:
                # Two came with the same id at once: the second look finds the first's row.
                doubles += 1
                if doubles > _DOUBLES:
                    raise MzError(
                        "database.conflict", Kind.CONFLICT, type(error.orig).__name__
                    ) from error
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  (jitter, no secret)
            pause = min(pause * 2, 0.1)

    def _once(self, verb: Callable[..., R], args: Any, kw: Any) -> R:
        if not self.is_sqlite:
            return self._transaction(verb, args, kw, ())
        with self._writing:
            return self._transaction(verb, args, kw, ("BEGIN IMMEDIATE",))

    def _look(self, verb: Callable[..., R], args: Any, kw: Any) -> R:
        # A verb that writes must fail here on both databases, not only where writers conflict.
        begin = ("PRAGMA query_only=ON", "BEGIN") if self.is_sqlite else _READ_ONLY
        return self._transaction(verb, args, kw, begin)

    def _transaction(self, verb: Callable[..., R], args: Any, kw: Any, begin: tuple[str, ...]) -> R:
        with Session(self.engine, expire_on_commit=False) as session:
            uow = UnitOfWork(session, self.clock(), self.settings, self.keys)
            for statement in begin:
                session.execute(text(statement))
            try:
                view = verb(uow, *args, **kw)
                uow.write_down()
                session.commit()
            except BaseException:
                session.rollback()
                raise
        for call in uow.after_commit:
            call()
        return view


def _outcome(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    try:
        return work(), None
    except Exception as error:
        return None, error


def make_engine(url: str) -> Engine:
    """Return the engine of a `sqlite:///…` or `postgresql+psycopg://…` address."""
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            pool_size=10,
            max_overflow=10,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    engine = create_engine(
        url,
        # Opening one reads the whole schema, 4 ms; closing the last one writes the log back.
        poolclass=QueuePool,
        pool_size=_SQLITE_KEPT,
        max_overflow=-1,
        hide_parameters=True,  # a logged error must not carry names or numbers
        connect_args={"timeout": 0, "isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # without it INSERT OR REPLACE passes by the append-only triggers
            "recursive_triggers=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkout")
    def _may_write(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA query_only=OFF")  # the last unit of work may have been a look

    return engine


def _retryable(error: OperationalError) -> bool:
    text_ = str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    return "database is locked" in text_ or "busy" in text_ or state in _RETRYABLE_STATES
