"""All that speaks to the outside: lanes, contact, outbox, orders, presence, talk."""

from __future__ import annotations

from collections.abc import Callable

from field_app.device.identity import Identity
from field_app.device.network import Metered
from field_app.spool.spool import Spool
from field_app.sync.acks import Acks
from field_app.sync.apart import ApartFootage
from field_app.sync.archive import ArchiveLane
from field_app.sync.contact import Contact
from field_app.sync.lane import LaneEvents
from field_app.sync.live import LiveLane
from field_app.sync.orders import OrderKeeper
from field_app.sync.outbox_sender import OutboxSender
from field_app.sync.policy import Policy
from field_app.sync.presence import PresenceTeller
from field_app.sync.session import Session
from field_app.talk.sound import Sound
from field_app.talk.talk import Talk
from field_app.tether.carrier import TetherDoor
from schemas.field_api import ContactReply, Presence
from schemas.stream import Fault, FromDevice, Silent, Speaking, ToDevice
from schemas.time import now_ms


class Uplink:
    """Makes the threads and tells them of one another; nothing runs before `start`."""

    def __init__(
        self, identity: Identity, spool: Spool, session: Session, present: Callable[[], Presence],
        sound: Sound, operation: Callable[[], str | None], private: Callable[[], str],
        metered: Metered,
    ) -> None:  # fmt: skip
        """operation: what is recorded for now; private: the interval that runs, or nothing."""
        self._session = session
        self.acks = Acks(identity, spool)
        self.policy = Policy(spool.facts, lambda: session.road.is_carried or metered())
        self.tether = TetherDoor(identity, session, spool.facts)
        self.contact = Contact(identity, spool, session, self._after_contact)
        self.talk = Talk(sound, self._ticket, operation, private, self._say)
        events = LaneEvents(
            self._told, self.acks.refused, self.contact.renew,
            self.talk.frame, self.talk.connected, self.talk.lost,
        )  # fmt: skip
        self.live = LiveLane(session, spool.footage, events)
        self.archive = ArchiveLane(session, spool.footage, self.live, self.policy, events)
        self.live.on_pace = self.archive.pace
        self.acks.on_missing = self.archive.missing
        self.acks.on_wished = self.live.wish
        self.acks.on_refused = self.archive.refuse
        self.outbox = OutboxSender(identity, spool.outbox, session, self.contact.renew)
        self.apart = ApartFootage(identity, spool, session, self.policy, self.contact.renew)
        self.policy.records_go_first = lambda: self.outbox.goes_first
        self.orders = OrderKeeper(identity, spool.orders, spool.asked, session)
        self.presence = PresenceTeller(
            identity, session, present, self.orders.wake, self.contact.renew
        )
        self._threads = (
            self.contact, self.live, self.archive, self.outbox, self.apart, self.orders,
            self.presence,
        )  # fmt: skip

    def _ticket(self) -> str:
        reply = self._session.ticket(now_ms())
        return reply.ticket if reply else ""

    def _say(self, item: FromDevice | bytes) -> None:
        self.live.say(item)

    def _told(self, message: ToDevice) -> None:
        if isinstance(message, Speaking | Silent | Fault):
            self.talk.hear(message)
        self.acks.apply(message)

    def _after_contact(self, reply: ContactReply) -> None:
        self.outbox.wake()
        self.orders.wake()

    def be_carried(self, carrier: str) -> None:
        """Let another device carry us where we have no way; `tether.bad_address`."""
        self._session.road.be_carried(carrier)
        self.contact.renew()

    def carry(self, port: int | None) -> None:
        """Carry others at a port, or nobody; `tether.port_taken`."""
        if port is None:
            self.tether.close()
        else:
            self.tether.open(port)

    def is_revoked(self) -> bool:
        """Return whether relay or centre said that this device's key is revoked."""
        return self._session.revoked

    def when_revoked(self, act: Callable[[], None]) -> None:
        """Call `act` each time relay or centre says that this device's key is revoked."""

        def revoked() -> None:
            self._session.mark_revoked()
            act()
            self.apart.wake()

        self.acks.on_revoked = self.contact.on_revoked = revoked

    def start(self) -> None:
        """Start every thread; carry others again where the officer let it."""
        self.tether.resume()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End every thread; wait a moment for each."""
        self.tether.close(for_good=False)
        self.talk.release()
        for thread in self._threads:
            thread.stop()
        self._session.nudge()
        for thread in self._threads:
            thread.join(2.0)
