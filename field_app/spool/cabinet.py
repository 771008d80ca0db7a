"""Encryption at rest of everything that is no fragment: openings, records, exhibits, orders.

AES-256-GCM under the device's storage key, a random nonce before each text, and as associated
data the name of what is kept, so that no row can stand in for another.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.problems import Kind, MzError

_NONCE_BYTES = 12


class Cabinet:
    """Locks and unlocks bytes with the storage key."""

    def __init__(self, storage_key: bytes) -> None:
        self._aes = AESGCM(storage_key)
        self.storage_key = storage_key

    def lock(self, name: str, data: bytes) -> bytes:
        """Return the form that is kept under `name`."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aes.encrypt(nonce, data, name.encode())

    def unlock(self, name: str, kept: bytes) -> bytes:
        """Return the bytes; `spool.cannot_open` if the key, the name or any byte differs."""
        try:
            return self._aes.decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise MzError("spool.cannot_open", Kind.INVALID, name) from error
