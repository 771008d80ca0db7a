"""The zip around a package, read strictly: stored, contiguous, nothing hidden between the files.

A general zip reader forgives: it skips bytes between members, believes either of two headers
and takes any field it does not need. Here every byte of the container must be what the others
say it is, so that a changed byte is found wherever it lies. No library is used, and no member
is ever unpacked to a path.
"""

from __future__ import annotations

import re
import struct
from typing import BinaryIO, NamedTuple

from schemas.problems import Kind, MzError

MAX_MEMBERS = 100_000
MAX_DIRECTORY_BYTES = 64 * 1024 * 1024
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_EXTRA = struct.Struct("<HH")
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 1, 8, 0x800
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


class Member(NamedTuple):
    """One stored file: where its bytes lie in the package, how many, and their CRC-32."""

    name: str
    start: int
    size: int
    crc: int


class _Entry(NamedTuple):
    """A row of the central directory."""

    name: str
    needed: int
    flags: int
    stamp: tuple[int, int]
    crc: int
    size: int
    offset: int
    wide: bool


class _Directory(NamedTuple):
    start: int
    size: int
    rows: int


def damaged(where: str) -> MzError:
    """Return the error for container bytes that contradict each other."""
    return MzError("bundle.container_damaged", Kind.INVALID, where)


def read_container(source: BinaryIO) -> dict[str, Member]:
    """Return the members of a package by name, in their order in the file.

    Errors: `bundle.not_a_zip`, `bundle.container_damaged` (detail: where), `bundle.encrypted`,
    `bundle.compressed`, `bundle.unsafe_path`, `bundle.duplicate_name`, `bundle.too_large`.
    """
    directory = _find_directory(source)
    entries = _read_directory(source, directory)
    members: dict[str, Member] = {}
    at = 0
    for entry in entries:
        if entry.name in members:
            raise MzError("bundle.duplicate_name", Kind.INVALID, entry.name)
        if entry.offset != at:
            raise damaged(f"{entry.name}: bytes {at}-{entry.offset} belong to no file")
        start, at = _check_local(source, entry)
        members[entry.name] = Member(entry.name, start, entry.size, entry.crc)
    if at != directory.start:
        raise damaged(f"bytes {at}-{directory.start} belong to no file")
    return members


def _take(source: BinaryIO, at: int, count: int, what: str) -> bytes:
    if at < 0:
        raise damaged(what)
    source.seek(at)
    data = source.read(count)
    if len(data) != count:
        raise damaged(f"{what} at byte {at}")
    return data


def _find_directory(source: BinaryIO) -> _Directory:
    total = source.seek(0, 2)
    if total < _END.size:
        raise MzError("bundle.not_a_zip", Kind.INVALID, f"{total} bytes")
    if _take(source, 0, 4, "first bytes") not in (b"PK\3\4", b"PK\5\6"):
        raise MzError("bundle.not_a_zip", Kind.INVALID, "the first bytes are no zip")
    end_at = total - _END.size
    magic, disk, first_disk, here, count, size, start, comment = _END.unpack(
        _take(source, end_at, _END.size, "end record")
    )
    if magic != b"PK\5\6" or disk or first_disk or comment or here != count:
        raise damaged(f"end record at byte {end_at}")
    found = _Directory(start, size, count)
    if _FULL32 in (size, start) or count == _FULL16:
        found, end_at = _wide_directory(source, end_at, found)
    if found.start + found.size != end_at:
        raise damaged(f"end record at byte {end_at}")
    if found.rows > MAX_MEMBERS or found.size > MAX_DIRECTORY_BYTES:
        raise MzError("bundle.too_large", Kind.TOO_LARGE, f"{found.rows} files")
    return found


def _wide_directory(source: BinaryIO, end_at: int, narrow: _Directory) -> tuple[_Directory, int]:
    """Return the directory of a package over 4 GiB and where its own end record begins."""
    locator_at = end_at - _LOCATOR.size
    magic, disk, at, disks = _LOCATOR.unpack(
        _take(source, locator_at, _LOCATOR.size, "wide locator")
    )
    if magic != b"PK\6\7" or disk or disks != 1 or at + _END64.size != locator_at:
        raise damaged(f"wide locator at byte {locator_at}")
    fields = _END64.unpack(_take(source, at, _END64.size, "wide end record"))
    magic, rest, _, needed, disk, first_disk, here, count, size, start = fields
    ok = magic == b"PK\6\6" and rest == _END64.size - 12 and needed == 45 and here == count
    if not ok or disk or first_disk:
        raise damaged(f"wide end record at byte {at}")
    for small, large, full in (
        (narrow.rows, count, _FULL16),
        (narrow.size, size, _FULL32),
        (narrow.start, start, _FULL32),
    ):
        if small not in (full, large):
            raise damaged(f"end record at byte {end_at}")
    return _Directory(start, size, count), at


def _read_directory(source: BinaryIO, directory: _Directory) -> list[_Entry]:
    raw = _take(source, directory.start, directory.size, "directory")
    entries: list[_Entry] = []
    at, common = 0, None
    for _ in range(directory.rows):
        if at + _CENTRAL.size > len(raw):
            raise damaged(f"directory at byte {directory.start + at}")
        entry, shared, after = _read_entry(raw, at, directory.start)
        # Who made the file and its attributes mean nothing here, so they must at least agree.
        common = shared if common is None else common
        if shared != common:
            raise damaged(f"directory at byte {directory.start + at}: {entry.name}")
        entries.append(entry)
        at = after
    if at != len(raw):
        raise damaged(f"directory at byte {directory.start + at}")
    return entries


def _read_entry(raw: bytes, at: int, base: int) -> tuple[_Entry, tuple[int, ...], int]:
    (
        magic, made_by, needed, flags, method, clock, day, crc, packed, size,
        name_bytes, extra_bytes, comment_bytes, disk, inner, outer, offset,
    ) = _CENTRAL.unpack_from(raw, at)  # fmt: skip
    after = at + _CENTRAL.size + name_bytes + extra_bytes
    if magic != b"PK\1\2" or comment_bytes or disk or after > len(raw):
        raise damaged(f"directory at byte {base + at}")
    name_end = at + _CENTRAL.size + name_bytes
    name = _safe_name(raw[at + _CENTRAL.size : name_end])
    if flags & _ENCRYPTED:
        raise MzError("bundle.encrypted", Kind.INVALID, name)
    if method or flags & ~(_DESCRIPTOR | _UTF8):
        raise MzError("bundle.compressed", Kind.INVALID, name)
    wide = _wide_values(raw[name_end:after], name)
    values = []
    for value in (size, packed, offset):
        values.append(wide.pop(0) if value == _FULL32 and wide else value)
    if wide or values[0] != values[1] or needed not in (10, 20, 45) or made_by & 0xFF != needed:
        raise damaged(f"directory at byte {base + at}: {name}")
    entry = _Entry(name, needed, flags, (clock, day), crc, values[0], values[2], bool(extra_bytes))
    return entry, (made_by >> 8, inner, outer), after


def _safe_name(raw: bytes) -> str:
    name = raw.decode("ascii", "replace")
    if len(name) > 200 or not _SAFE_NAME.fullmatch(name):
        raise MzError("bundle.unsafe_path", Kind.INVALID, ascii(name[:80]))
    return name


def _wide_values(extra: bytes, name: str) -> list[int]:
    """Return the 64-bit values of the one extra field that is allowed."""
    if not extra:
        return []
    if len(extra) < _EXTRA.size:
        raise damaged(f"extra field of {name}")
    tag, length = _EXTRA.unpack_from(extra)
    if tag != 1 or length != len(extra) - _EXTRA.size or length % 8:
        raise damaged(f"extra field of {name}")
    return list(struct.unpack(f"<{length // 8}Q", extra[_EXTRA.size :]))


def _check_local(source: BinaryIO, entry: _Entry) -> tuple[int, int]:
    """Compare the header before the bytes with the directory; return start and next header."""
    where = f"header of {entry.name} at byte {entry.offset}"
    raw = _take(source, entry.offset, _LOCAL.size, where)
    magic, needed, flags, method, clock, day, crc, packed, size, name_bytes, extra_bytes = (
        _LOCAL.unpack(raw)
    )
    names = _take(source, entry.offset + _LOCAL.size, name_bytes + extra_bytes, where)
    same = (
        magic == b"PK\3\4"
        and flags == entry.flags
        and not method
        and (clock, day) == entry.stamp
        and names[:name_bytes] == entry.name.encode()
        and (needed == entry.needed or (entry.wide and needed in (10, 20)))
    )
    wide = _wide_values(names[name_bytes:], entry.name)
    late = bool(flags & _DESCRIPTOR)
    stated = [wide.pop(0) if value == _FULL32 and wide else value for value in (size, packed)]
    expected = (0, 0, 0) if late else (entry.crc, entry.size, entry.size)
    if not same or wide or (crc, *stated) != expected:
        raise damaged(where)
    start = entry.offset + _LOCAL.size + name_bytes + extra_bytes
    end = start + entry.size
    return start, _check_descriptor(source, entry, end, bool(extra_bytes)) if late else end


def _check_descriptor(source: BinaryIO, entry: _Entry, at: int, wide: bool) -> int:
    layout = struct.Struct("<4sIQQ" if wide else "<4sIII")
    where = f"trailer of {entry.name} at byte {at}"
    found = layout.unpack(_take(source, at, layout.size, where))
    if found != (b"PK\7\x08", entry.crc, entry.size, entry.size):
        raise damaged(where)
    return at + layout.size
