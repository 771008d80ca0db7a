"""The outbox table: work promised in a transaction and done after it, at least once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec
from sqlalchemy import Index, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from command_center.platform.tables import AUTO, Base, Line, Ms, Raw, Word
from schemas.ids import new_id


class JobState(StrEnum):
    """A job waits (or is leased), is done, or failed for good: that is shown, never dropped."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class JobRow(Base):
    """One job. (kind, key) is the idempotency key; a lease is a worker's right until it ends."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_outbox_state_due_ms", "state", "due_ms"),
    )

    id: Mapped[int] = mapped_column(AUTO, primary_key=True, autoincrement=True)
    kind: Mapped[Word]
    key: Mapped[Line]
    payload: Mapped[Raw]
    state: Mapped[Word] = mapped_column(default=JobState.PENDING)
    created_ms: Mapped[Ms]
    due_ms: Mapped[Ms]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until_ms: Mapped[Ms] = mapped_column(default=0)
    lease: Mapped[Word] = mapped_column(default="")
    error: Mapped[Line] = mapped_column(default="")
    ended_ms: Mapped[Ms | None]


Payload = msgspec.Struct | dict[str, str]


def add_job(session: Session, now_ms: int, kind: str, key: str, payload: Payload) -> None:
    """Add a job unless (kind, key) is there already."""
    session.flush()
    query = select(JobRow.id).where(JobRow.kind == kind, JobRow.key == key)
    if session.scalar(query) is None:
        add_fresh_jobs(session, now_ms, kind, {key: payload})


def add_fresh_jobs(
    session: Session,
    now_ms: int,
    kind: str,
    payloads: Mapping[str, Payload],
    due_ms: int | None = None,
) -> None:
    """Add jobs by their keys, all made in this transaction, in one statement: nobody can have
    promised them before."""
    if payloads:
        session.connection().execute(insert(JobRow), [
            {"kind": kind, "key": key, "payload": msgspec.json.encode(payload),
             "created_ms": now_ms, "due_ms": now_ms if due_ms is None else due_ms}
            for key, payload in payloads.items()
        ])  # fmt: skip


def add_rebuilds(
    session: Session, now_ms: int, kind: str, payloads: Mapping[str, Payload], due_ms: int
) -> None:
    """Ask for things that are rebuilt again and again, each named by its key.

    An untouched waiting job serves this change too, else one more is added under a fresh key.
    """
    waiting = select(JobRow.key).where(
        JobRow.kind == kind, JobRow.state == JobState.PENDING, JobRow.leased_until_ms == 0
    )
    served = {key.rpartition("#")[0] for key in session.scalars(waiting)}
    wanted = {
        f"{key}#{new_id()}": payload for key, payload in payloads.items() if key not in served
    }
    add_fresh_jobs(session, now_ms, kind, wanted, due_ms)
