"""Failure domains: where copies of parts and exhibits stand, so that one loss loses no evidence.

The first domain is the vault that parts are written in and played from. Every other one is
behind one narrow door: put a file on its shelf under its digest, read it back. What counts is
only a copy that was read back and hashed; a domain that refuses is alarmed, asked again, and
never counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog

from media_relay.durable import make_folder, write_once
from media_relay.settings import Place, Settings
from media_relay.vault import LocalVault, Shelf, digest_of
from schemas.ids import new_id
from schemas.problems import Kind, MzError

_CHUNK = 1024 * 1024
_MARKER = "domain.txt"
_log = structlog.get_logger()


class Domain(Protocol):
    """One failure domain. Every method belongs in a thread.

    Errors: `relay.domain_unavailable`, `vault.not_found`, `vault.lock_ignored`.
    """

    name: str

    def put(self, shelf: Shelf, sha256: str, file: BinaryIO, *, replace: bool = False) -> None:
        """Write a file under its digest, once; `replace` sets a damaged copy aside first."""

    def read_back(self, shelf: Shelf, sha256: str) -> BinaryIO:
        """Open a file for reading, from the store itself where it can be told apart."""

    def remove(self, shelf: Shelf, sha256: str) -> None:
        """Remove a file by the order of its retention; one that is gone is fine."""

    def names(self, shelf: Shelf) -> Iterator[str]:
        """Yield the digests under which files stand on a shelf."""


class PrimaryDomain:
    """The vault that parts are written in."""

    def __init__(self, name: str, vault: LocalVault, aside: Path) -> None:
        self.name, self._given, self._aside = name, vault, aside

    def _vault(self) -> LocalVault:
        return self._given

    def put(self, shelf: Shelf, sha256: str, file: BinaryIO, *, replace: bool = False) -> None:
        """See `Domain.put`; the damaged copy moves to the relay's folder `aside`."""
        vault = self._vault()
        try:
            if replace:
                vault.set_aside(shelf, sha256, self._aside)
            half = vault.begin()
            try:
                while chunk := file.read(_CHUNK):
                    half.write(chunk)
                if half.sha256() != sha256:
                    raise wrong_digest(shelf, sha256)
            except BaseException:
                half.drop()
                raise
            vault.store(shelf, half)
        except (OSError, MzError) as error:
            raise self._refused(error) from error

    def read_back(self, shelf: Shelf, sha256: str) -> BinaryIO:
        """See `Domain.read_back`."""
        vault = self._vault()
        try:
            return vault.open_cold(shelf, sha256)
        except OSError as error:
            raise self._refused(error) from error

    def remove(self, shelf: Shelf, sha256: str) -> None:
        """See `Domain.remove`."""
        vault = self._vault()
        try:
            vault.remove(shelf, sha256)
        except OSError as error:
            raise self._refused(error) from error

    def names(self, shelf: Shelf) -> Iterator[str]:
        """See `Domain.names`."""
        yield from self._vault().names(shelf)

    def _refused(self, error: Exception) -> MzError:
        if isinstance(error, MzError) and error.code.endswith(".wrong_digest"):
            return error
        return unavailable(self.name, str(error))


class LocalDomain(PrimaryDomain):
    """A folder on another disk. A marker in it tells the disk from the empty place where it is
    to be mounted: once seen, a folder without the marker is taken for a disk that is away."""

    def __init__(
        self, name: str, folder: Path, markers: Path, aside: Path, *, read_only: bool = False
    ) -> None:
        self.name, self._folder, self._aside = name, folder, aside
        self._read_only = read_only
        self._known = markers / f"{name}.txt"
        self._opened: LocalVault | None = None

    def _vault(self) -> LocalVault:
        try:
            self._check_marker()
            if self._opened is None:
                self._opened = LocalVault(self._folder, read_only=self._read_only)
        except OSError as error:
            raise unavailable(self.name, str(error)) from error
        return self._opened

    def _check_marker(self) -> None:
        marker = self._folder / _MARKER
        if self._known.exists():
            known = self._known.read_text("ascii")
            if not marker.exists() or marker.read_text("ascii") != known:
                raise unavailable(self.name, "its marker is not there")
            return
        if self._read_only:
            raise unavailable(self.name, "it was never used")
        make_folder(self._folder)
        write_once(marker, new_id().encode())
        make_folder(self._known.parent)
        write_once(self._known, marker.read_bytes())


def unavailable(name: str, why: str) -> MzError:
    """Return the refusal of a failure domain."""
    return MzError("relay.domain_unavailable", Kind.UNAVAILABLE, f"{name}: {why[:160]}")


def wrong_digest(shelf: Shelf, detail: str) -> MzError:
    """Return the finding that bytes are not what their name says."""
    if shelf is Shelf.EXHIBITS:
        return MzError("exhibit.wrong_digest", Kind.INVALID, detail)
    return MzError("part.wrong_digest", Kind.INVALID, detail)


Changed = Callable[[str, bool, str], None]


class Domains:
    """The domains of a relay; `changed(name, available, code)` follows their state."""

    def __init__(self, all_: list[Domain], changed: Changed) -> None:
        self._all, self._changed = {one.name: one for one in all_}, changed
        self.primary = all_[0].name
        self.down: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The names of all domains, the primary first."""
        return list(self._all)

    def get(self, name: str) -> Domain:
        """Return a domain by name."""
        return self._all[name]

    async def copy(self, shelf: Shelf, sha256: str) -> list[str]:
        """Copy a file of the primary to every other domain; return those that read back whole."""
        others = [name for name in self._all if name != self.primary]
        done = await asyncio.gather(*(self.copy_to(name, shelf, sha256) for name in others))
        return [name for name, good in zip(others, done, strict=True) if good]

    async def copy_to(self, name: str, shelf: Shelf, sha256: str) -> bool:
        """Copy a file of the primary to one domain and read it back; say whether it is whole."""
        try:
            await asyncio.to_thread(self.copy_from, self.primary, name, shelf, sha256)
        except (MzError, OSError) as error:
            self.mark(name, error)
            return False
        self.mark(name, None)
        return True

    def copy_from(self, source: str, name: str, shelf: Shelf, sha256: str) -> None:
        """Copy a file from one domain to another and read it back there; in a thread.

        A copy of other bytes that stands there is set aside. Errors: those of `Domain`, and
        `part.wrong_digest` or `exhibit.wrong_digest`.
        """
        target = self._all[name]
        with self._all[source].read_back(shelf, sha256) as file:
            target.put(shelf, sha256, file)
        if digest_in(target, shelf, sha256) == sha256:
            return
        with self._all[source].read_back(shelf, sha256) as file:
            target.put(shelf, sha256, file, replace=True)
        if digest_in(target, shelf, sha256) != sha256:
            raise wrong_digest(shelf, f"{name}: {sha256}")

    def mark(self, name: str, error: Exception | None) -> None:
        """Note whether a domain took what it was given; the first change is told."""
        code = "" if error is None else getattr(error, "code", "relay.domain_unavailable")
        before = self.down.get(name, "")
        if code:
            self.down[name] = code
            _log.error("relay.domain_unavailable", domain=name, reason=str(error)[:200])
        else:
            self.down.pop(name, None)
        if bool(code) != bool(before):
            self._changed(name, not code, code)


def digest_in(domain: Domain, shelf: Shelf, sha256: str) -> str:
    """Return the digest of what a domain holds under a name, read back."""
    with domain.read_back(shelf, sha256) as file:
        return digest_of(file)


def open_domains(
    settings: Settings, vault: LocalVault, changed: Changed, *, read_only: bool = False
) -> Domains:
    """Return the domains of the settings; none is touched before it is used, and with `read_only`
    nothing is written into a folder."""
    first, *others = settings.domains
    aside = settings.data / "aside"
    found: list[Domain] = [PrimaryDomain(first.name, vault, aside)]
    for place in others:
        found.append(_open(place, settings, aside, read_only=read_only))
    return Domains(found, changed)


def _open(place: Place, settings: Settings, aside: Path, *, read_only: bool) -> Domain:
    if place.bucket is not None:
        from media_relay.s3 import S3Domain  # only a relay that is told to needs boto3

        return S3Domain(place.name, place.bucket, place.prefix, settings.s3)
    return LocalDomain(
        place.name, Path(place.where), settings.data / "domains", aside, read_only=read_only
    )
