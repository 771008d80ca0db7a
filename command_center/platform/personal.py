"""Personal data at rest: AES-GCM with a random nonce, and a blind index for exact search.

Source: 个人信息保护法 51 (encrypt, de-identify). The key is a 0600 file beside the centre's keys.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.problems import Kind, MzError

_VERSION = b"\x01"


class PersonalCipher:
    """Encrypts phone numbers, addresses and ID numbers under one 32-byte key. `from_devices` opens
    what devices encrypted to the centre."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(_derive(key, b"personal data"))
        self._index_key = _derive(key, b"blind index")
        self.from_devices = X25519PrivateKey.from_private_bytes(_derive(key, b"from devices"))

    def encrypt(self, text: str, purpose: str) -> bytes:
        """Return version, nonce and ciphertext; `purpose` (`contact.phone`) is bound to it."""
        return self.encrypt_bytes(text.encode(), purpose)

    def decrypt(self, raw: bytes, purpose: str) -> str:
        """Return the text; `personal.unreadable` under another key or purpose."""
        return self.decrypt_bytes(raw, purpose).decode()

    def encrypt_bytes(self, data: bytes, purpose: str) -> bytes:
        """Encrypt a file (a paper) as `encrypt` does a text."""
        nonce = os.urandom(12)
        return _VERSION + nonce + self._aead.encrypt(nonce, data, purpose.encode())

    def decrypt_bytes(self, raw: bytes, purpose: str) -> bytes:
        """Return the bytes; errors as `decrypt`."""
        if raw[:1] != _VERSION:
            raise MzError("personal.unreadable", Kind.INVALID, "unknown version")
        try:
            return self._aead.decrypt(raw[1:13], raw[13:], purpose.encode())
        except InvalidTag as error:
            raise MzError("personal.unreadable", Kind.INVALID, purpose) from error

    def blind_index(self, text: str, purpose: str) -> str:
        """Return a keyed hex digest by which equal texts are found without being readable."""
        message = purpose.encode() + b"\0" + text.strip().upper().encode()
        return hmac.new(self._index_key, message, hashlib.sha256).hexdigest()


def _derive(key: bytes, label: bytes) -> bytes:
    return hmac.new(key, b"MZ-PERSONAL-1\0" + label, hashlib.sha256).digest()
