"""A number that only the centre may read, inside a record that the device signs.

The centre tells its X25519 key in a `secrets_key/1` envelope that its own key signs. What is
encrypted is bound to its record and field:

    version 1 + ephemeral public (32) + nonce (12) + AES-256-GCM(HKDF-SHA256(shared, salt =
    ephemeral + recipient, info = "MZ-CENTRE-1" + record + field), text)
"""

from __future__ import annotations

import base64
import binascii
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.problems import Kind, MzError

SECRETS_KEY = "secrets_key/1"
PREFIX = "to_centre."
"""A fact of this name and a field's holds that field's whole number, encrypted."""
MOST_CHARACTERS = 200
_VERSION, _NONCE = b"\x01", 12


class SecretsKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `secrets_key/1`: the raw X25519 key to which a device encrypts numbers."""

    public: bytes


def encrypt(text: str, public: bytes, record: str, field: str) -> str:
    """Return a text of at most 200 characters, encrypted to the centre, as base64."""
    ephemeral = X25519PrivateKey.generate()
    ours = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    nonce = os.urandom(_NONCE)
    key = _key(shared, ours + public, record, field)
    sealed = AESGCM(key).encrypt(nonce, text[:MOST_CHARACTERS].encode(), None)
    return base64.b64encode(_VERSION + ours + nonce + sealed).decode()


def decrypt(kept: str, secret: X25519PrivateKey, record: str, field: str) -> str:
    """Return the text; `encrypt.cannot_open` where anything differs."""
    try:
        raw = base64.b64decode(kept, validate=True)
        ours, nonce, data = raw[1:33], raw[33 : 33 + _NONCE], raw[33 + _NONCE :]
        shared = secret.exchange(X25519PublicKey.from_public_bytes(ours))
        salt = ours + secret.public_key().public_bytes_raw()
        if raw[:1] != _VERSION:
            raise MzError("encrypt.cannot_open", Kind.INVALID, "version")
        return AESGCM(_key(shared, salt, record, field)).decrypt(nonce, data, None).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise MzError("encrypt.cannot_open", Kind.INVALID, field[:40]) from error


def _key(shared: bytes, salt: bytes, record: str, field: str) -> bytes:
    info = b"MZ-CENTRE-1" + record.encode() + b"\0" + field.encode()
    return HKDF(hashes.SHA256(), 32, salt, info).derive(shared)
