"""The outbox worker's side: lease, do, settle. Each job is done at least once, in bounded tries.

A lease is taken in its own transaction (`FOR UPDATE SKIP LOCKED` on PostgreSQL, the writer's lock
on SQLite), so many workers may run; a worker that died loses its lease when it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import structlog
from sqlalchemy import func, select, update

from command_center.platform.among import among
from command_center.platform.database import Database
from command_center.platform.outbox_rows import JobRow, JobState
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError

LEASE_MS = 60_000
MAX_ATTEMPTS = 12
_FIRST_PAUSE_MS = 1_000
_LONGEST_PAUSE_MS = 15 * 60_000
log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """A leased job. `attempt` counts from 1; `key` is the idempotency key towards others."""

    id: int
    kind: str
    key: str
    payload: bytes
    attempt: int
    lease: str


class Later(Exception):
    """The job is not finished; try again after `after_ms` without counting it a failure."""

    def __init__(self, after_ms: int) -> None:
        super().__init__(f"again in {after_ms} ms")
        self.after_ms = after_ms


Consumer = Callable[[Database, Job], None]
"""Does one job in units of work of its own; it is safe to repeat. Returning is success,
`Later` puts it off, an `MzError` of kind UNAVAILABLE is tried again, any other is final."""


def lease_one(uow: UnitOfWork, kinds: list[str]) -> Job | None:
    """Lease the oldest job that is due; None if there is none."""
    return next(iter(lease(uow, due_jobs(uow, kinds, 1))), None)


def due_jobs(uow: UnitOfWork, kinds: list[str], limit: int) -> list[Job]:
    """Return the oldest jobs that are due, locked and not yet leased; what others have locked is
    passed over."""
    query = (
        select(JobRow.id, JobRow.kind, JobRow.key, JobRow.payload, JobRow.attempts)
        .where(
            JobRow.state == JobState.PENDING,
            JobRow.due_ms <= uow.now_ms,
            JobRow.leased_until_ms <= uow.now_ms,
            JobRow.kind.in_(kinds),
        )
        .order_by(JobRow.due_ms, JobRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Job(*row, lease="") for row in uow.session.execute(query)]


def lease(uow: UnitOfWork, jobs: Sequence[Job]) -> list[Job]:
    """Lease jobs that are due, under one lease, which ends for each by itself."""
    if not jobs:
        return []
    name = new_id()
    uow.session.connection().execute(
        update(JobRow)
        .where(among(uow.session, JobRow.id, [job.id for job in jobs]))
        .values(attempts=JobRow.attempts + 1, lease=name, leased_until_ms=uow.now_ms + LEASE_MS)
    )
    return [replace(job, attempt=job.attempt + 1, lease=name) for job in jobs]


def any_due(uow: UnitOfWork, kinds: list[str]) -> bool:
    """Return whether a lease is worth a write transaction."""
    query = select(JobRow.id).where(
        JobRow.kind.in_(kinds),
        JobRow.state == JobState.PENDING,
        JobRow.due_ms <= uow.now_ms,
        JobRow.leased_until_ms <= uow.now_ms,
    )
    return uow.session.scalar(query.limit(1)) is not None


class Settled(NamedTuple):
    """How a leased job ended, or why it is tried again after `after_ms`."""

    job: Job
    state: JobState
    error: str = ""
    after_ms: int | None = None


def settle_all(uow: UnitOfWork, settled: Sequence[Settled]) -> None:
    """Record the outcomes of leased jobs, those that ended alike in one statement; nothing where
    a lease was lost meanwhile."""
    alike: dict[tuple[str, JobState, str, int | None], list[Job]] = {}
    for one in settled:
        alike.setdefault((one.job.lease, *one[1:]), []).append(one.job)
    for (lease_, state, error, after_ms), jobs in alike.items():
        values: dict[str, Any] = {
            "state": state, "error": error[:400], "leased_until_ms": 0, "lease": "",
        }  # fmt: skip
        if state is JobState.PENDING:
            values["due_ms"] = uow.now_ms + (after_ms or 0)
            values["attempts"] = JobRow.attempts - (0 if error else 1)
        else:
            values["ended_ms"] = uow.now_ms
        ended = (
            uow.session.connection()
            .execute(
                update(JobRow)
                .where(
                    among(uow.session, JobRow.id, [job.id for job in jobs]),
                    JobRow.lease == lease_,
                    JobRow.state == JobState.PENDING,
                )
                .values(values)
                .returning(JobRow.id, JobRow.kind)
            )
            .all()
        )
        if state is JobState.FAILED:
            for job, kind in ended:
                _alarm(uow, job, kind, error)


def _alarm(uow: UnitOfWork, job: int, kind: str, error: str) -> None:
    uow.emit(
        "JobFailed",
        f"后台任务最终失败：{kind}（{error}）",
        f"A background job failed for good: {kind} ({error})",
        subject=str(job),
        level="alarm",
        permission="system:read",
    )


def work_once(database: Database, consumers: Mapping[str, Consumer]) -> bool:
    """Do one due job; return whether there was one."""
    kinds = sorted(consumers)
    if not database.read(any_due, kinds):
        return False
    job = database.run(lease_one, kinds)
    if job is None:
        return False
    try:
        consumers[job.kind](database, job)
    except Later as later:
        database.run(settle_all, [Settled(job, JobState.PENDING, "", later.after_ms)])
    except MzError as error:
        final = error.kind is not Kind.UNAVAILABLE or job.attempt >= MAX_ATTEMPTS
        _failed(database, job, error.code, final)
    except Exception as error:  # a defect in one consumer stops neither the others nor the loop
        log.exception("outbox.defect", job=job.id, kind=job.kind, attempt=job.attempt)
        _failed(database, job, type(error).__name__, job.attempt >= MAX_ATTEMPTS)
    else:
        database.run(settle_all, [Settled(job, JobState.DONE)])
    return True


def _failed(database: Database, job: Job, code: str, final: bool) -> None:
    log.warning("outbox.failed", job=job.id, kind=job.kind, code=code, final=final)
    pause = min(_FIRST_PAUSE_MS * 2 ** (job.attempt - 1), _LONGEST_PAUSE_MS)
    state = JobState.FAILED if final else JobState.PENDING
    database.run(settle_all, [Settled(job, state, code, pause)])


@dataclass(frozen=True)
class OutboxCounts:
    """How many jobs wait, were done, failed for good; and the oldest wait, ms."""

    pending: int
    done: int
    failed: int
    oldest_wait_ms: int


def counts(uow: UnitOfWork) -> OutboxCounts:
    """Return the outbox in numbers."""
    by_state = select(JobRow.state, func.count()).group_by(JobRow.state)
    found = dict(uow.session.execute(by_state).all())
    oldest = uow.session.scalar(
        select(func.min(JobRow.due_ms)).where(JobRow.state == JobState.PENDING)
    )
    return OutboxCounts(
        found.get(JobState.PENDING, 0),
        found.get(JobState.DONE, 0),
        found.get(JobState.FAILED, 0),
        max(0, uow.now_ms - oldest) if oldest is not None else 0,
    )
