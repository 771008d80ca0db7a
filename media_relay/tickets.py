"""Tickets at the relay's doors: checked here alone, without asking the centre."""

from __future__ import annotations

from media_relay.trust import Trust
from schemas.problems import Kind, MzError
from schemas.sign import fingerprint
from schemas.ticket import Act, Publisher, Ticket, check_ticket
from schemas.time import now_ms


class TicketDesk:
    """Checks tickets against the ring, the devices that were revoked, and the openings of private
    footage that were closed early: up to when their holder's tickets are over."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self.revoked_devices: set[str] = set()
        self.closed_private: dict[str, int] = {}

    def check(self, token: str, act: Act) -> Ticket:
        """Return a good ticket for an act.

        Errors: those of `schemas.ticket.check_ticket`, `device.revoked`, `ticket.closed_early`.
        """
        ticket = check_ticket(token, self._trust.ring, act, now_ms())
        if ticket.opens and ticket.not_before_ms <= self.closed_private.get(ticket.holder, -1):
            raise MzError("ticket.closed_early", Kind.UNAUTHENTICATED, ticket.ticket)
        if ticket.publisher is not None:
            self._check_publisher(ticket.publisher)
        return ticket

    def _check_publisher(self, publisher: Publisher) -> None:
        if fingerprint(publisher.public) != publisher.key:
            raise MzError("ticket.untrusted", Kind.UNAUTHENTICATED, "the ticket misnames a key")
        if publisher.device in self.revoked_devices:
            raise device_revoked(publisher.device)


def publisher_of(ticket: Ticket) -> Publisher:
    """Return the publisher of a publish ticket; `ticket.untrusted` without one."""
    if ticket.publisher is None:
        raise MzError("ticket.untrusted", Kind.UNAUTHENTICATED, "no publisher")
    return ticket.publisher


def require(named: list[str], subject: str) -> None:
    """Raise `ticket.wrong_subject` unless the ticket names the subject."""
    if subject not in named:
        raise MzError("ticket.wrong_subject", Kind.REFUSED, subject[:64])


def device_revoked(device: str) -> MzError:
    """Return the refusal of a revoked device."""
    return MzError("device.revoked", Kind.REFUSED, device)
