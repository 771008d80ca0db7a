"""The last contact with the centre: session, ticket, challenge, the day's work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection

from field_app.spool.facts import Facts, LastContact, OpenedHere, Revoked
from field_app.tether.road import Road
from schemas.field_api import ContactReply, OperationBrief
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode_payload
from schemas.time import mono_ms, now_ms
from schemas.to_centre import SECRETS_KEY, SecretsKey

_FACT, _REVOKED, _OPENED = "last_contact", "revoked", "opened_here"
_OPENED_LASTS_MS = 2 * 86_400_000
_SPARE_MS = 15_000
_STEP_MS = 100
"""Two clocks that are read one after the other differ by a millisecond or two."""
CLOCK_OFF_MS = 60_000
"""Further from the centre's clock than this, the officer is told."""


class Session:
    """Kept in the spool, so that a restarted device knows its operations without a network."""

    def __init__(self, facts: Facts, ask: Callable[[], str] = str) -> None:
        """ask: writes what this device says to one that is to carry it."""
        self._facts = facts
        self.road = Road(facts, ask)
        self._changed = threading.Condition()
        self._last = facts.get(_FACT, LastContact)
        self._contact_mono_ms: int | None = None
        self._revoked = facts.get(_REVOKED, Revoked) is not None
        self._opening = threading.Lock()
        self._opened = facts.get(_OPENED, OpenedHere) or OpenedHere()

    def keep(self, at_ms: int, reply: ContactReply) -> None:
        """Keep a verified reply and wake whoever waits for a ticket."""
        last = LastContact(at_ms, reply)
        self._contact_mono_ms = mono_ms()
        self._facts.put(_FACT, last)
        if self._revoked:
            self._facts.drop(_REVOKED)
            self._revoked = False
        with self._changed:
            self._last = last
            self._changed.notify_all()
        self._forget_opened(reply)

    @property
    def reply(self) -> ContactReply | None:
        """The centre's last word, or None."""
        return self._last.reply if self._last else None

    @property
    def phone(self) -> str:
        """The court's number to call, as the centre told it last."""
        return self.reply.phone if self.reply else ""

    @property
    def revoked(self) -> bool:
        """Whether the device was told that it is revoked; a restart does not undo that."""
        return self._revoked

    def mark_revoked(self) -> None:
        """Keep that the device is revoked, until the centre lets it in again."""
        if not self._revoked:
            self._revoked = True
            self._facts.put(_REVOKED, Revoked(now_ms()))

    @property
    def contact_ms(self) -> int | None:
        """Device wall clock of the last contact, ms."""
        return self._last.at_ms if self._last else None

    def centre_now_ms(self) -> int:
        """Return what the centre's clock says now, as the last contact lets reckon."""
        ahead = self._last.reply.server_ms - self._last.at_ms if self._last else 0
        return now_ms() + ahead

    def clock_ahead_ms(self) -> int | None:
        """Return by how much this device's wall clock is ahead of the centre's; None before the
        first contact. While the service lives a clock that is set shows without a network, too."""
        if self._last is None:
            return None
        then = self._last.at_ms - self._last.reply.server_ms
        if self._contact_mono_ms is None:
            return then
        since = (now_ms() - self._last.at_ms) - (mono_ms() - self._contact_mono_ms)
        return then + round(since / _STEP_MS) * _STEP_MS

    def challenge(self) -> Envelope | None:
        """Return the centre's last challenge."""
        return self.reply.challenge if self.reply else None

    def operations(self) -> list[OperationBrief]:
        """Return the operations of the last contact, and those opened on this device since."""
        told = self.reply.operations if self.reply else []
        known = {brief.operation for brief in told}
        return [*told, *(one for one in self._opened.operations if one.operation not in known)]

    @contextmanager
    def opening(self, brief: OperationBrief) -> Iterator[Callable[[Connection], None]]:
        """An operation that the officer opens: what is yielded keeps it in the transaction of the
        record that says so; it is known once the block ends well."""
        with self._opening:
            opened = OpenedHere([*self._opened.operations, brief])
            yield lambda db: self._facts.write(db, _OPENED, opened)
            self._opened = opened

    def _forget_opened(self, reply: ContactReply) -> None:
        """The centre's word takes the place of this device's; what is days old is no day's work."""
        known = {brief.operation for brief in reply.operations}
        with self._opening:
            left = [
                one for one in self._opened.operations
                if one.operation not in known
                and now_ms() - one.planned_start_ms < _OPENED_LASTS_MS
            ]  # fmt: skip
            if len(left) != len(self._opened.operations):
                self._opened = OpenedHere(left)
                self._facts.put(_OPENED, self._opened)

    def operation(self, operation: str) -> OperationBrief:
        """Return one operation; `operation.unknown`."""
        for brief in self.operations():
            if brief.operation == operation:
                return brief
        raise MzError("operation.unknown", Kind.NOT_FOUND, operation[:40])

    def secrets_key(self) -> bytes | None:
        """Return the key to which numbers are encrypted for the centre; None: it told none."""
        told = self.reply.secrets_key if self.reply else None
        return decode_payload(told, SECRETS_KEY, SecretsKey).public if told else None

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
