"""Who holds which key: certificates, revocations, and the ring that checks them.

The court's root key signs the centre's, the relay's and the ingest key; the centre's key signs
devices' keys. The root's fingerprint is published outside any package; without it a check can
say "consistent" at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode_payload, fingerprint

CERTIFICATE = "key_certificate/1"
REVOCATION = "key_revocation/1"


class Use(StrEnum):
    """What a key may sign (or, for ingest, what may be encrypted to it)."""

    ROOT = "root"
    CENTRE = "centre"
    RELAY = "relay"
    DEVICE = "device"
    INGEST = "ingest"


_ISSUERS = {
    Use.ROOT: Use.ROOT,
    Use.CENTRE: Use.ROOT,
    Use.RELAY: Use.ROOT,
    Use.INGEST: Use.ROOT,
    Use.DEVICE: Use.CENTRE,
}


class KeyCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key: its raw public bytes, its holder (an id), use, protection and term.

    `alg` is "ed25519" for signing keys and "x25519" for the ingest key. `protection` is how the
    secret is kept: "file", "keystore", "hsm".
    """

    key: str
    alg: str
    public: bytes
    use: Use
    holder: str
    name: str
    protection: str
    issued_ms: int
    not_before_ms: int
    not_after_ms: int


class KeyRevocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key that must not be believed for anything signed from `revoked_ms` on."""

    key: str
    revoked_ms: int
    reason: str


class KeyRing:
    """Certificates and revocations, each checked up to a root before it is believed."""

    def __init__(
        self,
        root: str | None,
        certificates: Iterable[Envelope],
        revocations: Iterable[Envelope] = (),
    ) -> None:
        """Check everything; raise `keys.untrusted` (chain) or `keys.wrong_root`.

        root: the fingerprint from outside, or None to take the package's own root as it stands.
        """
        self._envelopes = {}
        self._certificates: dict[str, KeyCertificate] = {}
        for envelope in certificates:
            certificate = decode_payload(envelope, CERTIFICATE, KeyCertificate)
            if fingerprint(certificate.public) != certificate.key:
                raise MzError("keys.untrusted", Kind.REFUSED, "a certificate misnames its key")
            self._certificates[certificate.key] = certificate
            self._envelopes[certificate.key] = envelope
        self.root = self._find_root(root)
        for key in self._certificates:
            self._check_chain(key)
        self._revoked: dict[str, KeyRevocation] = {}
        for envelope in revocations:
            issuer = self._certificates.get(envelope.key)
            if issuer is None or issuer.use is not Use.CENTRE:
                raise MzError("keys.untrusted", Kind.REFUSED, "revocation by an unknown key")
            envelope.check(issuer.public)
            revocation = decode_payload(envelope, REVOCATION, KeyRevocation)
            self._revoked[revocation.key] = revocation

    def _find_root(self, root: str | None) -> str:
        roots = [key for key, cert in self._certificates.items() if cert.use is Use.ROOT]
        if len(roots) != 1:
            raise MzError("keys.untrusted", Kind.REFUSED, f"{len(roots)} root certificates")
        if root is not None and roots[0] != root.replace(":", "").replace(" ", "").lower():
            raise MzError("keys.wrong_root", Kind.REFUSED, f"root is {roots[0]}")
        return roots[0]

    def _check_chain(self, key: str) -> None:
        certificate, envelope = self._certificates[key], self._envelopes[key]
        issuer = self._certificates.get(envelope.key)
        if issuer is None or issuer.use is not _ISSUERS[certificate.use]:
            raise MzError("keys.untrusted", Kind.REFUSED, f"no issuer for {key[:16]}")
        if certificate.use is Use.ROOT and envelope.key != key:
            raise MzError("keys.untrusted", Kind.REFUSED, "a root signs itself")
        try:
            envelope.check(issuer.public)
        except MzError as error:
            raise MzError("keys.untrusted", Kind.REFUSED, f"certificate {key[:16]}") from error

    def certificate(self, key: str) -> KeyCertificate:
        """Return the certificate of a key; `keys.unknown`."""
        found = self._certificates.get(key)
        if found is None:
            raise MzError("keys.unknown", Kind.REFUSED, key[:16])
        return found

    def public(self, key: str, use: Use, at_ms: int) -> bytes:
        """Return the public bytes of a key that might be used so at that time.

        Errors: `keys.unknown`, `keys.wrong_use`, `keys.not_valid_then`, `keys.revoked`.
        """
        found = self.certificate(key)
        if found.use is not use:
            raise MzError("keys.wrong_use", Kind.REFUSED, f"{key[:16]} is a {found.use} key")
        if not found.not_before_ms <= at_ms <= found.not_after_ms:
            raise MzError("keys.not_valid_then", Kind.REFUSED, key[:16])
        revocation = self._revoked.get(key)
        if revocation is not None and at_ms >= revocation.revoked_ms:
            raise MzError("keys.revoked", Kind.REFUSED, key[:16])
        return found.public

    def check(self, envelope: Envelope, use: Use, at_ms: int) -> None:
        """Raise unless the envelope is signed by a key that had this use at that time."""
        envelope.check(self.public(envelope.key, use, at_ms))
