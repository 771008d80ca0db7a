"""Orders (指令): sent to a crew; received, read and done by each officer, never backwards."""

from __future__ import annotations

from sqlalchemy import func, select

from command_center.access.models import Staff
from command_center.operations.models import Crew, Operation, Order, OrderRecipient
from command_center.operations.views import OrderView, RecipientView
from command_center.platform.principal import Principal
from command_center.platform.uow import UnitOfWork
from schemas.field_api import OrderAcknowledgement, OrderAct, OrderOut, Orders, OrderState
from schemas.ids import new_id
from schemas.problems import Kind, MzError
from schemas.records import FieldRecord
from schemas.sign import sha256_hex

MAX_TEXT = 500
CREW_START_MS = 120_000
"""How old an officer's word to start the crew may be when it comes."""
_RANK = {state: rank for rank, state in enumerate(OrderState)}
_TEXT = {
    OrderState.RECEIVED: ("指令已送达执法记录仪", "The order reached the device"),
    OrderState.READ: ("执行人员已阅读指令", "The officer read the order"),
    OrderState.DONE: ("执行人员已完成指令", "The officer carried the order out"),
}


def send_order(uow: UnitOfWork, principal: Principal, operation: str, text: str) -> str:
    """Send one text order to every officer of the crew; return its id.

    Errors: `operation.unknown`, `order.empty`, `order.too_long`.
    """
    principal.require("order:send")
    row = uow.session.get(Operation, operation)
    if row is None:
        raise MzError("operation.unknown", Kind.NOT_FOUND, operation[:40])
    text = text.strip()
    if not text:
        raise MzError("order.empty", Kind.INVALID)
    if len(text) > MAX_TEXT:
        raise MzError("order.too_long", Kind.INVALID, f"at most {MAX_TEXT} characters")
    crew = list(uow.session.scalars(select(Crew.staff).where(Crew.operation == operation)))
    order = _put(uow, operation, text, (principal.id, principal.name), crew)
    uow.ledger("operation:order:sent", principal.id, order.id, sha256_hex(text.encode()),
               {"operation": operation, "case": row.case})  # fmt: skip
    uow.emit("OrderSent", f"已下达指令：{row.title}", f"An order was sent: {row.title}",
             case=row.case, operation=operation, subject=order.id)  # fmt: skip
    return order.id


def start_crew(uow: UnitOfWork, principal: Principal, record: FieldRecord) -> None:
    """Tell the devices of the other officers of the crew to record, because one of them said so.

    The caller made sure that the record is authentic and new. One that comes late starts nothing
    any more: the devices may be elsewhere. It is kept as an order to nobody, by which who asked is
    told so.
    """
    row = uow.session.get_one(Operation, record.operation)
    query = select(Crew.staff).where(Crew.operation == row.id, Crew.staff != record.officer)
    others = list(uow.session.scalars(query))
    name = principal.name
    if uow.now_ms - record.recorded_wall_ms > CREW_START_MS:
        order = _put(uow, row.id, f"{name} 请全组开始录制（迟到，未执行）", (record.officer, name),
                     [], OrderAct.RECORD)  # fmt: skip
        uow.emit("CrewStartLate", f"全组录制的请求迟到，未执行：{name}",
                 f"A start for the crew came too late: {name}", case=row.case, operation=row.id,
                 device=record.device, subject=order.id, level="warn")  # fmt: skip
    elif others:
        text = f"{name} 请全组开始录制"
        order = _put(uow, row.id, text, (record.officer, name), others, OrderAct.RECORD)
        uow.emit("OrderSent", f"全组开始录制：{name}", f"The crew is told to record: {name}",
                 case=row.case, operation=row.id, device=record.device,
                 subject=order.id)  # fmt: skip


def _put(
    uow: UnitOfWork,
    operation: str,
    text: str,
    sender: tuple[str, str],
    officers: list[str],
    act: OrderAct = OrderAct.NONE,
) -> Order:
    """Keep an order to these officers. sender: id and name."""
    order = Order(
        id=new_id(), operation=operation, text=text, sender=sender[0], sender_name=sender[1],
        sent_ms=uow.now_ms, act=act,
    )  # fmt: skip
    uow.session.add(order)
    uow.session.flush()
    for officer in officers:
        uow.session.add(OrderRecipient(order=order.id, officer=officer, state=OrderState.SENT))
    return order


def orders_for(uow: UnitOfWork, officer: str, since: int) -> Orders:
    """Return the orders to an officer after `since`, ascending, and the newest seq."""
    query = (
        select(Order, OrderRecipient.state)
        .join(OrderRecipient, OrderRecipient.order == Order.id)
        .where(OrderRecipient.officer == officer, Order.seq > since)
        .order_by(Order.seq)
        .limit(200)
    )
    found = [
        OrderOut(
            order.id, order.seq, order.operation, order.text, order.sender_name, order.sent_ms,
            OrderState(state), OrderAct(order.act),
        )
        for order, state in uow.session.execute(query)
    ]  # fmt: skip
    return Orders(found, found[-1].seq if found else since)


def latest_seq(uow: UnitOfWork, officer: str) -> int:
    """Return the seq of the newest order to an officer, 0 if there is none."""
    query = (
        select(func.max(Order.seq))
        .join(OrderRecipient, OrderRecipient.order == Order.id)
        .where(OrderRecipient.officer == officer)
    )
    return uow.session.scalar(query) or 0


def concerned_by(uow: UnitOfWork, order: str) -> tuple[int, list[str]]:
    """Return an order's seq, and whose devices read anew: the officers it went to and, where an
    officer asked, his own."""
    row = uow.session.scalars(select(Order).where(Order.id == order)).one()
    query = select(OrderRecipient.officer).where(OrderRecipient.order == order)
    return row.seq, [*uow.session.scalars(query), row.sender]


def acknowledge_order(
    uow: UnitOfWork, principal: Principal, order: str, message: OrderAcknowledgement
) -> None:
    """Note how far an order got with the device's officer; repeats and older states change nothing.

    Errors: `order.unknown` (also for another officer's order).
    """
    row = uow.session.get(OrderRecipient, (order, principal.officer or ""), with_for_update=True)
    if row is None:
        raise MzError("order.unknown", Kind.NOT_FOUND, order[:40])
    if _RANK[message.state] <= _RANK[OrderState(row.state)]:
        return
    row.state = message.state
    for state, field in (
        (OrderState.RECEIVED, "received_ms"),
        (OrderState.READ, "read_ms"),
        (OrderState.DONE, "done_ms"),
    ):
        if _RANK[state] <= _RANK[message.state] and getattr(row, field) is None:
            setattr(row, field, message.at_ms)
    sent = uow.session.scalars(select(Order).where(Order.id == order)).one()
    operation = uow.session.get_one(Operation, sent.operation)
    zh, en = _TEXT[message.state]
    uow.ledger(f"operation:order:{message.state}", principal.id, order,
               sha256_hex(sent.text.encode()), {"officer": principal.officer or ""})  # fmt: skip
    uow.emit(f"Order{message.state.capitalize()}", f"{zh}：{operation.title}",
             f"{en}: {operation.title}", case=operation.case, operation=operation.id,
             device=principal.id, subject=order)  # fmt: skip


def orders_of_operation(uow: UnitOfWork, operation: str) -> list[OrderView]:
    """Return an operation's orders with their recipients, newest first."""
    orders = list(
        uow.session.scalars(
            select(Order).where(Order.operation == operation).order_by(Order.seq.desc())
        )
    )
    recipients: dict[str, list[RecipientView]] = {order.id: [] for order in orders}
    unanswered = {order.id for order in orders if order.unanswered_ms is not None}
    query = (
        select(OrderRecipient, Staff.name)
        .join(Staff, Staff.id == OrderRecipient.officer)
        .where(OrderRecipient.order.in_(recipients))
        .order_by(Staff.number)
    )
    for row, name in uow.session.execute(query):
        recipients[row.order].append(
            RecipientView(
                row.officer, name, row.state, row.received_ms, row.read_ms, row.done_ms,
                row.state == OrderState.SENT and row.order in unanswered,
            )
        )  # fmt: skip
    return [
        OrderView(
            order.id, order.seq, order.text, order.sender_name, order.sent_ms,
            tuple(recipients[order.id]),
        )
        for order in orders
    ]  # fmt: skip
