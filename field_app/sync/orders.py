"""Fetches orders when hinted, and tells the centre how far each one is."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from field_app.device.identity import Identity
from field_app.spool.orders import Orders
from field_app.sync.centre import Centre, is_final
from field_app.sync.session import Session
from field_app.sync.worker import Worker
from schemas.field_api import OrderAcknowledgement, OrderAct, OrderOut, OrderState
from schemas.problems import MzError
from schemas.time import now_ms

log = structlog.get_logger()
START_FRESH_MS = 120_000
"""A device that hears of it later may be anywhere by now: its officer decides."""


class OrderKeeper(Worker):
    """An order that arrives is `received` by itself; read and done are the officer's."""

    def __init__(self, identity: Identity, orders: Orders, session: Session) -> None:
        super().__init__("orders", every_s=30.0)
        self._identity, self._orders, self._session = identity, orders, session
        self.on_record: Callable[[str], bool] = lambda _operation: False
        """Starts recording for an operation, and says whether it records."""

    def work(self) -> None:
        """Fetch what is new, then tell every state that the centre does not know."""
        enrolment = self._identity.enrolment
        if enrolment is None or self._session.reply is None:
            return
        centre = Centre(enrolment.centre_url, self._session)
        page = centre.orders(self._orders.last_seq())
        if page.orders:
            self._orders.keep(page.orders, now_ms())
            for order in page.orders:
                self._carry_out(order)
        for answer in self._orders.untold():
            try:
                centre.acknowledge(answer.order, OrderAcknowledgement(answer.state, answer.at_ms))
            except MzError as error:
                if not is_final(error):
                    raise
            self._orders.mark_told(answer)

    def _carry_out(self, order: OrderOut) -> None:
        """Do what an order wants of the device itself; a stale one is left to the officer."""
        if order.act is not OrderAct.RECORD or order.state is not OrderState.SENT:
            return
        if self._session.centre_now_ms() - order.sent_ms > START_FRESH_MS:
            log.info("order.stale", order=order.order)
        elif self.on_record(order.operation):
            self._orders.answer(order.order, OrderState.DONE, now_ms())
