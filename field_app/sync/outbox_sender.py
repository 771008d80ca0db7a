"""Sends the outbox: exhibits to the relay, records to the centre, in the outbox's order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog

from field_app.device.identity import Identity
from field_app.local_api.outbox import OutboxState
from field_app.spool.outbox import EXHIBITS, ItemKind, Outbox, Waiting
from field_app.sync.acks import REVOKED
from field_app.sync.centre import Centre, exchange, is_final
from field_app.sync.session import Session
from field_app.sync.worker import Worker
from schemas import crash
from schemas.problems import Kind, MzError
from schemas.time import now_ms

log = structlog.get_logger()
_OTHER_ROAD = (REVOKED, "device.not_revoked")
"""Refusals after which the same goes again, into the quarantine or out of it."""


class OutboxSender(Worker):
    """Tries for ever while the other side cannot be reached; a refusal is shown, not repeated."""

    def __init__(
        self, identity: Identity, outbox: Outbox, session: Session, renew: Callable[[], None]
    ) -> None:
        super().__init__("outbox", every_s=20.0)
        self._identity, self._outbox, self._session, self._renew = identity, outbox, session, renew
        self.goes_first = False
        """Something is being sent and arrives: kept footage gives way to it."""

    def work(self) -> None:
        """Send what may be sent, until nothing is left or the other side is away."""
        if self._identity.enrolment is None:
            return
        try:
            if self._session.revoked:
                self._send_apart()
                return
            while batch := self._outbox.next_batch():
                self._send_batch(batch)
        finally:
            self.goes_first = False

    def _send_apart(self) -> None:
        """Send what a revoked device still holds into the quarantine, in the order it was made:
        each record, then the exhibits that the centre lets it send with it.

        A full quarantine ends it for now; nothing is lost meanwhile.
        """
        enrolment, _ = self._identity.court()
        centre = Centre(enrolment.centre_url, self._session)
        for waiting in self._outbox.waiting_records():
            if error := self._try(waiting, partial(self._send_record_apart, centre)):
                raise error

    def _send_record_apart(self, centre: Centre, waiting: Waiting) -> list[str]:
        kept = centre.quarantine(self._outbox.body(waiting.item))
        if kept.receipt.record != waiting.item:
            raise MzError("receipt.inconsistent", Kind.UNAVAILABLE, waiting.item)
        address = f"{kept.relay.http_url.rstrip('/')}/v1/quarantine"
        for exhibit in self._outbox.needed_by(waiting.item):
            self._put(f"{address}/{exhibit}", exhibit, kept.ticket)
            self._outbox.mark(exhibit, OutboxState.RECEIVED)
        return [defect.code for defect in kept.receipt.defects]

    def _send_batch(self, batch: list[Waiting]) -> None:
        """Send a batch to its end, or until an alarm is raised: that one goes first.

        What goes the same way as an item that must wait waits behind it, so that records arrive
        in the order they were made; what goes to the other side goes on.
        """
        away: dict[bool, MzError] = {}
        known = {waiting.item for waiting in batch}
        for waiting in batch:
            if not self._outbox.alarms() <= known:
                return
            to_relay = waiting.kind in EXHIBITS
            if to_relay not in away and (error := self._try(waiting)):
                away[to_relay] = error
            self.goes_first = not away
        for error in away.values():
            raise error

    def _try(
        self, waiting: Waiting, send: Callable[[Waiting], list[str]] | None = None
    ) -> MzError | None:
        """Send one item; return why it must wait, if it must."""
        if self._stopping.is_set():
            return MzError("service.stopping", Kind.UNAVAILABLE)
        try:
            self._send(waiting, send or self._send_as_always)
        except MzError as error:
            return error
        return None

    def _send_as_always(self, waiting: Waiting) -> list[str]:
        if waiting.kind in EXHIBITS:
            self._send_exhibit(waiting)
            return []
        return self._send_record(waiting)

    def _send(self, waiting: Waiting, send: Callable[[Waiting], list[str]]) -> None:
        self._outbox.mark(waiting.item, OutboxState.SENDING)
        try:
            defects = send(waiting)
        except MzError as error:
            if is_final(error) and error.code not in _OTHER_ROAD:
                log.error("outbox.refused", item=waiting.item, code=error.code)
                self._outbox.mark(waiting.item, OutboxState.FAILED, error.code)
                return
            self._outbox.mark(waiting.item, OutboxState.KEPT, error.code)
            if error.kind is Kind.UNAUTHENTICATED or error.code in _OTHER_ROAD:
                self._renew()
            raise
        self._outbox.mark(waiting.item, OutboxState.RECEIVED, defects=defects)
        log.info("outbox.received", item=waiting.item, kind=waiting.kind)
        if waiting.kind is ItemKind.STEP:
            self._renew()  # the next ticket says to whom this officer may speak now

    def _send_exhibit(self, waiting: Waiting) -> None:
        reply = self._session.ticket(now_ms())
        if reply is None:
            raise MzError("ticket.expired", Kind.UNAUTHENTICATED, "no ticket at hand")
        address = f"{reply.relay.http_url.rstrip('/')}/v1/exhibits/{waiting.item}"
        self._put(address, waiting.item, reply.ticket)
        crash.point("field.after_exhibit_sent")

    def _put(self, url: str, item: str, ticket: str) -> None:
        body, road = self._outbox.body(item), self._session.road
        exchange("PUT", url, body=body, token=ticket, media_type="image/jpeg", road=road)

    def _send_record(self, waiting: Waiting) -> list[str]:
        enrolment, _ = self._identity.court()
        centre = Centre(enrolment.centre_url, self._session)
        receipt = centre.send_record(self._outbox.body(waiting.item))
        crash.point("field.after_record_sent")
        if receipt.record != waiting.item:
            raise MzError("receipt.inconsistent", Kind.UNAVAILABLE, waiting.item)
        return [defect.code for defect in receipt.defects]
