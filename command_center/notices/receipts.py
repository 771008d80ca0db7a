"""Receipts of the network: late, doubled, reordered or of messages nobody knows yet."""

from __future__ import annotations

from sqlalchemy import select

from command_center.notices import changes
from command_center.notices.models import AttemptRow, NoticeRow, PartRow, ReceiptRow
from command_center.notices.providers.base import ProviderReceipt
from command_center.notices.states import NoticeState, advance
from command_center.platform.uow import UnitOfWork


def take_turns(uow: UnitOfWork) -> None:
    """Order receipts and answers: neither may overlook the other that is not yet committed."""
    uow.one_at_a_time("notices.receipts")


def record_receipt(uow: UnitOfWork, receipt: ProviderReceipt) -> None:
    """Keep a receipt, count repeats, and let it move its message and notice forward.

    A receipt of an unknown message stays and waits: it may have overtaken the answer that names
    the message (see `claim_early`).
    """
    take_turns(uow)
    part = _part(uow, receipt.provider, receipt.message_id)
    row = uow.session.scalars(
        select(ReceiptRow).where(
            ReceiptRow.provider == receipt.provider,
            ReceiptRow.message_id == receipt.message_id,
            ReceiptRow.code == receipt.code,
        )
    ).first()
    if row is not None:
        row.times, row.last_ms = row.times + 1, uow.now_ms
        row.attempt = row.attempt or (part.attempt if part else None)
    else:
        uow.session.add(
            ReceiptRow(
                provider=receipt.provider,
                message_id=receipt.message_id,
                code=receipt.code,
                state=receipt.state,
                at_ms=receipt.at_ms,
                first_ms=uow.now_ms,
                last_ms=uow.now_ms,
                times=1,
                attempt=part.attempt if part else None,
            )
        )
    if part is not None:
        _apply(uow, part, receipt.state, receipt.code)


def claim_early(uow: UnitOfWork, attempt: AttemptRow) -> None:
    """Apply receipts that came before the answer which named this attempt's messages."""
    parts = uow.session.scalars(select(PartRow).where(PartRow.attempt == attempt.attempt)).all()
    for part in parts:
        early = uow.session.scalars(
            select(ReceiptRow)
            .where(
                ReceiptRow.provider == part.provider,
                ReceiptRow.message_id == part.message_id,
                ReceiptRow.attempt.is_(None),
            )
            .order_by(ReceiptRow.receipt)
        ).all()
        for receipt in early:
            receipt.attempt = attempt.attempt
            _apply(uow, part, NoticeState(receipt.state), receipt.code)


def _part(uow: UnitOfWork, provider: str, message_id: str) -> PartRow | None:
    """Return the newest message of that name: gateways use their numbers again after a time."""
    return uow.session.scalars(
        select(PartRow)
        .join(AttemptRow, AttemptRow.attempt == PartRow.attempt)
        .where(PartRow.provider == provider, PartRow.message_id == message_id)
        .order_by(AttemptRow.began_ms.desc(), AttemptRow.attempt.desc())
        .limit(1)
    ).first()


def _apply(uow: UnitOfWork, part: PartRow, seen: NoticeState, code: str) -> None:
    part.state = advance(NoticeState(part.state), seen)
    uow.session.flush()
    attempt = uow.session.get(AttemptRow, part.attempt)
    row = uow.session.get(NoticeRow, attempt.notice, with_for_update=True) if attempt else None
    if attempt is None or row is None:
        return
    states = [
        NoticeState(state)
        for state in uow.session.scalars(
            select(PartRow.state).where(PartRow.attempt == attempt.attempt)
        )
    ]
    if all(state is NoticeState.DELIVERED for state in states):
        changes.move(uow, row, NoticeState.DELIVERED)
        return
    failed = next((state for state in states if state.failed), None)
    if failed is not None:
        changes.fail(uow, row, failed, code)
