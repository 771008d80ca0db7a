"""How a notice changes: one place moves its state, writes the event, opens or closes the task."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from command_center.notices.fallback import plan_letter, plan_next
from command_center.notices.models import NoticeRow, TaskRow
from command_center.notices.states import Channel, NoticeState, advance
from command_center.platform.among import among
from command_center.platform.masking import mask_name
from command_center.platform.uow import UnitOfWork
from schemas.ids import new_id
from schemas.problems import Kind, MzError

_EVENTS: dict[NoticeState, str] = {
    NoticeState.SENT: "NoticeSent",
    NoticeState.DELIVERED: "NoticeDelivered",
    NoticeState.READ: "NoticeRead",
    NoticeState.ACKED: "NoticeAcknowledged",
}


def lock(uow: UnitOfWork, notices: Iterable[str]) -> dict[str, NoticeRow]:
    """Return notices by their ids, locked in one order for all, their parties read with them.

    Errors: `notice.unknown`.
    """
    wanted = set(notices)
    query = (
        select(NoticeRow)
        .options(joinedload(NoticeRow.recipient, innerjoin=True))
        .where(among(uow.session, NoticeRow.notice, wanted))
        .order_by(NoticeRow.notice)
        .with_for_update(of=NoticeRow)
    )
    rows = {row.notice: row for row in uow.session.scalars(query)}
    if unknown := wanted - rows.keys():
        raise MzError("notice.unknown", Kind.NOT_FOUND, min(unknown))
    return rows


def move(uow: UnitOfWork, row: NoticeRow, seen: NoticeState, at_ms: int | None = None) -> bool:
    """Take what was learnt; return whether the state changed (it never goes back)."""
    state = advance(NoticeState(row.state), seen)
    if state == row.state:
        return False
    row.state = state
    _stamp(row, state, at_ms or uow.now_ms)
    event = _EVENTS.get(state)
    if event is not None:
        _emit(uow, row, event, state, "info")
    if state in (NoticeState.DELIVERED, NoticeState.READ, NoticeState.ACKED):
        uow.ledger(
            f"party:notice:{state.lower()}",
            "centre",
            row.notice,
            row.text_sha256,
            {"case": row.case, "party": row.party},
        )
        _close_task(uow, row)
    return True


def fail(uow: UnitOfWork, row: NoticeRow, state: NoticeState, code: str) -> None:
    """Record a final failure: a state, an alarm and what takes its place, never silence.

    The next channel that the party confirmed; without one a letter and a clerk's task, which is
    done when the letter is posted, or the party is told in another way.
    """
    if not move(uow, row, state):
        return
    row.code = code[:200]
    _emit(uow, row, "NoticeFailed", state, "alarm")
    uow.ledger(
        "party:notice:failed",
        "centre",
        row.notice,
        row.text_sha256,
        {"case": row.case, "party": row.party, "state": state},
    )
    if plan_next(uow, row):
        return
    plan_letter(uow, row)
    _open_task(uow, row, state)


def try_again(row: NoticeRow) -> None:
    """Let a letter that came back be posted once more; its receipts keep what came of it."""
    row.state, row.code, row.failed_ms = NoticeState.QUEUED, "", None


def _open_task(uow: UnitOfWork, row: NoticeRow, state: NoticeState) -> None:
    """Give a clerk the notice; what was done for it before is asked for again."""
    task = uow.session.scalars(select(TaskRow).where(TaskRow.notice == row.notice)).first()
    if task is None:
        task = TaskRow(task=new_id(), notice=row.notice, case=row.case, party=row.party)
        uow.session.add(task)
    task.reason, task.code, task.state = state, row.code, "OPEN"
    task.created_ms, task.done_ms, task.done_by, task.outcome = uow.now_ms, None, None, ""
    uow.session.flush()


def shown_name(name: str, is_person: bool) -> str:
    """Return a party's name as others see it: persons masked, units whole."""
    return mask_name(name) if is_person else name


def _stamp(row: NoticeRow, state: NoticeState, at_ms: int) -> None:
    if state is NoticeState.SENT:
        row.sent_ms = at_ms
    elif state is NoticeState.DELIVERED:
        row.delivered_ms = at_ms
    elif state is NoticeState.READ:
        row.read_ms = at_ms
    elif state is NoticeState.ACKED:
        row.acked_ms = at_ms
    elif state.failed:
        row.failed_ms = at_ms


def _emit(uow: UnitOfWork, row: NoticeRow, event: str, state: NoticeState, level: str) -> None:
    name, channel = _name(row), Channel(row.channel)
    uow.emit(
        event,
        f"{channel.zh}告知{name}：{state.zh}",
        f"Notice by {channel.en} to {name}: {state.en}",
        case=row.case,
        subject=row.notice,
        level=level,
    )


def _close_task(uow: UnitOfWork, row: NoticeRow) -> None:
    """A late receipt may show that a message got through after all."""
    if row.failed_ms is None:
        return  # it never failed: no clerk was asked
    task = uow.session.scalars(
        select(TaskRow).where(TaskRow.notice == row.notice, TaskRow.state == "OPEN")
    ).first()
    if task is not None:
        task.state, task.done_ms, task.done_by = "DONE", uow.now_ms, None
        task.outcome = f"后续回执：{NoticeState(row.state).zh}"


def alarm_late(uow: UnitOfWork, row: NoticeRow) -> None:
    """Tell the desk that a party has not been told in time (S-11)."""
    channel = Channel(row.channel)
    uow.emit(
        "NoticeLate",
        f"{channel.zh}告知超时未发出：{_name(row)}",
        f"Notice by {channel.en} is late: {_name(row)}",
        case=row.case,
        subject=row.notice,
        level="alarm",
    )


def _name(row: NoticeRow) -> str:
    return shown_name(row.recipient.name, row.recipient.is_person)
