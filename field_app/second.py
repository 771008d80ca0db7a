"""The second officer on this device: he enrols a PIN once, and signs what he stood beside."""

from __future__ import annotations

import threading

from field_app.acts import Acts
from field_app.awaited import Awaited
from field_app.device.identity import Identity
from field_app.device.seconds import Seconds
from field_app.local_api.outbox import OutboxItem
from field_app.local_api.second import (
    ConfirmSecondArgs,
    EnrolSecondArgs,
    LeaveSecondArgs,
    SecondHere,
)
from field_app.spool.outbox import Outbox
from field_app.sync.centre import Centre
from field_app.sync.session import Session
from schemas.problems import Kind, MzError
from schemas.records import FIELD_RECORD, FieldRecord
from schemas.second import (
    SECOND_CONFIRMATION,
    SECOND_KEY,
    ConfirmedHere,
    SecondConfirmation,
    SecondKey,
)
from schemas.sign import Envelope, decode, decode_payload, sign_envelope
from schemas.time import now_ms


class SecondOfficer:
    """One PIN at a time is tried."""

    def __init__(
        self, identity: Identity, seconds: Seconds, awaited: Awaited, acts: Acts, outbox: Outbox,
        session: Session,
    ) -> None:  # fmt: skip
        self._identity, self._seconds, self._acts = identity, seconds, acts
        self._awaited, self._outbox, self._session = awaited, outbox, session
        self._lock = threading.Lock()

    def here(self) -> list[SecondHere]:
        """Return who can confirm on this device."""
        officers = [one.enrolled.officer for one in self._seconds.all()]
        return [SecondHere(one.officer, one.name) for one in officers]

    def enrol(self, args: EnrolSecondArgs) -> list[SecondHere]:
        """Let the centre know a key of the code's officer; `centre.unavailable` and its refusals.

        Again with the same code and PIN is safe.
        """
        court = self._identity.court()[0]
        with self._lock:
            signer = self._seconds.begin(args.code, args.pin)
            asked = SecondKey(args.code, self._identity.device, signer.public)
            centre = Centre(court.centre_url, self._session)
            self._seconds.keep(centre.enrol_second(sign_envelope(signer, SECOND_KEY, asked)))
        return self.here()

    def confirm(self, args: ConfirmSecondArgs) -> OutboxItem:
        """Keep the named second officer's signature over the act's exact bytes.

        Errors: `outbox.unknown`, `second.not_named`, and of `Seconds.open`.
        """
        envelope = decode(self._outbox.body(args.record), Envelope)
        act = decode_payload(envelope, FIELD_RECORD, FieldRecord)
        if not act.second_officer or act.second_officer == act.officer:
            raise MzError("second.not_named", Kind.CONFLICT, act.record)
        with self._lock:
            signer = self._seconds.open(act.second_officer, args.pin)
        said = SecondConfirmation(
            act.record, envelope.payload_sha256(), act.device, act.second_officer, now_ms()
        )
        body = ConfirmedHere(sign_envelope(signer, SECOND_CONFIRMATION, said))
        return self._acts.confirmed_here(act.operation, act.case, body, act.record)

    def leave(self, args: LeaveSecondArgs) -> None:
        """Ask for an act's signature here no more; he confirms on his own device, or nobody does.
        What the record lacks then, the centre says."""
        self._awaited.drop(args.record)
