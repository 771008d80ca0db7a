"""A part: up to a minute of one recording as one write-once, self-describing file.

    "MZPART1\\n"                                      8 bytes
    entries: kind u8 · length u32 · bytes            from 1 on, in order of arrival
    "MZPEND1\\n" · entries u32 · SHA-256 of all before   8 + 4 + 32 bytes

Entry kinds: 1 preamble (JSON `PartPreamble`, always first), 2 opening envelope (JSON),
3 init frame, 4 fragment frame, 5 signed head. Each part repeats opening and init segments, so
a part alone plays and verifies. A part is named by the SHA-256 of the whole file.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import BinaryIO, Protocol

import msgspec

from schemas.problems import Kind, MzError

MAGIC = b"MZPART1\n"
END_MAGIC = b"MZPEND1\n"
TRAILER_BYTES = 44
MAX_ENTRY_BYTES = 8 * 1024 * 1024
_ENTRY = struct.Struct(">BI")


class Entry(IntEnum):
    """What an entry of a part holds."""

    PREAMBLE = 1
    OPENING = 2
    INIT = 3
    FRAGMENT = 4
    HEAD = 5


class PartPreamble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which part this is: `serial` counts the parts of one recording at one relay from 1. A part
    that a revoked device packed names that device for the relay, and has serial 0."""

    part: str
    recording: str
    relay: str
    serial: int
    closed_ms: int


class PartWriter:
    """Write one part to a file object; `close` returns its SHA-256 in hex."""

    def __init__(self, out: BinaryIO, preamble: PartPreamble) -> None:
        self._out, self._sha, self._entries = out, hashlib.sha256(), 0
        self._write(MAGIC)
        self.add(Entry.PREAMBLE, msgspec.json.encode(preamble))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._sha.update(data)

    def add(self, kind: Entry, data: bytes) -> None:
        """Append one entry."""
        self._write(_ENTRY.pack(kind, len(data)))
        self._write(data)
        self._entries += 1

    def close(self) -> str:
        """Write the trailer and return the hex SHA-256 of the whole file."""
        self._write(END_MAGIC + struct.pack(">I", self._entries))
        self._write(self._sha.digest())
        return self._sha.hexdigest()


class Sha(Protocol):
    """A running SHA-256."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def read_part(source: BinaryIO, sha: Sha | None = None) -> Iterator[tuple[Entry, int, bytes]]:
    """Yield kind, offset of the entry's bytes, and bytes; `part.malformed` where it breaks.

    The trailer is checked last: an iteration that ends without an error has seen a whole part, and
    then `sha`, a fresh SHA-256 of the caller's, is that of the file.
    """
    sha = hashlib.sha256() if sha is None else sha

    def take(count: int) -> bytes:
        data = source.read(count)
        if len(data) != count:
            raise MzError("part.malformed", Kind.INVALID, "cut short")
        sha.update(data)
        return data

    if take(8) != MAGIC:
        raise MzError("part.malformed", Kind.INVALID, "not a part")
    offset, entries = 8, 0
    while True:
        head = take(_ENTRY.size)
        if head == END_MAGIC[: _ENTRY.size]:
            rest = take(8 + 4 - _ENTRY.size)
            expected = sha.digest()
            if rest[:3] != END_MAGIC[_ENTRY.size :] or struct.unpack(">I", rest[3:])[0] != entries:
                raise MzError("part.malformed", Kind.INVALID, "wrong trailer")
            if source.read(33) != expected:
                raise MzError("part.wrong_digest", Kind.INVALID)
            sha.update(expected)
            return
        kind, length = _ENTRY.unpack(head)
        if kind not in (1, 2, 3, 4, 5) or length > MAX_ENTRY_BYTES or (entries == 0) != (kind == 1):
            raise MzError("part.malformed", Kind.INVALID, f"entry {entries} at {offset}")
        data = take(length)
        yield Entry(kind), offset + _ENTRY.size, data
        offset += _ENTRY.size + length
        entries += 1
