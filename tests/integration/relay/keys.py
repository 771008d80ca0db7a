"""Keys of a court, made as the centre's `init` makes them, and what the centre signs with them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from schemas.feed import RELAY_ORDER, OrderKind, RelayOrder
from schemas.ids import new_id
from schemas.keys import CERTIFICATE, KeyCertificate, Use
from schemas.sign import Ed25519Signer, Envelope, fingerprint, sign_envelope, to_token
from schemas.ticket import TICKET, Act, Publisher, Ticket
from schemas.time import now_ms

YEAR_MS = 365 * 86_400_000


@dataclass
class Court:
    """Signers by use, the ingest secret, and the certificates."""

    root: Ed25519Signer = field(default_factory=Ed25519Signer.generate)
    centre: Ed25519Signer = field(default_factory=Ed25519Signer.generate)
    relay: Ed25519Signer = field(default_factory=Ed25519Signer.generate)
    ingest: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    certificates: list[Envelope] = field(default_factory=list)

    def __post_init__(self) -> None:
        for use, signer in (
            (Use.ROOT, self.root),
            (Use.CENTRE, self.centre),
            (Use.RELAY, self.relay),
        ):
            self.certificates.append(self._certify(self.root, use, "ed25519", signer.public))
        self.certificates.append(self._certify(self.root, Use.INGEST, "x25519", self.ingest_public))

    @property
    def ingest_public(self) -> bytes:
        return self.ingest.public_key().public_bytes_raw()

    @staticmethod
    def _certify(issuer: Ed25519Signer, use: Use, alg: str, public: bytes) -> Envelope:
        now = now_ms()
        certificate = KeyCertificate(
            fingerprint(public), alg, public, use, new_id(), use.value, "file",
            now, now - 1000, now + YEAR_MS,
        )  # fmt: skip
        return sign_envelope(issuer, CERTIFICATE, certificate)

    def certify_device(self, public: bytes) -> Envelope:
        """Return a device's certificate."""
        return self._certify(self.centre, Use.DEVICE, "ed25519", public)

    def write(self, folder: Path) -> None:
        """Write the relay's key folder."""
        folder.mkdir(parents=True)
        for name, data in (
            ("relay.pem", self.relay.to_pem()),
            ("ingest.key", self.ingest.private_bytes_raw()),
            ("certificates.json", msgspec.json.encode(self.certificates)),
            ("root.txt", self.root.key.encode()),
        ):
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600)
            os.write(descriptor, data)
            os.close(descriptor)

    def ticket(self, act: Act, *, seconds: float = 300, **fields: object) -> str:
        """Return a ticket for an act."""
        now = now_ms()
        ticket = Ticket(
            ticket=new_id(), act=act, not_before_ms=now - 1000,
            not_after_ms=now + round(seconds * 1000), **{"holder": new_id(), **fields},
        )  # fmt: skip
        return to_token(sign_envelope(self.centre, TICKET, ticket))

    def publish_ticket(
        self, device: str, public: bytes, *, seconds: float = 300, **crew: object
    ) -> str:
        """Return a ticket with which a device publishes."""
        publisher = Publisher(device, fingerprint(public), "ed25519", public, **crew)
        return self.ticket(Act.PUBLISH, seconds=seconds, publisher=publisher)

    def order(self, kind: OrderKind, subject: str) -> Envelope:
        """Return a signed order."""
        order = RelayOrder(new_id(), kind, subject, now_ms(), "test")
        return sign_envelope(self.centre, RELAY_ORDER, order)
