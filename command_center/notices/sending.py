"""Verbs around one submission: what is committed before it, and what its answer changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from command_center.cases.service import address_of, is_stopped
from command_center.notices import changes, receipts
from command_center.notices.models import AttemptRow, NoticeRow, PartRow
from command_center.notices.policy import pause_by_policy
from command_center.notices.providers.base import Answer, Message, Outcome
from command_center.notices.states import Channel, NoticeState
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError

MAX_ATTEMPTS = 8
MAX_UNANSWERED = 5
PAUSES_MS = (1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000)
"""Back-off between attempts; the last one repeats."""

_SENDABLE = frozenset({NoticeState.QUEUED, NoticeState.SENDING, NoticeState.TEMP_FAIL})


@dataclass(frozen=True)
class Road:
    """A provider as the verbs know it; `repeatable` as of `Provider`."""

    name: str
    repeatable: bool


@dataclass(frozen=True)
class SendOrder:
    """An attempt that is committed and may now be submitted by the provider of its channel."""

    notice: str
    channel: Channel
    attempt: str
    message: Message


def begin_attempt(
    uow: UnitOfWork, notice: str, roads: Mapping[Channel, Road]
) -> SendOrder | int | None:
    """Commit the intent to submit; None when there is nothing left to send, a pause in ms while
    the court's policy lets nothing go to this party.

    An attempt without an answer is submitted again under the same key and counted: the worker
    died, or the network did, between submit and answer. Where a provider would send a second
    message then, the notice fails instead. Errors: `notice.unknown`.
    """
    row = uow.session.get(NoticeRow, notice, with_for_update=True)
    if row is None:
        raise MzError("notice.unknown", Kind.NOT_FOUND, notice)
    if row.state not in _SENDABLE:
        return None
    if row.contact is None:
        changes.fail(uow, row, NoticeState.NO_CONTACT, "no_phone")
        return None
    if is_stopped(uow, row.contact):
        changes.fail(uow, row, NoticeState.MISDIRECTED, "number_stopped")
        return None
    channel = Channel(row.channel)
    road = roads.get(channel)
    if road is None:
        changes.fail(uow, row, NoticeState.PERM_FAIL, "no provider")
        return None
    last = _last_attempt(uow, row.notice)
    if last is not None and last.answered_ms is None and not road.repeatable:
        last.answered_ms = uow.now_ms
        changes.fail(uow, row, NoticeState.PERM_FAIL, "no answer: may have arrived")
        return None
    if last is None and (wait := pause_by_policy(uow, row)) is not None:
        return wait
    attempt = _open_attempt(uow, row, last, road.name)
    changes.move(uow, row, NoticeState.SENDING)
    _kind, address = address_of(uow, row.contact)
    return SendOrder(
        row.notice, channel, attempt.attempt, Message(attempt.attempt, address, row.text)
    )


def _last_attempt(uow: UnitOfWork, notice: str) -> AttemptRow | None:
    return uow.session.scalars(
        select(AttemptRow)
        .where(AttemptRow.notice == notice)
        .order_by(AttemptRow.number.desc())
        .limit(1)
    ).first()


def _open_attempt(
    uow: UnitOfWork, row: NoticeRow, last: AttemptRow | None, provider: str
) -> AttemptRow:
    if last is not None and last.answered_ms is None:
        last.submissions += 1
        return last
    attempt = AttemptRow(
        attempt=new_id(),
        notice=row.notice,
        number=last.number + 1 if last else 1,
        provider=provider,
        submissions=1,
        began_ms=uow.now_ms,
    )
    uow.session.add(attempt)
    uow.session.flush()
    return attempt


def record_outcome(uow: UnitOfWork, order: SendOrder, outcome: Outcome) -> int | None:
    """Keep the provider's answer; return the pause in ms before the next try, or None."""
    receipts.take_turns(uow)
    attempt = uow.session.get(AttemptRow, order.attempt, with_for_update=True)
    row = uow.session.get(NoticeRow, order.notice, with_for_update=True)
    if attempt is None or row is None:
        raise MzError("notice.unknown", Kind.NOT_FOUND, order.notice)
    if attempt.answered_ms is not None:
        return None
    attempt.answer, attempt.code = outcome.answer, outcome.code
    if outcome.answer is Answer.UNKNOWN:
        return _unanswered(uow, row, attempt)
    attempt.answered_ms = uow.now_ms
    if outcome.answer is Answer.ACCEPTED:
        _accepted(uow, row, attempt, outcome)
        return None
    if outcome.answer is Answer.REJECTED:
        changes.fail(uow, row, NoticeState.PERM_FAIL, outcome.code)
        return None
    if attempt.number >= MAX_ATTEMPTS:
        changes.fail(uow, row, NoticeState.PERM_FAIL, f"gave up: {outcome.code}")
        return None
    changes.move(uow, row, NoticeState.TEMP_FAIL)
    row.code = outcome.code
    return pause_ms(attempt.number)


def _unanswered(uow: UnitOfWork, row: NoticeRow, attempt: AttemptRow) -> int | None:
    """No answer: the same key again, but not for ever; each time may reach the party."""
    if attempt.submissions >= MAX_UNANSWERED:
        attempt.answered_ms = uow.now_ms
        changes.fail(uow, row, NoticeState.PERM_FAIL, f"no answer: {attempt.code}")
        return None
    changes.move(uow, row, NoticeState.TEMP_FAIL)
    return pause_ms(attempt.submissions)


def _accepted(uow: UnitOfWork, row: NoticeRow, attempt: AttemptRow, outcome: Outcome) -> None:
    for number, message_id in enumerate(outcome.message_ids, start=1):
        uow.session.add(
            PartRow(
                attempt=attempt.attempt,
                number=number,
                provider=attempt.provider,
                message_id=message_id,
                state=NoticeState.SENT,
            )
        )
    uow.session.flush()
    changes.move(uow, row, NoticeState.SENT)
    row.code = ""
    receipts.claim_early(uow, attempt)


def pause_ms(failures: int) -> int:
    """Return the pause after so many failures, ms."""
    return PAUSES_MS[min(failures, len(PAUSES_MS)) - 1]
