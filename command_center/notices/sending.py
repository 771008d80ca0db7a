"""Verbs around submissions: what is committed before them, and what their answers change.

Both take several notices at once: a burst of acts is told in few transactions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from command_center.cases.contacts import address_of, is_stopped
from command_center.cases.models import Contact
from command_center.notices import changes, receipts
from command_center.notices.models import AttemptRow, NoticeRow, PartRow
from command_center.notices.policy import pause_by_policy
from command_center.notices.providers.base import Answer, Message, Outcome
from command_center.notices.states import Channel, NoticeState
from command_center.platform.alike import write_alike
from command_center.platform.among import among
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id

MAX_ATTEMPTS = 8
MAX_UNANSWERED = 5
PAUSES_MS = (1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000)
"""Back-off between attempts; the last one repeats."""

_SENDABLE = frozenset({NoticeState.QUEUED, NoticeState.SENDING, NoticeState.TEMP_FAIL})


@dataclass(frozen=True)
class Road:
    """A provider as the verbs know it; `repeatable` and `at_once` as of `Provider`; `per_second`:
    how many attempts it may begin in a second by all workers, 0 without limit."""

    name: str
    repeatable: bool
    at_once: int = 1
    per_second: int = 0


@dataclass(frozen=True)
class SendOrder:
    """An attempt that is committed and may now be submitted by the provider of its channel."""

    notice: str
    channel: Channel
    attempt: str
    message: Message


Begun = SendOrder | int | None
"""None when there is nothing left to send; a pause in ms while the court's policy lets nothing go
to this party."""


def begin_attempts(
    uow: UnitOfWork, notices: Sequence[str], roads: Mapping[Channel, Road]
) -> dict[str, Begun]:
    """Commit the intent to submit notices.

    An attempt without an answer is submitted again under the same key and counted: the worker
    died, or the network did, between submit and answer. Where a provider would send a second
    message then, the notice fails instead. Errors: `notice.unknown`.
    """
    rows = changes.lock(uow, notices)
    attempts = uow.session.scalars(
        select(AttemptRow)
        .where(among(uow.session, AttemptRow.notice, notices))
        .order_by(AttemptRow.number)
    )
    last = {one.notice: one for one in attempts}
    # One look for all: `address_of` and `is_stopped` find them in the session.
    contacts = {row.contact for row in rows.values() if row.contact is not None}
    named = select(Contact).where(among(uow.session, Contact.id, contacts))
    _held = list(uow.session.scalars(named))
    opened: list[dict[str, Any]] = []
    begun = {
        notice: _begin(uow, rows[notice], last.get(notice), roads, opened) for notice in notices
    }
    if opened:
        uow.session.connection().execute(insert(AttemptRow), opened)
    write_alike(uow.session, [*rows.values(), *last.values()])
    return begun


def _begin(
    uow: UnitOfWork,
    row: NoticeRow,
    last: AttemptRow | None,
    roads: Mapping[Channel, Road],
    opened: list[dict[str, Any]],
) -> Begun:
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
    if last is not None and last.answered_ms is None and not _may_repeat(last, road):
        last.answered_ms = uow.now_ms
        changes.fail(uow, row, NoticeState.PERM_FAIL, "no answer: may have arrived")
        return None
    if last is None and (wait := pause_by_policy(uow, row)) is not None:
        return wait
    attempt = _open_attempt(uow, row, last, road.name, opened)
    changes.move(uow, row, NoticeState.SENDING)
    _kind, address = address_of(uow, row.contact)
    return SendOrder(row.notice, channel, attempt, Message(attempt, address, row.text))


def _may_repeat(unanswered: AttemptRow, road: Road) -> bool:
    return road.repeatable and unanswered.submissions < MAX_UNANSWERED


def _open_attempt(
    uow: UnitOfWork,
    row: NoticeRow,
    last: AttemptRow | None,
    provider: str,
    opened: list[dict[str, Any]],
) -> str:
    """Return the attempt to submit; the row of a new one is put to `opened`."""
    if last is not None and last.answered_ms is None:
        last.submissions += 1
        return last.attempt
    attempt = new_id()
    opened.append({
        "attempt": attempt, "notice": row.notice, "number": last.number + 1 if last else 1,
        "provider": provider, "submissions": 1, "began_ms": uow.now_ms, "code": "",
    })  # fmt: skip
    return attempt


def record_outcomes(uow: UnitOfWork, told: Sequence[tuple[SendOrder, Outcome]]) -> list[int | None]:
    """Keep the providers' answers; return for each the pause in ms before the next try, or None.

    Errors: `notice.unknown`.
    """
    receipts.take_turns(uow)
    orders = [order for order, _outcome in told]
    rows = changes.lock(uow, [order.notice for order in orders])
    named = select(AttemptRow).where(
        among(uow.session, AttemptRow.attempt, [one.attempt for one in orders])
    )
    attempts = {one.attempt: one for one in uow.session.scalars(named.with_for_update())}
    parts: list[dict[str, Any]] = []
    pauses = [
        _record(uow, rows[order.notice], attempts[order.attempt], outcome, parts)
        for order, outcome in told
    ]
    write_alike(uow.session, [*rows.values(), *attempts.values()])
    if parts:
        uow.session.connection().execute(insert(PartRow), parts)
        receipts.claim_early(uow, [(part["provider"], part["message_id"]) for part in parts])
    return pauses


def _record(
    uow: UnitOfWork,
    row: NoticeRow,
    attempt: AttemptRow,
    outcome: Outcome,
    parts: list[dict[str, Any]],
) -> int | None:
    if attempt.answered_ms is not None:
        return None
    attempt.answer, attempt.code = outcome.answer, outcome.code
    if outcome.answer is Answer.UNKNOWN:
        return _unanswered(uow, row, attempt)
    attempt.answered_ms = uow.now_ms
    if outcome.answer is Answer.ACCEPTED:
        parts += _accepted(uow, row, attempt, outcome)
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


def _accepted(
    uow: UnitOfWork, row: NoticeRow, attempt: AttemptRow, outcome: Outcome
) -> list[dict[str, Any]]:
    """Return the rows of the messages that the provider named."""
    changes.move(uow, row, NoticeState.SENT)
    row.code = ""
    return [
        {"attempt": attempt.attempt, "number": number, "provider": attempt.provider,
         "message_id": message_id, "state": NoticeState.SENT}
        for number, message_id in enumerate(outcome.message_ids, start=1)
    ]  # fmt: skip


def pause_ms(failures: int) -> int:
    """Return the pause after so many failures, ms."""
    return PAUSES_MS[min(failures, len(PAUSES_MS)) - 1]
