"""Encryption at rest on the device, and the wrapping of a recording's key.

A recording has one AES-256 key. The spool holds each frame as

    nonce (12) + AES-256-GCM(key, frame, associated data = "MZE1" + recording + rendition + number)

with a random nonce, so place, time and officer are hidden too. The key is wrapped twice:

* to the court's ingest key (X25519, held by the relay), 1 + 32 + 12 + 48 = 93 bytes:
  version 1 + ephemeral public + nonce + AES-256-GCM(HKDF-SHA256(shared, salt = ephemeral +
  recipient, info = "MZ-WRAP-1" + recording), key)
* to the device's storage key, 1 + 12 + 48 = 61 bytes: version 1 + nonce + AES-256-GCM.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.ids import id_bytes
from schemas.problems import Kind, MzError

KEY_BYTES = 32
NONCE_BYTES = 12
_VERSION = b"\x01"


def new_key() -> bytes:
    """Return a fresh recording key (32 bytes)."""
    return os.urandom(KEY_BYTES)


def _context(recording: str, rendition: int, number: int) -> bytes:
    return b"MZE1" + id_bytes(recording) + bytes([rendition]) + number.to_bytes(4, "big")


def _open(key: bytes, nonce: bytes, data: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, data, context)
    except (InvalidTag, ValueError) as error:
        raise MzError("encrypt.cannot_open", Kind.INVALID) from error


def encrypt_frame(key: bytes, recording: str, rendition: int, number: int, frame: bytes) -> bytes:
    """Return the spool form of a frame."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, frame, _context(recording, rendition, number))


def decrypt_frame(key: bytes, recording: str, rendition: int, number: int, kept: bytes) -> bytes:
    """Return the frame; `encrypt.cannot_open` if any byte or its place differs."""
    context = _context(recording, rendition, number)
    return _open(key, kept[:NONCE_BYTES], kept[NONCE_BYTES:], context)


def _wrapping_key(shared: bytes, ephemeral: bytes, recipient: bytes, recording: str) -> bytes:
    info = b"MZ-WRAP-1" + id_bytes(recording)
    return HKDF(hashes.SHA256(), KEY_BYTES, ephemeral + recipient, info).derive(shared)


def wrap_to_court(key: bytes, recording: str, ingest_public: bytes) -> bytes:
    """Return the recording key wrapped to the court's ingest key (93 bytes)."""
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(ingest_public))
    nonce = os.urandom(NONCE_BYTES)
    wrapping = _wrapping_key(shared, public, ingest_public, recording)
    return _VERSION + public + nonce + AESGCM(wrapping).encrypt(nonce, key, b"MZW1")


def unwrap_at_court(wrapped: bytes, recording: str, ingest_secret: bytes) -> bytes:
    """Return the recording key; `encrypt.cannot_open` with another key or recording."""
    if len(wrapped) != 93 or wrapped[:1] != _VERSION:
        raise MzError("encrypt.malformed", Kind.INVALID)
    private = X25519PrivateKey.from_private_bytes(ingest_secret)
    ephemeral = wrapped[1:33]
    shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    recipient = private.public_key().public_bytes_raw()
    wrapping = _wrapping_key(shared, ephemeral, recipient, recording)
    return _open(wrapping, wrapped[33:45], wrapped[45:], b"MZW1")


def wrap_to_device(key: bytes, recording: str, storage_key: bytes) -> bytes:
    """Return the recording key wrapped to the device's storage key (61 bytes)."""
    nonce = os.urandom(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(storage_key).encrypt(nonce, key, b"MZS1" + id_bytes(recording))


def unwrap_on_device(wrapped: bytes, recording: str, storage_key: bytes) -> bytes:
    """Return the recording key; `encrypt.cannot_open` with another storage key."""
    if len(wrapped) != 61 or wrapped[:1] != _VERSION:
        raise MzError("encrypt.malformed", Kind.INVALID)
    return _open(storage_key, wrapped[1:13], wrapped[13:], b"MZS1" + id_bytes(recording))
