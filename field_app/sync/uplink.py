"""All that speaks to the outside: lanes, contact, outbox, orders, presence."""

from __future__ import annotations

from collections.abc import Callable

from field_app.device.identity import Identity
from field_app.spool.spool import Spool
from field_app.sync.acks import REVOKED, Acks
from field_app.sync.archive import ArchiveLane
from field_app.sync.contact import Contact
from field_app.sync.lane import LaneEvents
from field_app.sync.live import LiveLane
from field_app.sync.orders import OrderKeeper
from field_app.sync.outbox_sender import OutboxSender
from field_app.sync.presence import PresenceTeller
from field_app.sync.session import Session
from schemas.field_api import ContactReply, Presence


class Uplink:
    """Makes the threads and tells them of one another; nothing runs before `start`."""

    def __init__(
        self, identity: Identity, spool: Spool, session: Session, present: Callable[[], Presence]
    ) -> None:
        self._session = session
        self.acks = Acks(identity, spool)
        self.contact = Contact(identity, spool, session, self._after_contact)
        events = LaneEvents(self.acks.apply, self.acks.refused, self.contact.renew)
        self.live = LiveLane(session, spool.footage, events)
        self.archive = ArchiveLane(session, spool.footage, self.live, events)
        self.live.on_pace = self.archive.pace
        self.acks.on_missing = self.archive.missing
        self.acks.on_wished = self.live.wish
        self.acks.on_refused = self.archive.refuse
        self.outbox = OutboxSender(identity, spool.outbox, session, self.contact.renew)
        self.orders = OrderKeeper(identity, spool.orders, session)
        self.presence = PresenceTeller(
            identity, session, present, self.orders.wake, self.contact.renew
        )
        self._threads = (
            self.contact, self.live, self.archive, self.outbox, self.orders, self.presence,
        )  # fmt: skip

    def _after_contact(self, reply: ContactReply) -> None:
        self.outbox.wake()
        self.orders.wake()

    def is_revoked(self) -> bool:
        """Return whether relay or centre said last that this device's key is revoked."""
        return REVOKED in (self.acks.alarm, self.contact.alarm)

    def when_revoked(self, act: Callable[[], None]) -> None:
        """Call `act` each time relay or centre says that this device's key is revoked."""
        self.acks.on_revoked = self.contact.on_revoked = act

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End every thread; wait a moment for each."""
        for thread in self._threads:
            thread.stop()
        self._session.nudge()
        for thread in self._threads:
            thread.join(2.0)
