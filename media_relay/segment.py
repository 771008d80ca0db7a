"""One file of the shared log: a header, then records, each with its own checksum.

    "MZLOG1\\n\\0" · number u64                       16 bytes
    records: length u32 · CRC-32 u32 · kind u8 · bytes

The checksum covers kind and bytes. A position is `number << 32 | offset of the record`.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from schemas.problems import Kind, MzError

MAGIC = b"MZLOG1\n\0"
HEADER_BYTES = 16
_RECORD = struct.Struct(">IIB")
RECORD_BYTES = _RECORD.size
MAX_RECORD_BYTES = 8 * 1024 * 1024


class Record(IntEnum):
    """What a record holds."""

    OPENING = 2
    INIT = 3
    FRAGMENT = 4
    HEAD = 5


class Logged(NamedTuple):
    """A record as it was read back."""

    position: int
    kind: Record
    data: bytes


def segment_path(folder: Path, number: int) -> Path:
    """Return the path of a segment."""
    return folder / f"{number:010d}.mzl"


def segment_header(number: int) -> bytes:
    """Return the 16 bytes that begin a segment."""
    return MAGIC + struct.pack(">Q", number)


def pack_record(kind: Record, data: bytes) -> tuple[bytes, bytes]:
    """Return the record's head and its bytes, to be written one after the other."""
    crc = zlib.crc32(data, zlib.crc32(bytes([kind])))
    return _RECORD.pack(len(data), crc, kind), data


def place(position: int) -> tuple[int, int]:
    """Return segment number and offset of a position."""
    return position >> 32, position & 0xFFFFFFFF


def read_record(descriptor: int, offset: int) -> tuple[Record, bytes] | None:
    """Return the record at an offset, or None where no whole record stands."""
    head = os.pread(descriptor, RECORD_BYTES, offset)
    if len(head) < RECORD_BYTES:
        return None
    length, crc, kind = _RECORD.unpack(head)
    if not 0 < length <= MAX_RECORD_BYTES or kind not in (2, 3, 4, 5):
        return None
    data = os.pread(descriptor, length, offset + RECORD_BYTES)
    if len(data) < length or zlib.crc32(data, zlib.crc32(bytes([kind]))) != crc:
        return None
    return Record(kind), data


def scan(path: Path, number: int) -> Iterator[Logged]:
    """Yield the whole records of a segment; `log.damaged` if its header is not of this log.

    It stops in silence at the first record that is not whole: compare `scanned_to`.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        head = os.pread(descriptor, HEADER_BYTES, 0)
        if head != segment_header(number):
            if segment_header(number).startswith(head):
                return  # killed while the header was written: nothing was acknowledged from it
            raise MzError("log.damaged", Kind.UNAVAILABLE, f"segment {number} has no header")
        offset = HEADER_BYTES
        while (found := read_record(descriptor, offset)) is not None:
            yield Logged(number << 32 | offset, *found)
            offset += RECORD_BYTES + len(found[1])
    finally:
        os.close(descriptor)


def segments(folder: Path) -> list[int]:
    """Return the numbers of the segments in a folder, ascending."""
    return sorted(int(path.stem) for path in folder.glob("*.mzl") if path.stem.isdigit())
