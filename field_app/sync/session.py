"""The last contact with the centre: session, ticket, challenge, the day's work."""

from __future__ import annotations

import threading

from field_app.spool.facts import Facts, LastContact
from schemas.field_api import ContactReply, OperationBrief
from schemas.problems import Kind, MzError
from schemas.sign import Envelope
from schemas.time import now_ms

_FACT = "last_contact"
_SPARE_MS = 15_000


class Session:
    """Kept in the spool, so that a restarted device knows its operations without a network."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._changed = threading.Condition()
        self._last = facts.get(_FACT, LastContact)

    def keep(self, at_ms: int, reply: ContactReply) -> None:
        """Keep a verified reply and wake whoever waits for a ticket."""
        last = LastContact(at_ms, reply)
        self._facts.put(_FACT, last)
        with self._changed:
            self._last = last
            self._changed.notify_all()

    @property
    def reply(self) -> ContactReply | None:
        """The centre's last word, or None."""
        return self._last.reply if self._last else None

    @property
    def contact_ms(self) -> int | None:
        """Device wall clock of the last contact, ms."""
        return self._last.at_ms if self._last else None

    def centre_now_ms(self) -> int:
        """Return what the centre's clock says now, as the last contact lets reckon."""
        ahead = self._last.reply.server_ms - self._last.at_ms if self._last else 0
        return now_ms() + ahead

    def challenge(self) -> Envelope | None:
        """Return the centre's last challenge."""
        return self.reply.challenge if self.reply else None

    def operations(self) -> list[OperationBrief]:
        """Return the operations of the last contact."""
        return self.reply.operations if self.reply else []

    def operation(self, operation: str) -> OperationBrief:
        """Return one operation; `operation.unknown`."""
        for brief in self.operations():
            if brief.operation == operation:
                return brief
        raise MzError("operation.unknown", Kind.NOT_FOUND, operation[:40])

    def case_number(self, operation: str | None) -> str:
        """Return the case number of an operation of the day, or nothing."""
        found = [each.case_number for each in self.operations() if each.operation == operation]
        return found[0] if found else ""

    def ticket(self, at_ms: int) -> ContactReply | None:
        """Return the reply whose ticket is still good at `at_ms`, or None."""
        reply = self.reply
        return reply if reply and at_ms < reply.ticket_until_ms - _SPARE_MS else None

    def wait(self, seconds: float) -> None:
        """Wait for a newer reply or a nudge, at most so long."""
        with self._changed:
            self._changed.wait(seconds)

    def nudge(self) -> None:
        """Let whoever waits look again, for instance because the service stops."""
        with self._changed:
            self._changed.notify_all()
