"""What the relay says, applied to the spool: received, archived, holdings, faults."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from field_app.device.identity import Identity
from field_app.spool.spool import Spool
from schemas.keys import Use
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode_payload
from schemas.stream import (
    ARCHIVED,
    Archived,
    ArchivedStatement,
    Fault,
    Holdings,
    Missing,
    Received,
    ToDevice,
    Watchers,
)
from schemas.time import now_ms

log = structlog.get_logger()
REVOKED = "device.revoked"
_ALARMING = ("device.", "fragment.conflict", "chain.", "head.", "opening.", "relay.disk_full")
_NOT_TAKEN = ("recording.not_open", "recording.not_yours", "relay.disk_full")


class Acks:
    """Applies messages of either lane; safe from any thread."""

    def __init__(self, identity: Identity, spool: Spool) -> None:
        self._identity, self._footage, self._custody = identity, spool.footage, spool.custody
        self._ends: dict[str, set[int]] = {}
        self.watchers = 0
        self.alarm = ""
        self.on_missing: Callable[[Missing], None] = lambda message: None
        self.on_refused: Callable[[str], None] = lambda recording: None
        self.on_wished: Callable[[list[int]], None] = lambda renditions: None
        self.on_revoked: Callable[[], None] = lambda: None

    def apply(self, message: ToDevice) -> None:
        """Apply one message; what does not hold is logged and changes nothing."""
        try:
            self._apply(message)
        except MzError as error:
            log.warning("ack.refused", code=error.code, detail=error.detail)

    def _apply(self, message: ToDevice) -> None:
        if isinstance(message, Received):
            self._custody.mark_received(message.recording, message.rendition, message.ranges)
        elif isinstance(message, Archived):
            self.archived(message.statement)
        elif isinstance(message, Holdings):
            self._holdings(message)
        elif isinstance(message, Missing):
            self.on_missing(message)
        elif isinstance(message, Watchers):
            self.watchers = message.count
            self.on_wished(message.renditions)
        elif isinstance(message, Fault):
            self._fault(message)

    def archived(self, envelope: Envelope) -> ArchivedStatement:
        """Check a relay's statement to the court's root, then believe and keep it.

        Errors: `keys.…`, `sign.…`, and `archived.inconsistent` where the signer is another relay.
        """
        ring = self._identity.court()[1]
        ring.check(envelope, Use.RELAY, now_ms())
        statement = decode_payload(envelope, ARCHIVED, ArchivedStatement)
        if ring.certificate(envelope.key).holder != statement.relay:
            raise MzError("archived.inconsistent", Kind.REFUSED, statement.part)
        self._footage.recording(statement.recording)
        self._custody.mark_archived(statement, envelope)
        log.info("part.archived", recording=statement.recording, part=statement.part)
        return statement

    def _holdings(self, message: Holdings) -> None:
        self._custody.mark_received(message.recording, message.rendition, message.received)
        if message.final:
            self._end_known(message.recording, message.rendition)

    def _end_known(self, recording: str, rendition: int) -> None:
        """The relay has the final head of a rendition; the end is known with the last of them."""
        opening = self._footage.recording(recording).opening
        known = self._ends.setdefault(recording, set())
        known.add(rendition)
        if known >= {info.rendition for info in opening.renditions}:
            del self._ends[recording]
            self._custody.mark_end_known(recording)

    def _fault(self, message: Fault) -> None:
        code = message.problem.code
        log.warning(
            "relay.fault", code=code, recording=message.recording, number=message.number,
            fatal=message.fatal,
        )  # fmt: skip
        if code.startswith(_ALARMING):
            self.alarm = code
        if code == REVOKED:
            self.on_revoked()
        if message.recording is not None and code in _NOT_TAKEN:
            self.on_refused(message.recording)

    def refused(self, error: MzError) -> None:
        """The relay's door stayed shut."""
        if error.code.startswith("device."):
            self.alarm = error.code
        if error.code == REVOKED:
            self.on_revoked()
