"""The vault: write-once files named by their digest; the one door to evidence on disk.

    vault/parts/ab/<sha256>.mzp      vault/exhibits/ab/<sha256>      vault/half/

A file gets its name only after its bytes are synced; it never changes after. Names are made
here from digests, so no path from outside ever reaches the disk.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO

from media_relay.durable import make_folder, sync_folder
from schemas.problems import Kind, MzError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024


class Shelf(StrEnum):
    """What the vault holds."""

    PARTS = "parts"
    EXHIBITS = "exhibits"


_SUFFIX = {Shelf.PARTS: ".mzp", Shelf.EXHIBITS: ""}


def place_of(shelf: Shelf, sha256: str) -> str:
    """Return the path of a file in every failure domain: `SHELF/ab/NAME`."""
    return f"{shelf.value}/{sha256[:2]}/{sha256}{_SUFFIX[shelf]}"


class Half:
    """A file that has no name yet: written, then `stored` under its digest or dropped."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self.file, self.path, self._sha, self.size = file, path, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self.file.write(data)
        self._sha.update(data)
        self.size += len(data)

    def sha256(self) -> str:
        """Return the digest of what was written, hex."""
        return self._sha.hexdigest()

    def drop(self) -> None:
        """Forget the bytes."""
        self.file.close()
        self.path.unlink(missing_ok=True)


class LocalVault:
    """A vault on one disk."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the folder; unless read-only, half files of a killed process are removed."""
        self._folder, self._half = folder, folder / "half"
        if read_only:
            return
        for name in (*(shelf.value for shelf in Shelf), "half"):
            make_folder(folder / name)
        for half in self._half.iterdir():
            half.unlink()

    def _path(self, shelf: Shelf, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise MzError("vault.bad_name", Kind.INVALID, "not a SHA-256")
        return self._folder / place_of(shelf, sha256)

    def begin(self) -> Half:
        """Return a new half file; `vault.failed` if the disk refuses."""
        try:
            descriptor, name = tempfile.mkstemp(dir=self._half)
        except OSError as error:
            raise MzError("vault.failed", Kind.UNAVAILABLE, str(error)[:200]) from error
        return Half(os.fdopen(descriptor, "wb"), Path(name))

    def store(self, shelf: Shelf, half: Half, sha256: str | None = None) -> str:
        """Sync a half file and give it its name; return the digest. The same bytes twice: fine.

        Who wrote into `half.file` himself, hashing, says the digest.
        """
        sha256 = sha256 or half.sha256()
        path = self._path(shelf, sha256)
        try:
            half.file.flush()
            os.fsync(half.file.fileno())
            make_folder(path.parent)
            half.path.chmod(0o400)
            try:
                os.link(half.path, path)
            except FileExistsError:
                pass
            sync_folder(path.parent)
        except OSError as error:
            raise MzError("vault.failed", Kind.UNAVAILABLE, str(error)[:200]) from error
        finally:
            half.drop()
        return sha256

    def holds(self, shelf: Shelf, sha256: str) -> bool:
        """Return whether a file stands under this digest."""
        return self._path(shelf, sha256).is_file()

    def size(self, shelf: Shelf, sha256: str) -> int:
        """Return the size in bytes; `vault.not_found`."""
        with self.open(shelf, sha256) as file:
            return os.fstat(file.fileno()).st_size

    def open(self, shelf: Shelf, sha256: str) -> BinaryIO:
        """Open a file for reading; `vault.not_found`."""
        try:
            return self._path(shelf, sha256).open("rb")
        except FileNotFoundError as error:
            raise MzError("vault.not_found", Kind.NOT_FOUND, sha256) from error

    def open_cold(self, shelf: Shelf, sha256: str) -> BinaryIO:
        """Open a file for read-back: the kernel is asked to forget its pages, so that what is
        read comes from the disk where the file system allows it."""
        file = self.open(shelf, sha256)
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file

    def names(self, shelf: Shelf) -> Iterator[str]:
        """Yield the digests under which files stand."""
        for folder in sorted((self._folder / shelf.value).glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                name = path.name.removesuffix(_SUFFIX[shelf])
                if _DIGEST.fullmatch(name) and path == self._path(shelf, name):
                    yield name

    def strangers(self) -> list[str]:
        """Return the files that the vault did not make, by path inside it."""
        known = {self._path(shelf, name) for shelf in Shelf for name in self.names(shelf)}
        files = (path for path in self._folder.rglob("*") if path.is_file())
        return sorted(
            str(path.relative_to(self._folder))
            for path in files
            if path not in known and path.parent != self._half
        )

    def set_aside(self, shelf: Shelf, sha256: str, aside: Path) -> None:
        """Keep a damaged file aside, so that a good copy can take its name."""
        path = self._path(shelf, sha256)
        if not path.exists():
            return
        with path.open("rb") as file:
            kept = aside / f"damaged-{sha256}-{digest_of(file)[:16]}.bin"
        if not kept.exists():
            shutil.copyfile(path, kept)
            with kept.open("rb") as file:
                os.fsync(file.fileno())
            sync_folder(aside)
        path.unlink()
        sync_folder(path.parent)

    def remove(self, shelf: Shelf, sha256: str) -> None:
        """Remove a file by the order of its retention; a tombstone stays in the index."""
        path = self._path(shelf, sha256)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)


def digest_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a file from its beginning, hex; memory stays bounded."""
    sha = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        sha.update(chunk)
    return sha.hexdigest()
