"""What is left of a claim (S-21): the amount with delay interest and fee, less what came in.

Money goes first on what bears no delay interest (costs and interest of the judgment, 民法典 561),
then on the principal, then on the doubled interest (迟延履行利息解释(2014) 4). Days for which the
debtor did not cause a stay are not taken out here: the sum is the most that he may owe.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from command_center.cases.debt import Payment, delay_interest, enforcement_fee
from command_center.cases.models import Case
from command_center.cases.received import ReceiptView, receipts_of
from command_center.platform.uow import UnitOfWork
from schemas.time import court_time


@dataclass(frozen=True)
class Balance:
    """Fen, as of a day. `interest_from`: the day after which it runs, None where the case does
    not say until when to perform."""

    amount_fen: int
    interest_fen: int
    interest_from: dt.date | None
    fee_fen: int
    received_fen: int
    day: dt.date

    @property
    def due_fen(self) -> int:
        """Everything that was or is due."""
        return self.amount_fen + self.interest_fen + self.fee_fen

    @property
    def remaining_fen(self) -> int:
        """What is still owed; 0 where too much came in."""
        return max(0, self.due_fen - self.received_fen)


def balance_of(uow: UnitOfWork, case: str) -> Balance:
    """Return the balance of a case as of today."""
    row = uow.session.get_one(Case, case)
    ended = dt.date.fromisoformat(row.perform_by) if row.perform_by else None
    return balance(
        row.amount_fen, row.principal_fen, ended, receipts_of(uow, case),
        court_time(uow.now_ms).date(),
    )  # fmt: skip


def balance(
    amount_fen: int,
    principal_fen: int | None,
    ended: dt.date | None,
    receipts: Iterable[ReceiptView],
    day: dt.date,
) -> Balance:
    """Return the balance on a day. principal_fen: what bears delay interest, all of it if None."""
    principal = amount_fen if principal_fen is None else principal_fen
    came = sorted((one for one in receipts if not one.void), key=lambda one: one.day)
    free, left, payments = amount_fen - principal, principal, []
    for one in came:
        on_free = min(free, one.amount_fen)
        on_principal = min(left, one.amount_fen - on_free)
        free, left = free - on_free, left - on_principal
        payments.append(Payment(one.day, on_principal))
    interest = delay_interest(principal, ended, day, payments) if ended else 0
    return Balance(amount_fen, interest, ended, enforcement_fee(amount_fen),
                   sum(one.amount_fen for one in came), day)  # fmt: skip
