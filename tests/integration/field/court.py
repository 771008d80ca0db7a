"""A court of a test: its keys, certificates and tickets, in the layout that the relay reads."""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from schemas.field_api import (
    ContactReply,
    CrewMember,
    DeviceContact,
    Enrol,
    Enrolled,
    OfficerInfo,
    OperationBrief,
    RelayAddress,
    Site,
)
from schemas.ids import new_id
from schemas.keys import CERTIFICATE, KeyCertificate, Use
from schemas.media.opening import CHALLENGE, ContactChallenge
from schemas.sign import Ed25519Signer, Envelope, fingerprint, sign_envelope, to_token
from schemas.ticket import TICKET, Act, Publisher, Ticket
from schemas.time import now_ms
from schemas.to_centre import SECRETS_KEY, SecretsKey

DAY_MS = 86_400_000
OFFICER = OfficerInfo("01960000-0000-7000-8000-0000000000aa", "测试法官", "粤0199-001", "JUDGE")
SECOND = OfficerInfo("01960000-0000-7000-8000-0000000000ab", "测试书记员", "粤0199-002", "CLERK")


class Court:
    """Root, centre, relay and ingest keys, made afresh; signs what a centre signs."""

    def __init__(self, relay: str = "relay-1") -> None:
        self.relay = relay
        self.id, self.operation, self.case = new_id(), new_id(), new_id()
        self.crew: list[str] = []
        self.major = False
        self.site: Site | None = None
        self.beside: list[CrewMember] = []
        self.also: list[OperationBrief] = []
        self.holder: OfficerInfo | msgspec.UnsetType | None = msgspec.UNSET
        self.root, self.centre, self.relay_key = (Ed25519Signer.generate() for _ in range(3))
        self.ingest = X25519PrivateKey.generate()
        self.secrets = X25519PrivateKey.generate()
        self.certificates = [
            self.certify(self.root, self.root.public, Use.ROOT, self.id),
            self.certify(self.root, self.centre.public, Use.CENTRE, self.id),
            self.certify(self.root, self.relay_key.public, Use.RELAY, relay),
            self.certify(self.root, self.ingest_public, Use.INGEST, relay),
        ]

    @property
    def ingest_public(self) -> bytes:
        """The raw X25519 public key that recording keys are wrapped to."""
        return self.ingest.public_key().public_bytes_raw()

    def certify(self, issuer: Ed25519Signer, public: bytes, use: Use, holder: str) -> Envelope:
        """Return a certificate good for a year around now."""
        stated = KeyCertificate(
            key=fingerprint(public), alg="x25519" if use is Use.INGEST else "ed25519",
            public=public, use=use, holder=holder, name=str(use), protection="file",
            issued_ms=now_ms(), not_before_ms=now_ms() - DAY_MS,
            not_after_ms=now_ms() + 365 * DAY_MS,
        )  # fmt: skip
        return sign_envelope(issuer, CERTIFICATE, stated)

    def write_relay_keys(self, folder: Path) -> None:
        """Write the relay's key folder."""
        folder.mkdir(parents=True)
        (folder / "relay.pem").write_bytes(self.relay_key.to_pem())
        (folder / "ingest.key").write_bytes(self.ingest.private_bytes_raw())
        (folder / "certificates.json").write_bytes(msgspec.json.encode(self.certificates))
        (folder / "root.txt").write_text(self.root.key)

    def enrol(self, request: Enrol) -> Enrolled:
        """Certify a device's key."""
        own = self.certify(self.centre, request.public, Use.DEVICE, request.device)
        return Enrolled(
            device=request.device, court=self.id, certificates=[*self.certificates, own],
            root=self.root.key, ingest_key=fingerprint(self.ingest_public),
            ingest_public=self.ingest_public, officer=OFFICER,
        )  # fmt: skip

    def talk_ticket(self, device: str) -> str:
        """Return a ticket with which a desk talks to a device."""
        ticket = Ticket(
            new_id(), Act.TALK, new_id(), now_ms() - 1000, now_ms() + 600_000, devices=[device],
            operation=self.operation,
        )  # fmt: skip
        return to_token(sign_envelope(self.centre, TICKET, ticket))

    def ticket(self, request: Enrol, valid_ms: int = 600_000) -> str:
        """Return a publish ticket for a device."""
        publisher = Publisher(
            request.device, fingerprint(request.public), "ed25519", request.public,
            self.crew, self.operation,
            {one.operation: self.crew for one in [self.brief(), *self.also]},
        )  # fmt: skip
        ticket = Ticket(
            new_id(), Act.PUBLISH, request.device, now_ms() - 1000, now_ms() + valid_ms, publisher
        )
        return to_token(sign_envelope(self.centre, TICKET, ticket))

    def quarantine_ticket(self, device: str, exhibits: list[str]) -> str:
        """Return a ticket with which a revoked device sends the exhibits of a record."""
        ticket = Ticket(
            new_id(), Act.QUARANTINE, device, now_ms() - 1000, now_ms() + 600_000,
            exhibits=exhibits,
        )  # fmt: skip
        return to_token(sign_envelope(self.centre, TICKET, ticket))

    def relay_ticket(self, act: Act, exhibits: list[str] | None = None) -> str:
        """Return a ticket to the relay's own door, with the exhibits that it names."""
        ticket = Ticket(
            new_id(), act, "centre", now_ms() - 1000, now_ms() + 600_000, exhibits=exhibits or []
        )
        return to_token(sign_envelope(self.centre, TICKET, ticket))

    def answer(
        self, request: Enrol, said: DeviceContact, address: RelayAddress, orders_seq: int
    ) -> ContactReply:
        """Return what the centre says to a contact."""
        challenge = ContactChallenge(request.device, said.nonce, now_ms(), said.last_counter)
        return ContactReply(
            session="session-" + said.nonce, session_until_ms=now_ms() + 600_000,
            server_ms=now_ms(), challenge=sign_envelope(self.centre, CHALLENGE, challenge),
            ticket=self.ticket(request), ticket_until_ms=now_ms() + 600_000, relay=address,
            operations=[self.brief(), *self.also], orders_seq=orders_seq,
            holder=self.holder, phone="12368",
            secrets_key=sign_envelope(
                self.centre, SECRETS_KEY, SecretsKey(self.secrets.public_key().public_bytes_raw())
            ),
        )  # fmt: skip

    def brief(self) -> OperationBrief:
        """Return the one operation of this court's day."""
        return OperationBrief(
            operation=self.operation, case=self.case, case_number="（2026）粤0199执1号",
            title="扣押", address="测试路1号", planned_start_ms=now_ms(), state="planned",
            parties=[("applicant", "甲"), ("debtor", "乙")],
            crew=[CrewMember(OFFICER.officer, OFFICER.name, OFFICER.role, True), *self.beside],
            major_case=self.major, site=self.site,
        )  # fmt: skip
