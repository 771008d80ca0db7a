"""The relay's keys, and whom it believes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schemas.keys import KeyRing, Use
from schemas.problems import Kind, MzError
from schemas.sign import Ed25519Signer, Envelope, decode
from schemas.time import now_ms


@dataclass(frozen=True)
class Trust:
    """The key that signs statements and manifests, and the ring under the court's root."""

    signer: Ed25519Signer
    ring: KeyRing


def load_trust(folder: Path) -> Trust:
    """Read `relay.pem`, `certificates.json`, `root.txt`.

    Errors: `keys.not_found`, `keys.untrusted`, `keys.wrong_root`, `keys.wrong_use`.
    """
    try:
        pem = (folder / "relay.pem").read_bytes()
        certificates = decode((folder / "certificates.json").read_bytes(), list[Envelope])
        root = (folder / "root.txt").read_text("ascii").strip()
    except OSError as error:
        raise MzError("keys.not_found", Kind.NOT_FOUND, str(error.filename)) from error
    signer = Ed25519Signer.from_pem(pem)
    ring = KeyRing(root, certificates)
    ring.public(signer.key, Use.RELAY, now_ms())
    return Trust(signer, ring)
