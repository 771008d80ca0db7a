"""Identifiers. Whoever makes a thing makes its id (UUIDv7), and the id is the idempotency key."""

from __future__ import annotations

import functools
import os
import threading
import time
import uuid

from schemas.problems import Kind, MzError

_lock = threading.Lock()
_last_ms = 0
_sequence = 0


def new_id() -> str:
    """Return a fresh UUIDv7 in canonical text form; ids of one process never run backwards."""
    global _last_ms, _sequence
    with _lock:
        now_ms = time.time_ns() // 1_000_000
        if now_ms > _last_ms:
            _last_ms, _sequence = now_ms, int.from_bytes(os.urandom(2), "big") & 0x7FF
        else:
            _sequence += 1
            if _sequence > 0xFFF:
                _last_ms, _sequence = _last_ms + 1, 0
        stamp, sequence = _last_ms, _sequence
    tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    value = (stamp & ((1 << 48) - 1)) << 80 | 0x7 << 76 | sequence << 64 | 0b10 << 62 | tail
    return str(uuid.UUID(int=value))


def id_bytes(text: str) -> bytes:
    """Return the 16 bytes of a canonical id; `id.malformed` if it is not one."""
    try:
        value = uuid.UUID(text)
    except (ValueError, AttributeError, TypeError) as error:
        raise MzError("id.malformed", Kind.INVALID, f"not an id: {str(text)[:40]!r}") from error
    if str(value) != text:
        raise MzError("id.malformed", Kind.INVALID, "an id is written in lower case with hyphens")
    return value.bytes


@functools.lru_cache(maxsize=16_384)
def id_text(raw: bytes) -> str:
    """Return the canonical text of 16 id bytes.

    Remembered: each header of a recording names the same two ids, five times a second.
    """
    return str(uuid.UUID(bytes=raw))


def short_id(text: str) -> str:
    """Return the end of an id for people to read and look up: it is random, while ids that were
    made in one minute begin alike."""
    return text[-8:]


NO_ID = "00000000-0000-0000-0000-000000000000"
