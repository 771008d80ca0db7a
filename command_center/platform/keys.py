"""The court's key files: made once, 0600, read at the start, never logged.

`centre/keys/{root,centre}.pem`, `personal.key`, `certificates.json`, and the relay's folder
`relay/keys/{relay.pem,ingest.key,certificates.json,root.txt}` (docs/architecture.md).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from command_center.platform.personal import PersonalCipher
from command_center.platform.settings import Settings
from schemas.keys import CERTIFICATE, KeyCertificate, KeyRing, Use
from schemas.problems import Kind, MzError
from schemas.sign import Ed25519Signer, Envelope, decode, fingerprint, sign_envelope

TERM_MS = 10 * 365 * 86_400_000


@dataclass(frozen=True)
class CourtKeys:
    """The centre's signing key, the court's certificates, and the cipher of personal data."""

    centre: Ed25519Signer
    certificates: tuple[Envelope, ...]
    root: str
    ingest_key: str
    ingest_public: bytes
    cipher: PersonalCipher


def load_keys(settings: Settings) -> CourtKeys:
    """Return the keys on disk; `keys.missing` before `init`, `keys.untrusted` if they disagree."""
    folder = settings.data / "keys"
    try:
        centre = Ed25519Signer.from_pem((folder / "centre.pem").read_bytes())
        certificates = decode((folder / "certificates.json").read_bytes(), list[Envelope])
        personal = (folder / "personal.key").read_bytes()
    except OSError as error:
        raise MzError("keys.missing", Kind.UNAVAILABLE, "run the verb init first") from error
    ring = KeyRing(None, certificates)
    held = {ring.certificate(_payload(item).key).use: _payload(item) for item in certificates}
    ring.certificate(centre.key)
    ingest = held.get(Use.INGEST)
    if ingest is None:
        raise MzError("keys.missing", Kind.UNAVAILABLE, "no ingest certificate")
    return CourtKeys(
        centre, tuple(certificates), ring.root, ingest.key, ingest.public, PersonalCipher(personal)
    )


def init_keys(settings: Settings, now_ms: int) -> str:
    """Make what is missing of the key files, keep what is there; return the root fingerprint."""
    folder = settings.data / "keys"
    relay = Path(settings.relay.data) / "keys"
    for place in (folder, relay):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = _signing_key(folder / "root.pem")
    centre = _signing_key(folder / "centre.pem")
    relay_key = _signing_key(relay / "relay.pem")
    ingest = _secret(relay / "ingest.key", lambda: X25519PrivateKey.generate().private_bytes_raw())
    _secret(folder / "personal.key", lambda: os.urandom(32))
    if not (folder / "certificates.json").exists():
        ingest_public = X25519PrivateKey.from_private_bytes(ingest).public_key().public_bytes_raw()
        name = settings.court.name
        made = [
            _certify(root, root.public, "ed25519", Use.ROOT, settings.court.code, name, now_ms),
            _certify(root, centre.public, "ed25519", Use.CENTRE, "centre", name, now_ms),
            _certify(root, relay_key.public, "ed25519", Use.RELAY, settings.relay.id, name, now_ms),
            _certify(root, ingest_public, "x25519", Use.INGEST, settings.relay.id, name, now_ms),
        ]
        _write(folder / "certificates.json", msgspec.json.encode(made), 0o644)
    _write(relay / "certificates.json", (folder / "certificates.json").read_bytes(), 0o644)
    _write(relay / "root.txt", root.key.encode() + b"\n", 0o644)
    return root.key


def certify_device(
    keys: CourtKeys, device: str, name: str, alg: str, public: bytes, protection: str, now_ms: int
) -> Envelope:
    """Return the centre's certificate of a device's key."""
    certificate = KeyCertificate(
        fingerprint(public), alg, public, Use.DEVICE, device, name, protection,
        now_ms, now_ms - 300_000, now_ms + TERM_MS,
    )  # fmt: skip
    return sign_envelope(keys.centre, CERTIFICATE, certificate)


def _payload(envelope: Envelope) -> KeyCertificate:
    return decode(envelope.payload, KeyCertificate)


def _certify(
    root: Ed25519Signer, public: bytes, alg: str, use: Use, holder: str, name: str, now_ms: int
) -> Envelope:
    certificate = KeyCertificate(
        fingerprint(public), alg, public, use, holder, name, "file",
        now_ms, now_ms - 300_000, now_ms + TERM_MS,
    )  # fmt: skip
    return sign_envelope(root, CERTIFICATE, certificate)


def _signing_key(path: Path) -> Ed25519Signer:
    return Ed25519Signer.from_pem(_secret(path, lambda: Ed25519Signer.generate().to_pem()))


def _secret(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        _write(path, make(), 0o600)
    return path.read_bytes()


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a whole file or none: beside it, flushed, then renamed."""
    beside = path.with_name(path.name + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(beside, path)
