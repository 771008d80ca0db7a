"""The integrity value (完整性校验值) that people sign at the scene.

庭审录音录像规定(2017) 9 and 18: where a recording stands for the record, the parties sign its
integrity check value. A device states what it holds at one moment: the chain of each of its
recordings up to a signed head, its records and the pages by digest, who of the crew stated nothing.
The value is the digest of those exact bytes; whoever has the evidence package computes it again
and finds every chain, record and page in it.
"""

from __future__ import annotations

import hashlib

import msgspec

from schemas.ids import id_bytes
from schemas.media.head import NO_FRAGMENT, Head, check_head
from schemas.problems import Kind, MzError
from schemas.sign import decode

_PREFIX = b"MZ-INTEGRITY-1\0"
_QR_PREFIX = "MZ-INTEGRITY-1"
CODE_DIGITS = 16
MAX_STATEMENT_BYTES = 128 * 1024


class ChainAt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The full rendition of a recording: `head` is the device's signed head of 140 bytes over
    everything up to it; `last` the last fragment that was kept when this was stated. What lies
    between the head and `last` is the unsigned tail."""

    recording: str
    head: bytes
    last: int

    def check(self, public: bytes) -> Head:
        """Return the head if the device signed it; `head.bad_signature`, `head.malformed`."""
        head = check_head(self.head, public)
        if head.recording != self.recording:
            raise MzError("head.malformed", Kind.INVALID, "a head of another recording")
        return head


class RecordAt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed field record: its id, its kind, and the digest of its payload."""

    record: str
    kind: str
    sha256: str


class OtherDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another officer of the crew: the short code that his own device showed, or why none."""

    officer: str
    name: str
    code: str
    why: str = ""


class IntegrityStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device holds of an operation; `pages` are the digests of papers shown and signed."""

    operation: str
    device: str
    at_ms: int
    chains: list[ChainAt]
    records: list[RecordAt]
    pages: list[str]
    others: list[OtherDevice]


def value_of(statement: bytes) -> str:
    """Return the value of a statement's exact bytes: 64 hex digits."""
    return hashlib.sha256(_PREFIX + statement).hexdigest()


def short_code(value: str) -> str:
    """Return what people compare: `9F3A 7C21 E04B D518`."""
    digits = value[:CODE_DIGITS].upper()
    return " ".join(digits[at : at + 4] for at in range(0, CODE_DIGITS, 4))


def plain_code(typed: str) -> str | None:
    """Return a short code as somebody typed it, without spaces; None where it is none."""
    digits = "".join(typed.split()).upper()
    fits = len(digits) == CODE_DIGITS and all(one in "0123456789ABCDEF" for one in digits)
    return digits if fits else None


def scanned_code(typed: str) -> str | None:
    """Return the short code, without spaces, that somebody typed or that a QR code says; None
    where it is none."""
    words = typed.split()
    if words[:1] == [_QR_PREFIX] and len(words) > 1:
        return plain_code(words[1][:CODE_DIGITS])
    return plain_code(typed)


def qr_text(value: str, operation: str) -> str:
    """Return what the QR code says: the whole value and whose it is."""
    return f"{_QR_PREFIX} {value} {operation}"


def read_statement(raw: bytes) -> IntegrityStatement:
    """Return a statement; `message.malformed`, `message.too_large`."""
    if len(raw) > MAX_STATEMENT_BYTES:
        raise MzError("message.too_large", Kind.TOO_LARGE, "integrity statement")
    found = decode(raw, IntegrityStatement)
    for name in (found.operation, found.device, *(one.recording for one in found.chains)):
        id_bytes(name)
    return found


def tail_of(chain: ChainAt, head: Head) -> int:
    """Return how many fragments after the head no signature covered yet."""
    signed = -1 if head.number == NO_FRAGMENT else head.number
    return max(0, chain.last - signed)
