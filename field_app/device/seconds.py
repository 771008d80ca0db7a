"""Second officers' keys on this device: each is wrapped by a key drawn from its owner's PIN.

Nothing here tells the PIN or opens the key without it, not even this device's own keys.
"""

from __future__ import annotations

import os

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from field_app.device.throttle import require_turn
from field_app.spool.facts import Facts
from schemas.problems import Kind, MzError
from schemas.second import EnrolledSecond
from schemas.sign import Ed25519Signer, sha256_hex
from schemas.time import now_ms

_PENDING, _KEPT = "second_pending", "seconds"
_PASSES, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4  # RFC 9106, second choice
_SALT, _NONCE = 16, 12


class Wrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret key under a PIN (Argon2id, AES-256-GCM), named by its fingerprint."""

    key: str
    salt: bytes
    nonce: bytes
    secret: bytes


class Pending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key that the centre was asked to know; kept so that a lost answer costs no code."""

    code_sha256: str
    wrapped: Wrapped


class KeptSecond(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An officer's key, how often in a row a wrong PIN was given, and when it was last."""

    enrolled: EnrolledSecond
    wrapped: Wrapped
    wrong: int = 0
    wrong_ms: int = 0


class KeptSeconds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""

    seconds: list[KeptSecond] = []


class Seconds:
    """Kept in the spool, so that a restart gives no further tries."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def all(self) -> list[KeptSecond]:
        """Return who can confirm here."""
        kept = self._facts.get(_KEPT, KeptSeconds)
        return kept.seconds if kept else []

    def name_of(self, officer: str) -> str:
        """Return the name of an officer who can confirm here, or nothing."""
        known = {one.enrolled.officer.officer: one.enrolled.officer.name for one in self.all()}
        return known.get(officer, "")

    def begin(self, code: str, pin: str) -> Ed25519Signer:
        """Return a key to enrol with this code, kept under the PIN; the same again for the same
        code and PIN."""
        sha256, before = sha256_hex(code.strip().upper().encode()), self._pending()
        if before is not None and before.code_sha256 == sha256:
            try:
                return _unwrap(before.wrapped, pin)
            except InvalidTag:
                pass  # he chose another PIN: the key becomes another too
        signer, secret = _fresh()
        self._facts.put(_PENDING, Pending(sha256, _wrap(signer.key, secret, pin)))
        return signer

    def keep(self, answer: EnrolledSecond) -> None:
        """Keep the key that the centre knows now, in place of the officer's former one here.

        Errors: `enrolment.inconsistent` where the answer names another key.
        """
        pending = self._pending()
        if pending is None or pending.wrapped.key != answer.key:
            raise MzError("enrolment.inconsistent", Kind.INVALID, answer.key[:16])
        who = answer.officer.officer
        others = [one for one in self.all() if one.enrolled.officer.officer != who]
        self._facts.put(_KEPT, KeptSeconds([*others, KeptSecond(answer, pending.wrapped)]))
        self._facts.drop(_PENDING)

    def open(self, officer: str, pin: str) -> Ed25519Signer:
        """Return an officer's key.

        Errors: `second.not_enrolled`, `pin.wrong`, `pin.throttled`.
        """
        kept = next((one for one in self.all() if one.enrolled.officer.officer == officer), None)
        if kept is None:
            raise MzError("second.not_enrolled", Kind.CONFLICT, officer[:40])
        require_turn(kept.wrong, kept.wrong_ms)
        # counted before it is tried: a kill in between gives no further try
        self._count(kept, kept.wrong + 1)
        try:
            signer = _unwrap(kept.wrapped, pin)
        except InvalidTag as error:
            self._count(kept, kept.wrong + 1)  # the wait begins now
            raise MzError("pin.wrong", Kind.REFUSED) from error
        self._count(kept, 0)
        return signer

    def _count(self, kept: KeptSecond, wrong: int) -> None:
        counted = msgspec.structs.replace(kept, wrong=wrong, wrong_ms=now_ms())
        same = kept.wrapped.key
        self._facts.put(
            _KEPT, KeptSeconds([counted if one.wrapped.key == same else one for one in self.all()])
        )

    def _pending(self) -> Pending | None:
        return self._facts.get(_PENDING, Pending)


def _fresh() -> tuple[Ed25519Signer, bytes]:
    secret = os.urandom(32)
    return Ed25519Signer(secret), secret


def _wrap(key: str, secret: bytes, pin: str) -> Wrapped:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return Wrapped(key, salt, nonce, AESGCM(_drawn(pin, salt)).encrypt(nonce, secret, key.encode()))


def _unwrap(kept: Wrapped, pin: str) -> Ed25519Signer:
    cipher = AESGCM(_drawn(pin, kept.salt))
    return Ed25519Signer(cipher.decrypt(kept.nonce, kept.secret, kept.key.encode()))


def _drawn(pin: str, salt: bytes) -> bytes:
    return hash_secret_raw(pin.encode(), salt, _PASSES, _MEMORY_KIB, _LANES, 32, Type.ID)
