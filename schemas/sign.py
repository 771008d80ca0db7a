"""Digests, signatures and the signed envelope.

We sign bytes, not objects: the payload of an `Envelope` is kept exactly as it was signed and
is never encoded again. Algorithms are named in the data. SHA-256 and Ed25519 are built in;
SM3 is available where the crypto library has it; SM2 is registered by configuration.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Protocol, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.problems import Kind, MzError

MAX_TOKEN_CHARS = 131_072
"""A ticket that names a thousand exhibits and recordings still fits."""


class HashAlg(IntEnum):
    """Digest algorithms by the number that headers carry."""

    SHA256 = 1
    SM3 = 2


_SHA256 = HashAlg.SHA256
"""Looked up once: a member of an enum costs as much as hashing a header."""


def digest(alg: HashAlg, *chunks: bytes | memoryview) -> bytes:
    """Return the 32-byte digest of the chunks; `sign.unknown_algorithm` where it is missing."""
    if alg is _SHA256:
        plain = hashlib.sha256(chunks[0] if chunks else b"")
        for chunk in chunks[1:]:
            plain.update(chunk)
        return plain.digest()
    try:
        state = hashes.Hash(hashes.SM3())
        for chunk in chunks:
            state.update(bytes(chunk))
        return state.finalize()
    except UnsupportedAlgorithm as error:
        raise MzError("sign.unknown_algorithm", Kind.INVALID, alg.name) from error


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(public: bytes) -> str:
    """Return the name of a key: SHA-256 of its raw public bytes, 64 hex digits."""
    return sha256_hex(public)


class Signer(Protocol):
    """A private key that signs and never gives itself away."""

    @property
    def alg(self) -> str: ...
    @property
    def public(self) -> bytes: ...
    @property
    def key(self) -> str: ...
    def sign(self, data: bytes) -> bytes: ...


class Ed25519Signer:
    """An Ed25519 key held in memory, from 32 raw secret bytes."""

    alg = "ed25519"

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._private.public_key().public_bytes_raw()
        self.key = fingerprint(self.public)

    @classmethod
    def generate(cls) -> Ed25519Signer:
        """Return a fresh key."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_pem(cls, pem: bytes) -> Ed25519Signer:
        """Return the key of an unencrypted PKCS#8 PEM."""
        private = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise MzError("sign.unknown_algorithm", Kind.INVALID, "the file holds no Ed25519 key")
        return cls(private.private_bytes_raw())

    def to_pem(self) -> bytes:
        """Return the key as unencrypted PKCS#8 PEM; the caller writes it with mode 0600."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._private.sign(data)


def _verify_ed25519(public: bytes, signature: bytes, data: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError) as error:
        raise MzError("sign.bad_signature", Kind.REFUSED) from error


VERIFIERS: dict[str, Callable[[bytes, bytes, bytes], None]] = {"ed25519": _verify_ed25519}
"""Verify functions `(public, signature, data)` by algorithm name; SM2 is added by configuration."""


def verify(alg: str, public: bytes, signature: bytes, data: bytes) -> None:
    """Raise `sign.bad_signature` or `sign.unknown_algorithm`; return nothing when it is good."""
    check = VERIFIERS.get(alg)
    if check is None:
        raise MzError("sign.unknown_algorithm", Kind.INVALID, alg[:40])
    check(public, signature, data)


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signed bytes. `type` is `name/version`, `key` the fingerprint of the signing key."""

    type: str
    key: str
    alg: str
    payload: bytes
    signature: bytes

    def signed_bytes(self) -> bytes:
        """Return what the signature covers: type, algorithm, key and payload, length-prefixed."""
        return _signed_bytes(self.type, self.alg, self.key, self.payload)

    def check(self, public: bytes) -> None:
        """Raise unless `public` is the named key and the signature is good."""
        if fingerprint(public) != self.key:
            raise MzError("sign.wrong_key", Kind.REFUSED, self.key[:16])
        verify(self.alg, public, self.signature, self.signed_bytes())

    def payload_sha256(self) -> str:
        """Return the hex SHA-256 of the payload: the name of what was signed."""
        return sha256_hex(self.payload)


def _signed_bytes(type_: str, alg: str, key: str, payload: bytes) -> bytes:
    parts = [b"MZ-ENVELOPE-1\0"]
    for chunk in (type_.encode(), alg.encode(), key.encode(), payload):
        parts += (struct.pack(">I", len(chunk)), chunk)
    return b"".join(parts)


def sign_envelope(signer: Signer, type_: str, payload: msgspec.Struct | bytes) -> Envelope:
    """Sign a message (encoded once, here) or ready bytes under `type_`."""
    raw = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    signature = signer.sign(_signed_bytes(type_, signer.alg, signer.key, raw))
    return Envelope(type_, signer.key, signer.alg, raw, signature)


M = TypeVar("M")


def decode_payload(envelope: Envelope, type_: str, model: type[M]) -> M:
    """Return the payload as `model`; `message.unknown` for another type, `message.malformed`."""
    if envelope.type != type_:
        raise MzError(
            "message.unknown", Kind.INVALID, f"expected {type_}, got {envelope.type[:40]}"
        )
    return decode(envelope.payload, model)


def decode(raw: bytes | str, model: type[M]) -> M:
    """Decode strict JSON into `model`; `message.malformed` says where it failed."""
    try:
        return msgspec.json.decode(raw, type=model)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MzError("message.malformed", Kind.INVALID, str(error)[:200]) from error


def to_token(envelope: Envelope) -> str:
    """Return the envelope as one base64url word for an Authorization header or first frame."""
    return base64.urlsafe_b64encode(msgspec.json.encode(envelope)).decode().rstrip("=")


def from_token(token: str) -> Envelope:
    """Return the envelope of a token; `message.malformed` if it is none."""
    if len(token) > MAX_TOKEN_CHARS:
        raise MzError("message.too_large", Kind.TOO_LARGE, "token")
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MzError("message.malformed", Kind.INVALID, "token is not base64url") from error
    return decode(raw, Envelope)
