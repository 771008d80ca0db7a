"""Receipts of the network: late, doubled, reordered or of messages nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, select

from command_center.notices import changes
from command_center.notices.models import AttemptRow, PartRow, ReceiptRow
from command_center.notices.providers.base import ProviderReceipt
from command_center.notices.states import NoticeState, advance
from command_center.platform.alike import write_alike
from command_center.platform.among import among
from command_center.platform.uow import UnitOfWork


def take_turns(uow: UnitOfWork) -> None:
    """Order receipts and answers: neither may overlook the other that is not yet committed."""
    uow.one_at_a_time("notices.receipts")


def record_receipts(uow: UnitOfWork, came: Sequence[ProviderReceipt]) -> None:
    """Keep receipts, count repeats, and let each move its message and notice forward.

    A receipt of an unknown message stays and waits: it may have overtaken the answer that names
    the message (see `claim_early`).
    """
    take_turns(uow)
    names = [(receipt.provider, receipt.message_id) for receipt in came]
    parts = _newest_parts(uow, names)
    query = select(ReceiptRow).where(_named(uow, ReceiptRow, names))
    known = {(row.provider, row.message_id, row.code): row for row in uow.session.scalars(query)}
    fresh: dict[tuple[str, str, str], dict[str, Any]] = {}
    moved: list[tuple[PartRow, NoticeState, str]] = []
    for receipt in came:
        part = parts.get((receipt.provider, receipt.message_id))
        name = (receipt.provider, receipt.message_id, receipt.code)
        if name in known:
            row = known[name]
            row.times, row.last_ms = row.times + 1, uow.now_ms
            row.attempt = row.attempt or (part.attempt if part else None)
        elif name in fresh:
            fresh[name]["times"] += 1
        else:
            fresh[name] = _kept(uow, receipt, part)
        if part is not None:
            moved.append((part, receipt.state, receipt.code))
    if fresh:
        uow.session.connection().execute(insert(ReceiptRow), list(fresh.values()))
    _apply(uow, moved)


def _kept(uow: UnitOfWork, receipt: ProviderReceipt, part: PartRow | None) -> dict[str, Any]:
    return {
        "provider": receipt.provider, "message_id": receipt.message_id, "code": receipt.code,
        "state": receipt.state, "at_ms": receipt.at_ms, "first_ms": uow.now_ms,
        "last_ms": uow.now_ms, "times": 1, "attempt": part.attempt if part else None,
    }  # fmt: skip


def claim_early(uow: UnitOfWork, names: Sequence[tuple[str, str]]) -> None:
    """Apply receipts that came before the answers which named these messages."""
    early = uow.session.scalars(
        select(ReceiptRow)
        .where(_named(uow, ReceiptRow, names), ReceiptRow.attempt.is_(None))
        .order_by(ReceiptRow.receipt)
    ).all()
    if not early:
        return
    parts = _newest_parts(uow, names)
    moved: list[tuple[PartRow, NoticeState, str]] = []
    for receipt in early:
        part = parts.get((receipt.provider, receipt.message_id))
        if part is None:
            continue
        receipt.attempt = part.attempt
        moved.append((part, NoticeState(receipt.state), receipt.code))
    _apply(uow, moved)


def _named(
    uow: UnitOfWork, of: type[PartRow | ReceiptRow], names: Iterable[tuple[str, str]]
) -> ColumnElement[bool]:
    """Return the condition of these messages; with several providers it meets some more."""
    named = list(names)
    return and_(
        of.provider.in_(sorted({provider for provider, _message in named})),
        among(uow.session, of.message_id, [message for _provider, message in named]),
    )


def _newest_parts(
    uow: UnitOfWork, names: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], PartRow]:
    """Return the newest message of each name: gateways use their numbers again after a time."""
    query = (
        select(PartRow)
        .join(AttemptRow, AttemptRow.attempt == PartRow.attempt)
        .where(_named(uow, PartRow, names))
        .order_by(AttemptRow.began_ms, AttemptRow.attempt)
    )
    return {(part.provider, part.message_id): part for part in uow.session.scalars(query)}


def _apply(uow: UnitOfWork, moved: Sequence[tuple[PartRow, NoticeState, str]]) -> None:
    """Move messages by what was seen of them, and their notices by all of their messages."""
    if not moved:
        return
    named = {part.attempt for part, _seen, _code in moved}
    notices = dict(
        uow.session.execute(
            select(AttemptRow.attempt, AttemptRow.notice).where(
                among(uow.session, AttemptRow.attempt, named)
            )
        ).all()
    )
    parts: dict[str, list[PartRow]] = {attempt: [] for attempt in named}
    of = among(uow.session, PartRow.attempt, named)
    for part in uow.session.scalars(select(PartRow).where(of)):
        parts[part.attempt].append(part)
    rows = changes.lock(uow, list(notices.values()))
    for part, seen, code in moved:
        part.state = advance(NoticeState(part.state), seen)
        row = rows[notices[part.attempt]]
        states = [NoticeState(one.state) for one in parts[part.attempt]]
        failed = next((state for state in states if state.failed), None)
        if all(state is NoticeState.DELIVERED for state in states):
            changes.move(uow, row, NoticeState.DELIVERED)
        elif failed is not None:
            changes.fail(uow, row, failed, code)
    write_alike(uow.session, [*rows.values(), *(part for part, _seen, _code in moved)])
