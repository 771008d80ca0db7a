"""The worker's round of sending: many notices in two transactions, all submitted side by side.

What is taken up together goes out in one wave, so that a lease covers it: as many for each road
as its provider takes at once, and no more a second than the settings allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec
import structlog
from sqlalchemy import func, select

from command_center.notices.models import AttemptRow, NoticeRow
from command_center.notices.promise import SEND
from command_center.notices.providers.base import Outcome, Providers
from command_center.notices.sending import (
    Road,
    SendOrder,
    begin_attempts,
    record_outcomes,
)
from command_center.notices.states import Channel
from command_center.platform.among import among
from command_center.platform.database import Database
from command_center.platform.outbox import (
    Consumer,
    Job,
    Later,
    Settled,
    any_due,
    due_jobs,
    lease,
    settle_all,
    work_once,
)
from command_center.platform.outbox_rows import JobState
from command_center.platform.uow import UnitOfWork
from schemas import crash

_LOOKED_AT = 128
_SECOND_MS = 1_000
log = structlog.get_logger()


class SendNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `notice.send`."""

    notice: str


@dataclass(frozen=True)
class Taken:
    """A job whose attempt is committed and may be submitted."""

    job: Job
    order: SendOrder


class Dispatch:
    """Sends what is due by the providers of a worker."""

    def __init__(self, database: Database, providers: Providers) -> None:
        self._database, self._providers = database, providers
        self._roads = roads(providers, database.settings.sms.per_second)
        self._pool = ThreadPoolExecutor(thread_name_prefix="send")

    def round(self) -> bool:
        """Send one wave; return whether there was anything to do."""
        if not self._database.read(any_due, [SEND]):
            return False
        try:
            taken = self._database.run(take_up, self._roads)
        except Exception:  # one that cannot be begun must not keep the others
            log.exception("dispatch.defect")
            return work_once(self._database, {SEND: sender(self._providers)})
        if taken is None:
            return False
        crash.point("worker.before_submit")
        # No unit of work is open here: a slow gateway holds no row and no connection.
        outcomes = self._send_all([one.order for one in taken])
        crash.point("worker.between_submit_and_answer")
        self._keep(taken, outcomes)
        return True

    def _send_all(self, orders: Sequence[SendOrder]) -> list[Outcome]:
        """Send by all channels side by side; return the outcomes in the order of the orders."""
        by_channel: dict[Channel, list[SendOrder]] = {}
        for order in orders:
            by_channel.setdefault(order.channel, []).append(order)
        sent = [
            (of, self._pool.submit(self._providers[channel].send_all, [one.message for one in of]))
            for channel, of in by_channel.items()
        ]
        told = {
            order.attempt: outcome
            for of, outcomes in sent
            for order, outcome in zip(of, outcomes.result(), strict=True)
        }
        return [told[order.attempt] for order in orders]

    def _keep(self, taken: Sequence[Taken], outcomes: Sequence[Outcome]) -> None:
        """Keep the answers; one that cannot be kept is asked for again when its lease ends."""
        try:
            self._database.run(keep_outcomes, taken, outcomes)
        except Exception:
            if len(taken) == 1:
                log.exception("dispatch.defect", job=taken[0].job.id)
                return
            for one, outcome in zip(taken, outcomes, strict=True):
                self._keep([one], [outcome])


def sender(providers: Providers) -> Consumer:
    """Return the consumer that sends one notice by itself."""
    known = roads(providers)

    def send(database: Database, job: Job) -> None:
        notice = msgspec.json.decode(job.payload, type=SendNotice).notice
        order = database.run(begin_attempts, [notice], known)[notice]
        if isinstance(order, SendOrder):
            outcome = providers[order.channel].send(order.message)
            order = database.run(record_outcomes, [(order, outcome)])[0]
        if order is not None:
            raise Later(order)

    return send


def roads(providers: Providers, per_second: int = 0) -> Mapping[Channel, Road]:
    """Return the providers as the verbs of sending know them; the limit is that of the SMS."""
    return {
        channel: Road(one.name, one.repeatable, one.at_once,
                      per_second if channel is Channel.SMS else 0)
        for channel, one in providers.items()
    }  # fmt: skip


def take_up(uow: UnitOfWork, roads: Mapping[Channel, Road]) -> list[Taken] | None:
    """Lease what is due and fits, and commit the intent to submit it; None when nothing did.

    What has nothing left to send is settled here, what must wait by policy is put off.
    """
    if any(road.per_second for road in roads.values()):
        uow.one_at_a_time("notices.sending")
    due = due_jobs(uow, [SEND], _LOOKED_AT)
    notices = {job.id: msgspec.json.decode(job.payload, type=SendNotice).notice for job in due}
    fitting = _fitting(uow, due, notices, roads)
    if not fitting:
        return None
    begun = begin_attempts(uow, [notices[job.id] for job in fitting], roads)
    jobs = [(job, begun[notices[job.id]]) for job in lease(uow, fitting)]
    settle_all(uow, [_left(job, what) for job, what in jobs if not isinstance(what, SendOrder)])
    return [Taken(job, what) for job, what in jobs if isinstance(what, SendOrder)]


def _fitting(
    uow: UnitOfWork,
    due: Sequence[Job],
    notices: Mapping[int, str],
    roads: Mapping[Channel, Road],
) -> list[Job]:
    """Return the jobs for which their road has room now, oldest first."""
    named = select(NoticeRow.notice, NoticeRow.channel)
    wanted = among(uow.session, NoticeRow.notice, notices.values())
    found = uow.session.execute(named.where(wanted)).all()
    channels = {notice: Channel(channel) for notice, channel in found}
    room = {channel: _room(uow, road) for channel, road in roads.items()}
    fitting: list[Job] = []
    for job in due:
        channel = channels.get(notices[job.id])
        if channel is None or channel not in room:
            fitting.append(job)  # it ends by itself, with its reason
        elif room[channel] > 0:
            room[channel] -= 1
            fitting.append(job)
    return fitting


def _room(uow: UnitOfWork, road: Road) -> int:
    if not road.per_second:
        return road.at_once
    lately = select(func.count()).where(
        AttemptRow.provider == road.name, AttemptRow.began_ms > uow.now_ms - _SECOND_MS
    )
    return min(road.at_once, road.per_second - int(uow.session.scalar(lately) or 0))


def _left(job: Job, pause_ms: int | None) -> Settled:
    """Return what becomes of a job that submits nothing (more) now."""
    if pause_ms is None:
        return Settled(job, JobState.DONE)
    return Settled(job, JobState.PENDING, "", pause_ms)


def keep_outcomes(uow: UnitOfWork, taken: Sequence[Taken], outcomes: Sequence[Outcome]) -> None:
    """Keep the answers and settle their jobs, in one transaction."""
    pauses = record_outcomes(
        uow, [(one.order, outcome) for one, outcome in zip(taken, outcomes, strict=True)]
    )
    settle_all(uow, [_left(one.job, pause) for one, pause in zip(taken, pauses, strict=True)])
