"""Orders (指令) as the desk shows and sends them."""

from __future__ import annotations

from dataclasses import dataclass

from command_center.access.guard import principal
from command_center.desk import show
from command_center.desk.problems import sentence_of
from command_center.desk.states import State, order_state
from command_center.operations.unanswered import UNANSWERED
from command_center.operations.views import OrderView, RecipientView
from command_center.platform.pages import gettext as _


@dataclass(frozen=True)
class RecipientShown:
    """How far the order got with one officer, and when."""

    state_code: str
    state: State
    time: str


@dataclass(frozen=True)
class OrderShown:
    """An order with its recipients; `unanswered`: the code why it may be sent once more, `why`
    its sentence; `again`: the reader may do so."""

    id: str
    text: str
    time: str
    sender: str
    to: str
    recipients: tuple[RecipientShown, ...]
    unanswered: str
    why: str
    again: bool


def present_order(order: OrderView) -> OrderShown:
    """Return an order in the reader's language."""
    unanswered = UNANSWERED if any(one.unanswered for one in order.recipients) else ""
    names = "、".join(one.name for one in order.recipients) or _("无人")
    return OrderShown(
        order.id,
        order.text,
        show.clock(order.sent_ms),
        order.sender_name,
        names,
        tuple(_recipient(one, alone=len(order.recipients) == 1) for one in order.recipients),
        unanswered,
        sentence_of(unanswered) if unanswered else "",
        bool(unanswered) and principal().may("order:send"),
    )


def _recipient(one: RecipientView, *, alone: bool) -> RecipientShown:
    at_ms = one.done_ms or one.read_ms or one.received_ms
    name = "" if alone else f"{one.name} "
    state = UNANSWERED.partition(".")[2] if one.unanswered else one.state
    return RecipientShown(state, order_state(state), f"{name}{show.clock(at_ms)}".strip())
