"""Contact with the centre: each minute, after every reconnect, and before a ticket runs out."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import msgspec
import structlog

from field_app.device.identity import Identity
from field_app.spool.spool import Spool
from field_app.sync.acks import REVOKED
from field_app.sync.backoff import Backoff
from field_app.sync.centre import Centre
from field_app.sync.session import Session
from field_app.version import APP
from schemas.field_api import DEVICE_CONTACT, ContactReply, DeviceContact
from schemas.keys import Use
from schemas.media.opening import CHALLENGE, ContactChallenge
from schemas.problems import Kind, MzError
from schemas.sign import decode_payload, sign_envelope
from schemas.time import now_ms

log = structlog.get_logger()
EVERY_SECONDS = 60.0
_FRESH_MS = 3_000


class Contact(threading.Thread):
    """Keeps the session fresh; `after` hears of each success."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        session: Session,
        after: Callable[[ContactReply], None],
    ) -> None:
        super().__init__(name="contact", daemon=True)
        self._identity, self._spool, self._session, self._after = identity, spool, session, after
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.reachable = False
        self.alarm = ""
        self.on_revoked: Callable[[], None] = lambda: None
        self.on_other_holder: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Make contact until stopped."""
        backoff = Backoff(1.0, 15.0)
        while True:
            self._wake.clear()
            if self._stopping.is_set():
                return
            try:
                self.now()
            except MzError as error:
                if error.code != "device.not_enrolled":
                    log.info("contact.failed", code=error.code)
                self._stopping.wait(backoff.seconds())
            else:
                backoff.reset()
                self._wake.wait(EVERY_SECONDS)

    def now(self) -> None:
        """Make contact once.

        Errors: `device.not_enrolled`, `centre.unavailable`, the centre's own codes, or
        `contact.inconsistent` where its challenge is not for this device.
        """
        with self._lock:
            enrolment, ring = self._identity.court()
            said = DeviceContact(
                self._identity.device, str(uuid.uuid4()), now_ms(),
                self._spool.footage.next_counter() - 1, APP,
            )  # fmt: skip
            envelope = sign_envelope(self._identity.signer, DEVICE_CONTACT, said)
            try:
                reply = Centre(enrolment.centre_url, self._session).contact(envelope)
                ring.check(reply.challenge, Use.CENTRE, now_ms())
                challenge = decode_payload(reply.challenge, CHALLENGE, ContactChallenge)
                if challenge.device != self._identity.device:
                    raise MzError("contact.inconsistent", Kind.REFUSED, challenge.device)
                if reply.secrets_key is not None:
                    ring.check(reply.secrets_key, Use.CENTRE, now_ms())
            except MzError as error:
                self.reachable = False
                self.alarm = error.code if error.kind is Kind.REFUSED else ""
                if error.code == REVOKED:
                    self.on_revoked()
                raise
            self.reachable, self.alarm = True, ""
            self._session.keep(now_ms(), reply)
            if reply.holder is not msgspec.UNSET and self._identity.hold(reply.holder):
                self.on_other_holder()
        self._after(reply)

    def renew(self) -> None:
        """Make contact soon, unless that was just done."""
        last = self._session.contact_ms
        if last is None or now_ms() - last > _FRESH_MS:
            self._wake.set()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._wake.set()
