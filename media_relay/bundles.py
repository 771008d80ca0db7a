"""Evidence packages: what the centre made, footage and exhibits from the vault, one stored zip.

The package is built in a temporary file on the relay's disk, so that memory stays bounded and a
refusal is an answer, not half a file. The manifest is made last and signed by the relay.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from media_relay import shelf
from media_relay.clips import PREFIX
from media_relay.entries import InLog
from media_relay.exports import Progress
from media_relay.reader import Entry, Reader, pending_of
from media_relay.recordings import RecordingState
from media_relay.segment import Record
from media_relay.sight import Sight
from media_relay.trust import Trust
from media_relay.vault import LocalVault, Shelf
from schemas.bundle import MANIFEST, BundleFile, BundleManifest, BundleRequest
from schemas.media.fragment import HEADER_BYTES
from schemas.media.head import NO_FRAGMENT, decode_head
from schemas.problems import Kind, MzError
from schemas.sign import sign_envelope
from schemas.time import now_ms

MAX_REQUEST_BYTES = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_MADE = re.compile(
    r"records/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json|(papers|notices)/[0-9a-f]{64}"
)
_FROM_CENTRE = {
    "keys/certificates.json",
    "keys/revocations.json",
    "facts.json",
    "ledger/head.json",
    "ledger/inclusions.json",
}
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class Footing(NamedTuple):
    """A recording as it stood when the package was begun, and what may be seen of it."""

    state: RecordingState
    pending: dict[int, list[InLog]]
    pending_heads: dict[int, list[InLog]]
    inits: dict[int, bytes]
    sight: Sight


def footing_of(state: RecordingState, sight: Sight) -> Footing:
    """Take down where a recording stands; on the event loop, when its heads were checked."""
    heads: dict[int, list[InLog]] = {}
    for entry in state.checked():
        if entry.kind is Record.HEAD:
            heads.setdefault(entry.rendition, []).append(entry)
    return Footing(
        state,
        {number: pending_of(state, number) for number in state.renditions},
        heads,
        {n: rendition.init for n, rendition in state.renditions.items() if rendition.init},
        sight,
    )


def check_paths(request: BundleRequest) -> None:
    """Raise `bundle.bad_path` for a file that the centre may not put into a package."""
    for path in request.files:
        if path not in _FROM_CENTRE and not _MADE.fullmatch(path):
            raise MzError("bundle.bad_path", Kind.INVALID, path[:100])


class _Zip:
    """A stored zip that takes down the digest of what goes in."""

    def __init__(self, out: IO[bytes], progress: Progress) -> None:
        self.progress = progress
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.files: list[BundleFile] = []

    def add(self, path: str, chunks: Iterable[bytes]) -> None:
        sha, size = hashlib.sha256(), 0
        # Only footage may grow beyond 2 GiB; the rest stays in the plainest form of zip.
        with self._zip.open(_info(path), "w", force_zip64=path.endswith(".mzf")) as entry:
            for chunk in chunks:
                entry.write(chunk)
                sha.update(chunk)
                size += len(chunk)
                self.progress.tell(len(chunk))
        self.files.append(BundleFile(path, size, sha.hexdigest()))

    def close(self, manifest: bytes) -> None:
        self._zip.writestr(_info("bundle.json"), manifest)
        self._zip.close()


def _info(path: str) -> zipfile.ZipInfo:
    """Return the same attributes for every file: the verifier takes a difference for a change."""
    info = zipfile.ZipInfo(path, _NO_DATE)
    info.external_attr = 0o644 << 16
    return info


class Packer:
    """Packs bundles; every method belongs in a thread."""

    def __init__(
        self, relay: str, trust: Trust, vault: LocalVault, reader: Reader, folder: Path
    ) -> None:
        self._relay, self._trust, self._vault = relay, trust, vault
        self._reader, self._folder = reader, folder

    def pack(
        self, request: BundleRequest, footings: list[Footing], progress: Progress | None = None
    ) -> IO[bytes]:
        """Return the package as an open file at its beginning, removed when the caller closes it.

        Errors: `bundle.bad_path`, `vault.not_found`, `vault.damaged`, `vault.failed`.
        """
        check_paths(request)
        told = Progress() if progress is None else progress
        try:
            out = tempfile.NamedTemporaryFile(  # noqa: SIM115 - given to the caller
                dir=self._folder, prefix=PREFIX, suffix=".zip"
            )
        except OSError as error:
            raise MzError("vault.failed", Kind.UNAVAILABLE, str(error)[:200]) from error
        try:
            self._fill(_Zip(out, told), request, footings)
            out.seek(0)
        except OSError as error:
            out.close()
            raise MzError("vault.failed", Kind.UNAVAILABLE, str(error)[:200]) from error
        except BaseException:
            out.close()
            raise
        return out

    def _fill(self, package: _Zip, request: BundleRequest, footings: list[Footing]) -> None:
        exhibits = sorted(set(request.exhibits))
        held = [self._held(footing) for footing in footings]
        package.progress.total = (
            sum(len(data) for data in request.files.values())
            + sum(entry.length for one in held for entries in one.values() for entry in entries)
            + sum(self._vault.size(Shelf.EXHIBITS, sha256) for sha256 in exhibits)
        )
        for path in sorted(request.files):
            package.add(path, [request.files[path]])
        for footing, entries in zip(footings, held, strict=True):
            self._add_recording(package, footing, entries)
        for sha256 in exhibits:
            with self._vault.open(Shelf.EXHIBITS, sha256) as file:
                package.add(f"exhibits/{sha256}", iter(lambda: file.read(_CHUNK), b""))
        manifest = BundleManifest(request.bundle, self._relay, now_ms(), package.files)
        envelope = sign_envelope(self._trust.signer, MANIFEST, manifest)
        package.close(msgspec.json.encode(envelope))

    def _held(self, footing: Footing) -> dict[int, list[Entry]]:
        state = footing.state
        return {
            number: self._reader.entries(state.id, number, footing.pending[number])
            for number in state.renditions
        }

    def _add_recording(self, package: _Zip, footing: Footing, held: dict[int, list[Entry]]) -> None:
        state = footing.state
        folder = f"recordings/{state.id}"
        connection = self._reader.connect()
        try:
            statements = shelf.statements_of(connection, state.id)
            heads = {n: shelf.heads_of(connection, state.id, n) for n in state.renditions}
        finally:
            connection.close()
        package.add(f"{folder}/opening.json", [msgspec.json.encode(state.envelope)])
        for number in state.renditions:
            entries, closed = footing.sight.split(held[number])
            package.progress.private |= any(
                entry.fragment is not None and entry.fragment.private for entry in entries
            )
            signed = self._heads(heads[number], footing.pending_heads.get(number, []))
            if number in footing.inits:
                package.add(f"{folder}/{number}/init.mp4", [footing.inits[number]])
            if closed:
                package.add(f"{folder}/{number}/closed.mzf", self._headers(closed))
            if entries or closed or signed:
                package.add(f"{folder}/{number}/fragments.mzf", self._reader.frames(entries))
                package.add(f"{folder}/{number}/heads.mzh", signed)
        package.add(f"{folder}/archived.json", [msgspec.json.encode(statements)])

    def _headers(self, closed: list[Entry]) -> Iterator[bytes]:
        """Yield the headers of private fragments: the chain goes on over them, nothing is seen."""
        return (frame[:HEADER_BYTES] for frame in self._reader.frames(closed))

    def _heads(self, archived: list[bytes], pending: list[InLog]) -> list[bytes]:
        """Return archived and pending heads, ascending by number, a final one last."""
        found = {*archived, *(self._reader.raw(entry) for entry in pending)}
        return sorted(found, key=_head_order)


def _head_order(raw: bytes) -> tuple[int, bool]:
    head = decode_head(raw)
    return -1 if head.number == NO_FRAGMENT else head.number, head.final
