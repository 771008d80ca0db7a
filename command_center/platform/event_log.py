"""Durable events of the desk, in the order in which readers may rely on.

On PostgreSQL a reader stops at the oldest running transaction and orders by (transaction, seq):
what it has once passed can never gain an earlier event. `since` is therefore a cursor: the seq
of the last event as given, not a bound to compare with. On SQLite writers come one by one, so
the transaction number is 0 and the order is that of seq.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Select,
    TextClause,
    func,
    insert,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from command_center.platform.tables import AUTO, Base, Id, Line, Long, Ms, Word
from schemas.events import DeskEvent, EventPage

_IS_WARNING = "level <> 'info'"
"""Written out in queries too: a parameter would hide from the planner that the index fits."""
_MOST_THINGS = 1_000
"""About how many things the newest events are told at most, the newest of them."""
_RUNNING = "pg_current_xact_id()::text::bigint"
_OLDEST_RUNNING = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class EventRow(Base):
    """One event; `permission` is what a reader must hold to see it."""

    __tablename__ = "event_log"
    append_only: ClassVar[bool] = True

    seq: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    tx: Mapped[int] = mapped_column(BigInteger, index=True)
    at_ms: Mapped[Ms]
    type: Mapped[Word]
    case: Mapped[Id | None]
    operation: Mapped[Id | None]
    device: Mapped[Id | None]
    subject: Mapped[Line | None]
    text_zh: Mapped[Long]
    text_en: Mapped[Long]
    level: Mapped[Word]
    permission: Mapped[Word]

    __table_args__ = (
        Index("ix_event_log_type_at_ms", "type", "at_ms"),
        Index(
            "ix_event_log_warnings", "at_ms",
            postgresql_where=text(_IS_WARNING), sqlite_where=text(_IS_WARNING),
        ),
    )  # fmt: skip

    def message(self) -> DeskEvent:
        """Return the event as it crosses the wire."""
        return DeskEvent(
            seq=self.seq,
            type=self.type,
            at_ms=self.at_ms,
            case=self.case,
            operation=self.operation,
            device=self.device,
            subject=self.subject,
            text_zh=self.text_zh,
            text_en=self.text_en,
            level=self.level,
        )


def append_events(session: Session, events: Sequence[Mapping[str, Any]]) -> None:
    """Write events, each by the columns of its row but the first two, in one statement."""
    if events:
        running = text(_RUNNING if session.get_bind().dialect.name == "postgresql" else "0")
        session.connection().execute(insert(EventRow).values(tx=running), list(events))


def _readable(session: Session) -> Select[EventRow]:
    query = select(EventRow).order_by(EventRow.tx, EventRow.seq)
    if session.get_bind().dialect.name == "postgresql":
        oldest = literal_column(_OLDEST_RUNNING, BigInteger)
        query = query.where(EventRow.tx < oldest)
    return query


def rows_since(session: Session, since: int, limit: int) -> list[EventRow]:
    """Return the rows after the cursor, oldest first."""
    query = _readable(session).limit(limit)
    at = session.get(EventRow, since) if since else None
    if at is not None:
        query = query.where(tuple_(EventRow.tx, EventRow.seq) > tuple_(at.tx, at.seq))
    elif since:
        query = query.where(EventRow.seq > since)
    return list(session.scalars(query))


def page_since(
    session: Session, since: int, permissions: frozenset[str], limit: int = 200
) -> EventPage:
    """Return one page of what the permissions open; `next_since` moves past the rest too."""
    rows = rows_since(session, since, limit)
    seen = [row.message() for row in rows if row.permission in permissions]
    return EventPage(seen, rows[-1].seq if rows else since)


def latest_cursor(session: Session) -> int:
    """Return the cursor behind everything a reader may see now."""
    query = _readable(session).order_by(None).order_by(EventRow.tx.desc(), EventRow.seq.desc())
    row = session.scalars(query.limit(1)).first()
    return row.seq if row else 0


def recent(session: Session, permissions: frozenset[str], limit: int = 50) -> list[DeskEvent]:
    """Return the newest events that the permissions open, newest first."""
    query = (
        select(EventRow)
        .where(EventRow.permission.in_(sorted(permissions)))
        .order_by(EventRow.seq.desc())
        .limit(limit)
    )
    return [row.message() for row in session.scalars(query)]


def about(event: DeskEvent) -> str:
    """Return what an event is about: the narrowest of its references."""
    return event.subject or event.device or event.operation or event.case or ""


_ABOUT = func.coalesce(
    func.nullif(EventRow.subject, ""), EventRow.device, EventRow.operation, EventRow.case, ""
)
"""The same as the database finds it."""


def warnings_since(session: Session, permissions: frozenset[str], since_ms: int) -> list[DeskEvent]:
    """Return the newest warning of each type about each thing since a time, newest first."""
    of_late = text(_IS_WARNING), EventRow.at_ms >= since_ms
    return _newest_of_each(session, permissions, *of_late)


def newest_of(
    session: Session,
    permissions: frozenset[str],
    types: Collection[str],
    since_ms: int = 0,
    things: Collection[str] | None = None,
) -> list[DeskEvent]:
    """Return the newest event of each of these types about each thing, newest first; things: what
    they may be about, None: anything."""
    wanted: list[ColumnElement[bool]] = [EventRow.type.in_(types), EventRow.at_ms >= since_ms]
    if things is not None:
        wanted.append(_ABOUT.in_(things))
    return _newest_of_each(session, permissions, *wanted)


def _newest_of_each(
    session: Session, permissions: frozenset[str], *wanted: ColumnElement[bool] | TextClause
) -> list[DeskEvent]:
    newest = (
        select(func.max(EventRow.seq))
        .where(EventRow.permission.in_(sorted(permissions)), *wanted)
        .group_by(EventRow.type, _ABOUT)
        .order_by(func.max(EventRow.seq).desc())
        .limit(_MOST_THINGS)
    )
    rows = select(EventRow).where(EventRow.seq.in_(newest)).order_by(EventRow.seq.desc())
    return [row.message() for row in session.scalars(rows)]


def count(session: Session) -> int:
    """Return how many events were ever written."""
    return int(session.scalar(select(func.count()).select_from(EventRow)) or 0)
