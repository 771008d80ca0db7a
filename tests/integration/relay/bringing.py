"""Bringing a recorder's file to a relay, piece by piece, as the desk's page does."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import requests

from schemas.bridge import ImportStage, ImportStatus, ImportTerms
from schemas.feed import RecordingOpened
from schemas.ids import new_id
from schemas.media.opening import RecordingOpening, open_opening
from schemas.ticket import Act
from schemas.time import now_ms
from tests.integration.relay.running import RunningRelay
from tests.patience import eventually

STARTED_MS = now_ms() - 3 * 86_400_000
AHEAD_MS = 95_000
PIECE = 256 * 1024


class Bringer:
    """One file on its way to a relay."""

    def __init__(self, relay: RunningRelay, path: Path, **terms: object) -> None:
        self.relay, self.data = relay, path.read_bytes()
        facts = {
            "recording": new_id(), "device": new_id(), "officer": new_id(), "operation": None,
            "name": path.name, "size": len(self.data), "started_wall_ms": STARTED_MS,
            "clock_ahead_ms": AHEAD_MS, **terms,
        }  # fmt: skip
        self.terms = ImportTerms(**facts)

    @property
    def recording(self) -> str:
        return self.terms.recording

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def ask(self, method: str, *, terms: ImportTerms | None = None, **more: object):
        token = self.relay.court.ticket(Act.IMPORT, imported=terms or self.terms)
        offset = more.pop("offset", None)
        query = "" if offset is None else f"?offset={offset}"
        return self.relay.request(method, f"/v1/imports/{self.recording}{query}", token, **more)

    def status(self) -> ImportStatus:
        answer = self.ask("GET")
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=ImportStatus)

    def put(self, offset: int, data: bytes) -> requests.Response:
        return self.ask("PUT", offset=offset, data=data)

    def bring(self, until: int | None = None) -> None:
        """Send what is not held yet, up to a byte."""
        end = len(self.data) if until is None else until
        at = self.status().arrived
        while at < end:
            answer = self.put(at, self.data[at : min(end, at + PIECE)])
            assert answer.status_code == 200, answer.text
            at = msgspec.json.decode(answer.content, type=ImportStatus).arrived

    def wait(self) -> ImportStatus:
        """Wait for its end, good or bad."""
        return eventually(self._settled, self.relay.log.read_text)

    def _settled(self) -> ImportStatus | None:
        found = self.status()
        return found if found.stage in (ImportStage.DONE, ImportStage.FAILED) else None

    def opening(self) -> RecordingOpening:
        """Return the opening as the feed tells it, checked by the relay's own key."""
        for item in self.relay.feed():
            if isinstance(item, RecordingOpened):
                opening = open_opening(item.opening, self.relay.court.relay.public)
                if opening.recording == self.recording:
                    return opening
        raise AssertionError("no opening in the feed")
