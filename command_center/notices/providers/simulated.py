"""The simulated SMS provider: messages go into a spool that a page shows, and reach no one.

It answers about a second later with a delivery receipt. A number that ends in 0000 plays a
telephone that is switched off for ever: its receipt says UNDELIV.
"""

from __future__ import annotations

from sqlalchemy import select

from command_center.notices import sms_text
from command_center.notices.models import SimulatedMessageRow
from command_center.notices.providers.base import (
    Message,
    PooledProvider,
    ProviderReceipt,
    ReceiptSink,
)
from command_center.notices.states import NoticeState
from command_center.platform.database import Database
from command_center.platform.uow import UnitOfWork

RECEIPT_AFTER_MS = 1_000
NUMBER = "simulated_sms.number"
_STATES = {"DELIVRD": NoticeState.DELIVERED, "UNDELIV": NoticeState.PERM_FAIL}


class SimulatedProvider(PooledProvider):
    """Spools each message in the centre's own database."""

    name = "simulated"

    def __init__(self, database: Database, sink: ReceiptSink) -> None:
        super().__init__(sink)
        self._database = database

    def _submit(self, message: Message) -> list[str]:
        self._database.run(spool, message)
        return [f"{message.key}.{n}" for n in range(1, sms_text.messages(message.text) + 1)]

    def tick(self) -> None:
        """Give the receipts that are due; one lost between is given again."""
        for key, receipts in self._database.read(due_receipts):
            self.deliver(*receipts)
            self._database.run(settle, key)


def spool(uow: UnitOfWork, message: Message) -> None:
    """Keep a message; the same key again is only counted, as a careful gateway would."""
    row = uow.session.get(SimulatedMessageRow, message.key)
    if row is not None:
        row.submissions += 1
        return
    uow.session.add(
        SimulatedMessageRow(
            key=message.key,
            number=uow.keys.cipher.encrypt(message.number, NUMBER),
            text=message.text,
            submitted_ms=uow.now_ms,
            submissions=1,
            receipt_due_ms=uow.now_ms + RECEIPT_AFTER_MS,
            receipt_code="UNDELIV" if message.number.endswith("0000") else "DELIVRD",
        )
    )


def due_receipts(uow: UnitOfWork) -> list[tuple[str, list[ProviderReceipt]]]:
    """Return the keys whose receipts are due, with a receipt for each part."""
    rows = uow.session.scalars(
        select(SimulatedMessageRow)
        .where(
            SimulatedMessageRow.receipt_sent_ms.is_(None),
            SimulatedMessageRow.receipt_due_ms <= uow.now_ms,
        )
        .order_by(SimulatedMessageRow.receipt_due_ms)
        .limit(100)
    )
    return [(row.key, _receipts(row)) for row in rows]


def settle(uow: UnitOfWork, key: str) -> None:
    """Mark a message's receipts as given."""
    row = uow.session.get(SimulatedMessageRow, key)
    if row is not None:
        row.receipt_sent_ms = uow.now_ms


def _receipts(row: SimulatedMessageRow) -> list[ProviderReceipt]:
    state, parts = _STATES[row.receipt_code], sms_text.messages(row.text)
    return [
        ProviderReceipt(
            SimulatedProvider.name,
            f"{row.key}.{number}",
            row.receipt_code,
            state,
            row.receipt_due_ms,
        )
        for number in range(1, parts + 1)
    ]
