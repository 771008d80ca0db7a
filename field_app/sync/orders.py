"""Fetches orders when hinted, tells the centre how far each one is, and hears what became of this
officer's own asking."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import structlog

from field_app.device.identity import Identity
from field_app.spool.asked import Asked
from field_app.spool.orders import Orders as KeptOrders
from field_app.sync.centre import Centre, is_final
from field_app.sync.session import Session
from field_app.sync.worker import Worker
from schemas.field_api import OrderAcknowledgement, OrderAct, OrderOut, Orders, OrderState
from schemas.problems import Kind, MzError
from schemas.time import now_ms

log = structlog.get_logger()
MAX_SEQ, MAX_TEXT = 2**53, 10_000
START_FRESH_MS = 120_000
"""A device that hears of it later may be anywhere by now: its officer decides."""


class OrderKeeper(Worker):
    """An order that arrives is `received` by itself; read and done are the officer's."""

    def __init__(
        self, identity: Identity, orders: KeptOrders, asked: Asked, session: Session
    ) -> None:
        super().__init__("orders", every_s=30.0)
        self._identity, self._orders, self._session = identity, orders, session
        self._asked = asked
        self.on_record: Callable[[str], bool] = lambda _operation: False
        """Starts recording for an operation, and says whether it records."""

    def work(self) -> None:
        """Fetch what is new, then tell every state that the centre does not know."""
        enrolment = self._identity.enrolment
        if enrolment is None or self._session.reply is None:
            return
        centre = Centre(enrolment.centre_url, self._session)
        since = self._orders.last_seq()
        page = centre.orders(since)
        _check(page, since)
        self._asked.take(page.asked, now_ms())
        for order in self._orders.keep(page.orders, now_ms()):
            self._carry_out(order)
        for answer in self._orders.untold():
            try:
                centre.acknowledge(answer.order, OrderAcknowledgement(answer.state, answer.at_ms))
            except MzError as error:
                if not is_final(error):
                    raise
            self._orders.mark_told(answer)

    def _carry_out(self, order: OrderOut) -> None:
        """Do what a new order wants of the device itself, in an operation of this officer's day; a
        stale one is left to him."""
        if order.act is not OrderAct.RECORD or order.state is not OrderState.SENT:
            return
        ours = {brief.operation for brief in self._session.operations()}
        if order.operation not in ours:
            log.warning("order.not_ours", order=order.order)
        elif abs(self._session.centre_now_ms() - order.sent_ms) > START_FRESH_MS:
            log.info("order.stale", order=order.order)
        elif self.on_record(order.operation):
            self._orders.answer(order.order, OrderState.DONE, now_ms())


def _check(page: Orders, since: int) -> None:
    """Raise `orders.inconsistent` unless the page says orders after `since`, each once, in order,
    in so many words as one reads.

    A number beyond any count would hide every later order.
    """
    numbers = [since, *(order.seq for order in page.orders)]
    ascending = all(before < after for before, after in itertools.pairwise(numbers))
    readable = all(len(order.text) <= MAX_TEXT for order in page.orders)
    if not ascending or numbers[-1] > MAX_SEQ or not readable:
        raise MzError("orders.inconsistent", Kind.REFUSED, f"after {since}")
