"""One file of the shared log: a header, then records, each with its own checksum.

    "MZLOG2\\n\\0" · number u64 · salt u32 · zeros up to 4096
    commits, each from a multiple of 4096 on: records, then zeros up to the next multiple
    records: length u32 · CRC-32 u32 · kind u8 · bytes

The checksum goes on from the salt, a random number, and covers length, kind and bytes. Of a
fragment it covers the header alone: that holds the digest of the rest, which is compared when the
record is read. With the salt nobody can send a fragment that, torn by a power cut, reads like
records. A position is `number << 32 | offset of the record`.

Written past the page cache where the file system allows it (`O_DIRECT`, which wants the whole
blocks): copying into the cache cost more than all other work of the log (docs/benchmarks.md).

Segments of before ("MZLOG1", 16 header bytes, no zeros between records, the checksum over kind
and all bytes) are read as well.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import secrets
import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple

from media_relay.durable import sync_folder
from schemas.media.fragment import HEADER_BYTES as FRAGMENT_HEADER_BYTES
from schemas.media.fragment import check_digest, split_frame
from schemas.problems import Kind, MzError

BLOCK: Final = 4096
MAX_RECORD_BYTES = 8 * 1024 * 1024
_MAGIC, _OLD_MAGIC = b"MZLOG2\n\0", b"MZLOG1\n\0"
_HEADER = struct.Struct(">8sQI")
_RECORD: Final = struct.Struct(">IIB")
_COVERED: Final = struct.Struct(">IB")
RECORD_BYTES: Final = _RECORD.size
_BUFFER_BYTES: Final = 1024 * 1024


class Record(IntEnum):
    """What a record holds."""

    OPENING = 2
    INIT = 3
    FRAGMENT = 4
    HEAD = 5


_RECORDS: Final = {int(one): one for one in Record}
_FRAGMENT: Final = int(Record.FRAGMENT)


class Logged(NamedTuple):
    """A record as it was read back."""

    position: int
    kind: Record
    data: bytes


def segment_path(folder: Path, number: int) -> Path:
    """Return the path of a segment."""
    return folder / f"{number:010d}.mzl"


def segments(folder: Path) -> list[int]:
    """Return the numbers of the segments in a folder, ascending."""
    return sorted(int(path.stem) for path in folder.glob("*.mzl") if path.stem.isdigit())


def place(position: int) -> tuple[int, int]:
    """Return segment number and offset of a position."""
    return position >> 32, position & 0xFFFFFFFF


def _begun(magic: bytes, number: int) -> bytes:
    return magic + number.to_bytes(8, "big")


def _next_block(offset: int) -> int:
    return -(-offset // BLOCK) * BLOCK


def _checksum(salt: int, kind: int, data: bytes) -> int:
    covered = data[:FRAGMENT_HEADER_BYTES] if kind == _FRAGMENT else data
    return zlib.crc32(_COVERED.pack(len(data), kind) + covered, salt)


def _fits(kind: int, data: bytes) -> bool:
    """Say whether a fragment's bytes are those that its checked header names."""
    if kind != _FRAGMENT:
        return True
    try:
        check_digest(*split_frame(data))
    except MzError:
        return False
    return True


def _pass_by_the_cache(descriptor: int) -> None:
    with contextlib.suppress(OSError):  # refused by file systems that cannot
        fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_DIRECT)


class SegmentReader:
    """A segment open for reading; `end` is where the last whole record that was scanned ends."""

    def __init__(self, folder: Path, number: int) -> None:
        """Open it; `log.damaged` if its header is not of this log, `log.released` if it is gone."""
        try:
            self._descriptor = os.open(segment_path(folder, number), os.O_RDONLY)
        except FileNotFoundError as error:
            raise MzError("log.released", Kind.UNAVAILABLE, f"segment {number}") from error
        self._number, self._salt = number, 0
        head = os.pread(self._descriptor, _HEADER.size, 0)
        self._old = head.startswith(_OLD_MAGIC)
        begun = _begun(_OLD_MAGIC if self._old else _MAGIC, number)
        if head.startswith(begun) and (self._old or len(head) == _HEADER.size):
            self.end = len(begun) if self._old else BLOCK
            self._salt = int.from_bytes(head[len(begun) :], "big")
        elif any(_begun(one, number).startswith(head[:16]) for one in (_MAGIC, _OLD_MAGIC)) or (
            not any(head)
        ):
            self.end = 0  # killed while the header was written: nothing was acknowledged from it
        else:
            self.close()
            raise MzError("log.damaged", Kind.UNAVAILABLE, f"segment {number} has no header")

    def __enter__(self) -> SegmentReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def record(self, offset: int) -> tuple[Record, bytes] | None:
        """Return the record at an offset, or None where no whole record stands."""
        head = os.pread(self._descriptor, RECORD_BYTES, offset)
        if len(head) < RECORD_BYTES:
            return None
        length, crc, kind = _RECORD.unpack(head)
        if not 0 < length <= MAX_RECORD_BYTES or kind not in _RECORDS:
            return None
        data = os.pread(self._descriptor, length, offset + RECORD_BYTES)
        if len(data) < length:
            return None
        if self._old:
            whole = zlib.crc32(data, zlib.crc32(bytes([kind]))) == crc
        else:
            whole = _checksum(self._salt, kind, data) == crc and _fits(kind, data)
        return (_RECORDS[kind], data) if whole else None

    def __iter__(self) -> Iterator[Logged]:
        """Yield the whole records; stop in silence at the first that is not: see `torn`."""
        while self.end:
            offset, found = self.end, self.record(self.end)
            if found is None and self._is_end_of_commit():
                offset = _next_block(self.end)
                found = self.record(offset)
            if found is None:
                return
            self.end = offset + RECORD_BYTES + len(found[1])
            yield Logged(self._number << 32 | offset, *found)

    def _is_end_of_commit(self) -> bool:
        """Say whether only zeros stand up to the next block. A record may begin with zeros too (a
        length does), so whether one begins here is asked first."""
        rest = os.pread(self._descriptor, -self.end % BLOCK, self.end)
        return not self._old and not any(rest)

    def torn(self) -> bytes:
        """Return what follows the last whole record, unless it is the zeros that end a commit."""
        size = os.fstat(self._descriptor).st_size if self.end else 0
        rest = os.pread(self._descriptor, max(0, size - self.end), self.end)
        return rest if self._old or any(rest) else b""


class SegmentWriter:
    """The segment that is being written, a commit at a time."""

    def __init__(self, folder: Path, number: int) -> None:
        """Make the file and its header durable; what fails leaves no file."""
        self.number, self._size = number, 0
        self._salt = secrets.randbits(32)
        self._buffer = memoryview(mmap.mmap(-1, _BUFFER_BYTES))
        self._filled, self._offset = 0, 0
        path = segment_path(folder, number)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _pass_by_the_cache(self._descriptor)
            self._put(_HEADER.pack(_MAGIC, number, self._salt))
            self._flush()
            self.sync()
            sync_folder(folder)
        except OSError:
            os.close(self._descriptor)
            path.unlink()
            raise

    @property
    def size(self) -> int:
        """The bytes that are durable."""
        return self._size

    def write(self, records: list[tuple[Record, bytes]]) -> list[int]:
        """Write a commit, not synced yet; return the positions. After an error the segment ends
        where it was."""
        self._filled, self._offset = 0, self._size
        positions = []
        try:
            for kind, data in records:
                positions.append(self.number << 32 | self._offset + self._filled)
                self._put(_RECORD.pack(len(data), _checksum(self._salt, kind, data), kind))
                self._put(data)
            self._flush()
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        return positions

    def sync(self) -> None:
        """Make durable what was written."""
        os.fdatasync(self._descriptor)
        self._size = self._offset

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _put(self, data: bytes) -> None:
        end = self._filled + len(data)
        if end < _BUFFER_BYTES:  # as nearly always
            self._buffer[self._filled : end] = data
            self._filled = end
            return
        view = memoryview(data)
        while view:
            piece = view[: _BUFFER_BYTES - self._filled]
            self._buffer[self._filled : self._filled + len(piece)] = piece
            self._filled += len(piece)
            view = view[len(piece) :]
            if self._filled == _BUFFER_BYTES:
                self._flush()

    def _flush(self) -> None:
        """Write what is in the buffer, with zeros up to a whole block."""
        end = _next_block(self._filled)
        self._buffer[self._filled : end] = bytes(end - self._filled)
        left = self._buffer[:end]
        while left:
            done = os.pwrite(self._descriptor, left, self._offset)
            self._offset, left = self._offset + done, left[done:]
        self._filled = 0
