"""Who this device is: its id, its signing key, its storage key, and whom it may trust.

On a desktop the keys are files of mode 0600 and say so (`PROTECTION`); a phone's key store comes
behind the same class. The signing key is made here and never leaves.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from field_app.device.files import make_folder, write_private
from schemas.field_api import Enrol, Enrolled, OfficerInfo
from schemas.ids import new_id
from schemas.keys import KeyRing, Use
from schemas.problems import Kind, MzError
from schemas.sign import Ed25519Signer, decode, fingerprint

PROTECTION = "file"
_STORAGE_KEY_BYTES = 32


class Enrolment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an enrolment left: where the centre is, how the device is called, its answer."""

    centre_url: str
    name: str
    enrolled: Enrolled


class Holding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who held the device last, and whether he has it still, by the desk's ledger."""

    officer: OfficerInfo
    held: bool


class Identity:
    """The device's keys and, once it is enrolled, its court."""

    def __init__(self, folder: Path) -> None:
        """Load or make the keys in `folder` (mode 0700, files 0600)."""
        self.folder = make_folder(folder)
        self.device = self._load("device.id", lambda: new_id().encode()).decode()
        pem = self._load("device.pem", lambda: Ed25519Signer.generate().to_pem())
        self.signer = Ed25519Signer.from_pem(pem)
        self.storage_key = self._load("storage.key", lambda: os.urandom(_STORAGE_KEY_BYTES))
        self._enrolment: Enrolment | None = None
        self._ring: KeyRing | None = None
        self._holding: Holding | None = None
        kept = self.folder / "enrolment.json"
        if kept.exists():
            self._take(decode(kept.read_bytes(), Enrolment))
        holding = self.folder / "holder.json"
        if holding.exists():
            self._holding = decode(holding.read_bytes(), Holding)

    def _load(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self.folder / name
        if not path.exists():
            write_private(path, make())
        return path.read_bytes()

    @property
    def enrolment(self) -> Enrolment | None:
        """The enrolment, or None."""
        return self._enrolment

    @property
    def officer(self) -> OfficerInfo:
        """In whose name the device signs: who holds it, or held it last, or enrolled it;
        `device.not_enrolled`."""
        return self._holding.officer if self._holding else self.court()[0].enrolled.officer

    @property
    def holder(self) -> OfficerInfo | None:
        """Who holds the device; None: nobody does, or it is not enrolled."""
        if self._enrolment is None or (self._holding is not None and not self._holding.held):
            return None
        return self.officer

    def hold(self, holder: OfficerInfo | None) -> bool:
        """Keep whom the centre names as holder; return whether the device changed hands."""
        former = self.officer
        told = Holding(holder or former, holder is not None)
        if told != self._holding:
            write_private(self.folder / "holder.json", msgspec.json.encode(told))
            self._holding = told
        return told.officer.officer != former.officer

    def court(self) -> tuple[Enrolment, KeyRing]:
        """Return enrolment and key ring; `device.not_enrolled`."""
        if self._enrolment is None or self._ring is None:
            raise MzError("device.not_enrolled", Kind.REFUSED)
        return self._enrolment, self._ring

    def ask(self, code: str, name: str, app: str) -> Enrol:
        """Return the request with which this device asks to be known; repeating it is safe."""
        signer = self.signer
        return Enrol(code, self.device, name, signer.alg, signer.public, PROTECTION, app)

    def keep(self, centre_url: str, name: str, answer: Enrolled) -> None:
        """Check and keep the centre's answer.

        Errors: `device.already_enrolled`, `enrolment.inconsistent` where the answer names another
        device or key, or `keys.untrusted` where its certificates do not hold.
        """
        if self._enrolment is not None:
            raise MzError("device.already_enrolled", Kind.CONFLICT, self.device)
        enrolment = Enrolment(centre_url, name, answer)
        self._take(enrolment)
        write_private(self.folder / "enrolment.json", msgspec.json.encode(enrolment))

    def _take(self, enrolment: Enrolment) -> None:
        answer = enrolment.enrolled
        ring = KeyRing(answer.root, answer.certificates)
        own, ingest = ring.certificate(self.signer.key), ring.certificate(answer.ingest_key)
        if (
            answer.device != self.device
            or own.use is not Use.DEVICE
            or own.holder != self.device
            or ingest.use is not Use.INGEST
            or fingerprint(answer.ingest_public) != answer.ingest_key
        ):
            raise MzError("enrolment.inconsistent", Kind.INVALID, self.device)
        self._enrolment, self._ring = enrolment, ring
