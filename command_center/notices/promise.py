"""The promise that a notice will be sent: a job in the transaction that plans it."""

from __future__ import annotations

from collections.abc import Sequence

from command_center.notices.models import NoticeRow
from command_center.platform.uow import UnitOfWork

SEND = "notice.send"
"""The outbox kind that sends one notice; its key is the notice's id."""


def promise_sending(uow: UnitOfWork, row: NoticeRow) -> None:
    """Promise the sending of a notice that has a contact."""
    promise_all(uow, [row.notice])


def promise_all(uow: UnitOfWork, notices: Sequence[str]) -> None:
    """Promise the sending of notices that were made in this transaction."""
    uow.enqueue_fresh(SEND, {notice: {"notice": notice} for notice in notices})
