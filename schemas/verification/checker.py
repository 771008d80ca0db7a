"""Checks signatures by one ring of keys: notes what is bad, counts what is good."""

from __future__ import annotations

from typing import TypeVar

from schemas import keys
from schemas.problems import MzError
from schemas.sign import Envelope, decode_payload
from schemas.time import clock_text
from schemas.verification.evidence import Evidence
from schemas.verification.report import Sentence, Step
from schemas.verification.sentences import finding, remark

M = TypeVar("M")


class Checker:
    """One pass of step 4. `good` counts signatures; a key's holder is remembered once."""

    def __init__(self, evidence: Evidence, ring: keys.KeyRing, step: Step) -> None:
        self.evidence, self.step = evidence, step
        self._ring = ring
        self.good = 0
        self._holders: dict[str, keys.KeyCertificate] = {}

    def read(self, path: str, type_: str, model: type[M]) -> tuple[Envelope, M] | None:
        """Return an envelope and its payload; None where it is not sound or not readable."""
        if not self.evidence.package.sound(path):
            return None
        try:
            envelope = self.evidence.envelope(path)
            return envelope, decode_payload(envelope, type_, model)
        except MzError as error:
            self.step.found(finding("signatures.malformed", path, detail=error.detail))
            return None

    def public(
        self, path: str, key: str, use: keys.Use, at_ms: int, holder: str | None = None
    ) -> bytes | None:
        """Return the public bytes of a key that its holder might use so at that time."""
        try:
            public = self._ring.public(key, use, at_ms)
        except MzError as error:
            self.step.found(finding("signatures.bad_key", path, detail=str(error)))
            return None
        certificate = self._ring.certificate(key)
        if holder is not None and certificate.holder != holder:
            self.step.found(finding("signatures.wrong_holder", path))
            return None
        self._holders[key] = certificate
        return public

    def signed(
        self, path: str, envelope: Envelope, use: keys.Use, at_ms: int, holder: str | None = None
    ) -> bool:
        """Check one envelope of the package."""
        public = self.public(path, envelope.key, use, at_ms, holder)
        if public is None:
            return False
        try:
            envelope.check(public)
        except MzError:
            self.step.found(finding("signatures.bad", path))
            return False
        self.good += 1
        return True

    def holders(self) -> list[Sentence]:
        """Return who held each key that signed something here."""
        return [
            remark(
                "signatures.held",
                holder=held.holder,
                key=held.key[:16],
                name=held.name,
                begin=clock_text(held.not_before_ms),
                protection=held.protection,
            )
            for held in self._holders.values()
        ]
