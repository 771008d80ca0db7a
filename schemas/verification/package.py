"""The opened package: members by path, read in bounded pieces, and what is not sound in it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, TypeVar

from schemas import sign
from schemas.problems import Kind, MzError
from schemas.verification.container import Member, read_container

CHUNK_BYTES = 1024 * 1024
MAX_JSON_BYTES = 16 * 1024 * 1024
M = TypeVar("M")


class Summary(NamedTuple):
    """What was read of one member: size, SHA-256 in hex, and whether the zip's CRC fits."""

    size: int
    sha256: str
    crc_fits: bool


class Package:
    """A package on disk. `unsound` holds paths that an earlier step found missing or changed;
    later steps leave them alone, so that one fault is told once."""

    def __init__(self, path: Path) -> None:
        """Open the file; errors as `read_container`, `bundle.unreadable`."""
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise MzError("bundle.unreadable", Kind.NOT_FOUND, error.strerror or "") from error
        try:
            self.members: dict[str, Member] = read_container(self._file)
        except BaseException:
            self._file.close()
            raise
        self.unsound: set[str] = set()

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def sound(self, path: str) -> bool:
        """Return whether a member is there and no step found it changed."""
        return path in self.members and path not in self.unsound

    def pieces(self, path: str, chunk: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Yield the bytes of a member in pieces."""
        member = self._member(path)
        at, end = member.start, member.start + member.size
        while at < end:
            self._file.seek(at)
            piece = self._file.read(min(chunk, end - at))
            if not piece:
                raise MzError("bundle.unreadable", Kind.INVALID, f"{path} ends early")
            at += len(piece)
            yield piece

    def window(self, path: str, at: int, count: int) -> bytes:
        """Return up to `count` bytes of a member from `at` on."""
        member = self._member(path)
        self._file.seek(member.start + at)
        return self._file.read(max(0, min(count, member.size - at)))

    def size(self, path: str) -> int:
        """Return the size of a member in bytes."""
        return self._member(path).size

    def summary(self, path: str) -> Summary:
        """Read a member once and return its size and digests."""
        sha, crc = hashlib.sha256(), 0
        for piece in self.pieces(path):
            sha.update(piece)
            crc = zlib.crc32(piece, crc)
        member = self._member(path)
        return Summary(member.size, sha.hexdigest(), crc == member.crc)

    def decode(self, path: str, model: type[M], limit: int = MAX_JSON_BYTES) -> M:
        """Return a JSON member as `model`; `bundle.malformed` names the file."""
        member = self._member(path)
        if member.size > limit:
            raise MzError("bundle.too_large", Kind.TOO_LARGE, path)
        raw = self.window(path, 0, member.size)
        try:
            return sign.decode(raw, model)
        except MzError as error:
            raise MzError("bundle.malformed", Kind.INVALID, f"{path}: {error.detail}") from error

    def _member(self, path: str) -> Member:
        member = self.members.get(path)
        if member is None:
            raise MzError("bundle.missing_file", Kind.INVALID, path)
        return member
