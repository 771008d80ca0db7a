"""Passwords: argon2id hashes, checked off the event loop; one-time passwords for first use."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schemas.problems import Kind, MzError

MIN_LENGTH = 10
MAX_LENGTH = 200
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# OWASP Password Storage: argon2id with at least 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_nobody: list[str] = []


def hash_password(password: str) -> str:
    """Return the argon2id hash. Takes some 30-100 ms: never call it on the event loop."""
    return _hasher.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """Return whether the password fits; an unknown account costs the same time."""
    if stored is None:
        if not _nobody:
            _nobody.append(_hasher.hash(secrets.token_urlsafe(16)))
        stored = _nobody[0]
        password = "\0" + password[:MAX_LENGTH]
    try:
        return _hasher.verify(stored, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Return 16 random characters in groups of four, none that look alike (about 79 bits)."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def check_strength(password: str) -> None:
    """Raise `password.too_weak` for what is too short, too long, or of one character."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH or len(set(password)) < 5:
        raise MzError("password.too_weak", Kind.INVALID, f"at least {MIN_LENGTH} characters")
