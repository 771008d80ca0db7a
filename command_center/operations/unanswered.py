"""Orders that a device did not fetch in time: the desk is told, and may send them once more."""

from __future__ import annotations

import threading

from sqlalchemy import ColumnElement, func, select

from command_center.access.models import Staff
from command_center.devices.models import Device
from command_center.operations.models import Operation, Order, OrderRecipient
from command_center.platform.database import Database
from command_center.platform.loops import Loop
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import OrderState
from schemas.problems import Kind, MzError
from schemas.sign import sha256_hex

UNANSWERED = "order.unanswered"
ANSWER_MS = 5 * 60_000
"""A device in contact asks every half minute; what it did not fetch by then wants another road."""
_LOOKED_BACK_MS = 24 * 3_600_000
_ROUND_S = 10.0


def look(uow: UnitOfWork) -> None:
    """Tell the desk once of each order that some device did not fetch in time."""
    asked_ms = func.coalesce(Order.again_ms, Order.sent_ms)
    query = select(Order).where(
        Order.unanswered_ms.is_(None),
        asked_ms.between(uow.now_ms - _LOOKED_BACK_MS, uow.now_ms - ANSWER_MS),
        Order.id.in_(select(OrderRecipient.order).where(OrderRecipient.state == OrderState.SENT)),
    )
    for order in uow.session.scalars(query.with_for_update(skip_locked=True)).all():
        order.unanswered_ms = uow.now_ms
        names = "、".join(missed(uow, order.id))
        if not names:
            continue
        operation = uow.session.get_one(Operation, order.operation)
        uow.emit("OrderUnanswered", f"指令 5 分钟未送达：{operation.title}（{names}）",
                 f"An order was not fetched within 5 minutes: {operation.title} ({names})",
                 case=operation.case, operation=operation.id, subject=order.id,
                 level="warn")  # fmt: skip


def send_again(uow: UnitOfWork, principal: Principal, order: str) -> str:
    """Hint the devices at an order once more, and wait for them anew; return its operation.

    Errors: `order.unknown`, `order.fetched` (every device has it).
    """
    principal.require("order:send")
    query = select(Order).where(Order.id == order)
    row = uow.session.scalars(query.with_for_update()).first()
    if row is None:
        raise MzError("order.unknown", Kind.NOT_FOUND, order[:40])
    if not _waiting(uow, row.id):
        raise MzError("order.fetched", Kind.CONFLICT, row.id)
    row.again_ms, row.unanswered_ms = uow.now_ms, None
    operation = uow.session.get_one(Operation, row.operation)
    uow.ledger("operation:order:sent", principal.id, row.id, sha256_hex(row.text.encode()),
               {"operation": operation.id, "case": operation.case, "again": "1"})  # fmt: skip
    uow.emit("OrderSent", f"再次下达指令：{operation.title}",
             f"An order was sent once more: {operation.title}",
             case=operation.case, operation=operation.id, subject=row.id)  # fmt: skip
    return operation.id


def missed(uow: UnitOfWork, order: str) -> list[str]:
    """Return whom the desk is to reach by other means: officers whose devices should have fetched
    the order, and where nobody fetched it, everybody."""
    device = select(Device.holder).where(Device.holder.is_not(None), Device.revoked_ms.is_(None))
    carrying = _waiting(uow, order, OrderRecipient.officer.in_(device))
    fetched = select(OrderRecipient.officer).where(
        OrderRecipient.order == order, OrderRecipient.state != OrderState.SENT
    )
    if carrying or uow.session.scalars(fetched.limit(1)).first() is not None:
        return carrying
    return _waiting(uow, order)


def _waiting(uow: UnitOfWork, order: str, *among: ColumnElement[bool]) -> list[str]:
    """Return the names of the officers, of these, whose devices have not fetched an order."""
    query = (
        select(Staff.name)
        .join(OrderRecipient, OrderRecipient.officer == Staff.id)
        .where(OrderRecipient.order == order, OrderRecipient.state == OrderState.SENT, *among)
        .order_by(Staff.number)
    )
    return list(uow.session.scalars(query))


def loop(database: Database) -> Loop:
    """Return the worker's loop that looks for orders without an answer."""

    def round_(_stop: threading.Event) -> bool:
        database.run(look)
        return False

    return Loop("orders", round_, _ROUND_S)
