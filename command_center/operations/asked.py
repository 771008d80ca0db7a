"""What became of an officer's word to start the crew: told to the device that he gave it on."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from command_center.access.models import Staff
from command_center.operations.models import Crew, Order, OrderRecipient
from command_center.operations.orders import orders_for
from command_center.operations.unanswered import missed
from command_center.platform.uow import UnitOfWork
from schemas.field_api import CrewAnswer, CrewAsked, OrderAct, Orders, OrderState

SHOWN_MS = 12 * 3_600_000
"""What was asked longer ago is of another visit."""


def page_for(uow: UnitOfWork, officer: str, since: int) -> Orders:
    """Return the orders to an officer after `since`, and what became of his own asking."""
    return msgspec.structs.replace(orders_for(uow, officer, since), asked=asked_by(uow, officer))


def asked_by(uow: UnitOfWork, officer: str) -> list[CrewAsked]:
    """Return the last start of the crew that an officer asked for in each operation, newest first.

    Who has no device of his own is not waited for, unless nobody else answers either.
    """
    mine = select(Crew.operation).where(Crew.staff == officer)
    query = (
        select(Order)
        .where(
            Order.operation.in_(mine), Order.sender == officer, Order.act == OrderAct.RECORD,
            Order.sent_ms > uow.now_ms - SHOWN_MS,
        )
        .order_by(Order.seq.desc())
    )  # fmt: skip
    newest: dict[str, Order] = {}
    for order in uow.session.scalars(query):
        newest.setdefault(order.operation, order)
    return [_told(uow, order) for order in newest.values()]


def _told(uow: UnitOfWork, order: Order) -> CrewAsked:
    query = (
        select(Staff.name, OrderRecipient.state)
        .join(Staff, Staff.id == OrderRecipient.officer)
        .where(OrderRecipient.order == order.id, OrderRecipient.state != OrderState.SENT)
        .order_by(Staff.number)
    )
    answers = [CrewAnswer(name, OrderState(state)) for name, state in uow.session.execute(query)]
    waiting = [CrewAnswer(name, OrderState.SENT) for name in missed(uow, order.id)]
    late = order.unanswered_ms is not None and bool(waiting)
    told = [*waiting, *answers]
    return CrewAsked(order.id, order.operation, order.sent_ms, late, told, too_late=not told)
