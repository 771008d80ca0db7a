"""Which paths a package may have (`schemas.bundle`), and how its streams are read in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from schemas.media import fragment, head
from schemas.problems import Kind, MzError
from schemas.verification.package import Package

MANIFEST = "bundle.json"
CERTIFICATES = "keys/certificates.json"
REVOCATIONS = "keys/revocations.json"
FACTS = "facts.json"
TREE_HEAD = "ledger/head.json"
INCLUSIONS = "ledger/inclusions.json"
REQUIRED = (CERTIFICATES, REVOCATIONS, FACTS, TREE_HEAD, INCLUSIONS)

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_RECORD = re.compile(rf"records/({_ID})\.json")
_EXHIBIT = re.compile(r"exhibits/([0-9a-f]{64})")
_PAPER = re.compile(r"papers/([0-9a-f]{64})")
_NOTICE = re.compile(r"notices/([0-9a-f]{64})")
_OPENING = re.compile(rf"recordings/({_ID})/opening\.json")
_ARCHIVED = re.compile(rf"recordings/({_ID})/archived\.json")
_STREAM = re.compile(
    rf"recordings/({_ID})/([123])/(?:init\.mp4|(?:fragments|closed)\.mzf|heads\.mzh)"
)
_HEADS_A_READ = 4_096


class StreamPath(NamedTuple):
    """One rendition of one recording in the package."""

    recording: str
    rendition: int

    @property
    def opening(self) -> str:
        return f"recordings/{self.recording}/opening.json"

    @property
    def init(self) -> str:
        return f"recordings/{self.recording}/{self.rendition}/init.mp4"

    @property
    def fragments(self) -> str:
        return f"recordings/{self.recording}/{self.rendition}/fragments.mzf"

    @property
    def closed(self) -> str:
        return f"recordings/{self.recording}/{self.rendition}/closed.mzf"

    @property
    def heads(self) -> str:
        return f"recordings/{self.recording}/{self.rendition}/heads.mzh"


def known(path: str) -> bool:
    """Return whether a package may have this path."""
    patterns = (_RECORD, _EXHIBIT, _PAPER, _NOTICE, _OPENING, _ARCHIVED, _STREAM)
    return path in REQUIRED or any(pattern.fullmatch(path) for pattern in patterns)


def records(package: Package) -> dict[str, str]:
    """Return the paths of field records by record id."""
    return {m[1]: path for path in package.members if (m := _RECORD.fullmatch(path))}


def exhibits(package: Package) -> dict[str, str]:
    """Return the paths of exhibits by digest."""
    return {m[1]: path for path in package.members if (m := _EXHIBIT.fullmatch(path))}


def papers(package: Package) -> dict[str, str]:
    """Return the digests that papers are named by, by path."""
    return {path: m[1] for path in package.members if (m := _PAPER.fullmatch(path))}


def notices(package: Package) -> dict[str, str]:
    """Return the digests that texts of notices are named by, by path."""
    return {path: m[1] for path in package.members if (m := _NOTICE.fullmatch(path))}


def openings(package: Package) -> dict[str, str]:
    """Return the paths of openings by recording."""
    return {m[1]: path for path in package.members if (m := _OPENING.fullmatch(path))}


def archived(package: Package) -> dict[str, str]:
    """Return the paths of archived statements by recording."""
    return {m[1]: path for path in package.members if (m := _ARCHIVED.fullmatch(path))}


def streams(package: Package) -> list[StreamPath]:
    """Return every rendition of every recording in the package, in order."""
    found = {(m[1], int(m[2])) for path in package.members if (m := _STREAM.fullmatch(path))}
    return [StreamPath(*each) for each in sorted(found)]


class Frame(NamedTuple):
    """A fragment frame and where it lies in its file."""

    header: fragment.Header
    raw: bytes
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.raw)


class HeadAt(NamedTuple):
    """A signed head's bytes and where they lie in their file."""

    raw: bytes
    start: int


def read_frames(package: Package, path: str) -> Iterator[Frame]:
    """Yield the frames of a file; `fragment.malformed` where it breaks."""
    at, size = 0, package.size(path)
    while at < size:
        header = fragment.decode_header(package.window(path, at, fragment.HEADER_BYTES))
        raw = package.window(path, at, fragment.HEADER_BYTES + header.length)
        fragment.split_frame(raw)
        yield Frame(header, raw, at)
        at += len(raw)


def read_closed(package: Package, path: str) -> Iterator[Frame]:
    """Yield the bare headers of a file; `fragment.malformed` where it breaks."""
    for at in range(0, package.size(path), fragment.HEADER_BYTES):
        raw = package.window(path, at, fragment.HEADER_BYTES)
        yield Frame(fragment.decode_header(raw), raw, at)


def read_heads(package: Package, path: str) -> Iterator[HeadAt]:
    """Yield the signed heads of a file, undecoded; `head.malformed` where the last is cut."""
    size = package.size(path)
    step = _HEADS_A_READ * head.HEAD_BYTES
    for at in range(0, size, step):
        block = package.window(path, at, step)
        for offset in range(0, len(block), head.HEAD_BYTES):
            raw = block[offset : offset + head.HEAD_BYTES]
            if len(raw) != head.HEAD_BYTES:
                raise MzError("head.malformed", Kind.INVALID, f"cut at byte {at + offset}")
            yield HeadAt(raw, at + offset)
