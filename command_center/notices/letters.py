"""Letters: posted by hand with a tracking number, and what came of them; one that came back is
posted again, or its party told in another way."""

from __future__ import annotations

import dataclasses
import datetime as dt

from sqlalchemy import and_, exists, func, or_, select

from command_center.cases.models import Case, Party
from command_center.notices import changes
from command_center.notices.models import AttemptRow, NoticeRow, PartRow, ReceiptRow, TaskRow
from command_center.notices.providers.base import Answer
from command_center.notices.states import Channel, NoticeState
from command_center.notices.tasks import finish_of_node
from command_center.platform import typed
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.time import COURT_ZONE, court_time, to_ms

POST = "post"
"""The provider of an attempt that went out by hand."""
_BATCH = 200
_UNSETTLED = or_(
    NoticeRow.state.in_((NoticeState.QUEUED, NoticeState.SENT)),
    and_(
        NoticeRow.state == NoticeState.PERM_FAIL,
        exists().where(TaskRow.notice == NoticeRow.notice, TaskRow.state == "OPEN"),
    ),
)
"""To post, under way, or come back while nobody found another way."""
_LAST = (
    select(func.max(AttemptRow.number))
    .where(AttemptRow.notice == NoticeRow.notice, AttemptRow.provider == POST)
    .correlate(NoticeRow)
    .scalar_subquery()
)


@dataclasses.dataclass(frozen=True)
class Letter:
    """A letter that waits for the post, or for its 送达回证, or came back (`why` then says why).
    `tracking` is empty before posting."""

    notice: str
    case: str
    case_number: str
    purpose: str
    party_name: str
    state: NoticeState
    text: str
    tracking: str
    why: str
    created_ms: int


def open_letters(uow: UnitOfWork, principal: Principal) -> list[Letter]:
    """Return the letters that are not yet settled: those that came back, then those to post, at
    most a batch."""
    principal.require("notice:read")
    rows = uow.session.execute(
        select(NoticeRow, Case.number, Party.name, Party.is_person, AttemptRow.code)
        .join(Case, Case.id == NoticeRow.case)
        .join(Party, Party.id == NoticeRow.party)
        .outerjoin(
            AttemptRow, and_(AttemptRow.notice == NoticeRow.notice, AttemptRow.number == _LAST)
        )
        .where(NoticeRow.channel == Channel.PAPER, _UNSETTLED)
        .order_by(NoticeRow.state, NoticeRow.notice)
        .limit(_BATCH)
    )
    return [
        Letter(row.notice, row.case, number, row.purpose, changes.shown_name(name, is_person),
               NoticeState(row.state), row.text, tracking or "", row.code, row.created_ms)
        for row, number, name, is_person, tracking in rows
    ]  # fmt: skip


def post_letter(uow: UnitOfWork, principal: Principal, notice: str, tracking: str) -> None:
    """Record that a letter was posted, or once more after it came back; what the clerk had to do
    for its party is done.

    Errors: `letter.unknown`, `letter.posted`, `letter.no_tracking`.
    """
    principal.require("notice:retry")
    row, number = _letter(uow, notice), typed.line(tracking, 60)
    if row.state not in (NoticeState.QUEUED, NoticeState.PERM_FAIL):
        raise MzError("letter.posted", Kind.CONFLICT, notice)
    if not number:
        raise MzError("letter.no_tracking", Kind.INVALID)
    if row.state == NoticeState.PERM_FAIL:
        changes.try_again(row)
    last = uow.session.scalar(
        select(func.max(AttemptRow.number)).where(AttemptRow.notice == notice)
    )
    attempt = AttemptRow(
        attempt=new_id(), notice=notice, number=(last or 0) + 1, provider=POST, submissions=1,
        began_ms=uow.now_ms, answered_ms=uow.now_ms, answer=Answer.ACCEPTED, code=number,
    )  # fmt: skip
    uow.session.add(attempt)
    uow.session.flush()
    uow.session.add(PartRow(attempt=attempt.attempt, number=1, provider=POST, message_id=number,
                            state=NoticeState.SENT))  # fmt: skip
    changes.move(uow, row, NoticeState.SENT)
    uow.ledger("party:letter:posted", principal.id, notice, row.text_sha256,
               {"case": row.case, "party": row.party})  # fmt: skip
    finish_of_node(uow, principal, row, f"书面告知已交邮：{number}")


def settle_letter(
    uow: UnitOfWork, principal: Principal, notice: str, *, received: bool, why: str, day: str = ""
) -> None:
    """Record the 送达回证 that came back, signed on a day (ISO; empty: today), or the letter itself
    with the reason (a task again).

    Errors: `letter.unknown`, `letter.not_posted`, `letter.no_reason`, `form.day_malformed`,
    `letter.signed_day`.
    """
    principal.require("notice:retry")
    row, reason = _letter(uow, notice), typed.line(why, 200)
    if row.state != NoticeState.SENT:
        raise MzError("letter.not_posted", Kind.CONFLICT, notice)
    if received:
        changes.move(uow, row, NoticeState.DELIVERED, _signed_ms(uow, row, day))
        return
    if not reason:
        raise MzError("letter.no_reason", Kind.INVALID)
    came_back = f"退信：{reason}"
    uow.session.add(_returned(uow, notice, came_back))
    changes.fail(uow, row, NoticeState.PERM_FAIL, came_back)


def _returned(uow: UnitOfWork, notice: str, code: str) -> ReceiptRow:
    """Return the receipt of the newest posting that came back: it stays, whatever follows."""
    query = select(AttemptRow.attempt).where(
        AttemptRow.notice == notice, AttemptRow.provider == POST
    )
    attempt = uow.session.scalars(query.order_by(AttemptRow.number.desc()).limit(1)).one()
    return ReceiptRow(
        provider=POST, message_id=attempt, code=code, state=NoticeState.PERM_FAIL,
        at_ms=uow.now_ms, first_ms=uow.now_ms, last_ms=uow.now_ms, times=1, attempt=attempt,
    )  # fmt: skip


def _signed_ms(uow: UnitOfWork, row: NoticeRow, text: str) -> int:
    """Return when a letter was signed for: of a day before today its beginning, after posting."""
    today, posted_ms = court_time(uow.now_ms).date(), row.sent_ms or row.created_ms
    day = typed.day(text) if text else today
    if not court_time(posted_ms).date() <= day <= today:
        raise MzError("letter.signed_day", Kind.INVALID, text[:20])
    midnight = dt.datetime.combine(day, dt.time(), COURT_ZONE)
    return uow.now_ms if day == today else max(posted_ms, to_ms(midnight))


def _letter(uow: UnitOfWork, notice: str) -> NoticeRow:
    row = uow.session.get(NoticeRow, notice, with_for_update=True)
    if row is None or row.channel != Channel.PAPER:
        raise MzError("letter.unknown", Kind.NOT_FOUND, notice[:40])
    return row
