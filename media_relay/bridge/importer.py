"""From the bytes of a recorder's file to a recording: vault, fragments, signatures.

Each stage leaves its result on disk before the next begins, and doing one again gives the same
bytes: a killed relay goes on, and the intake takes what it has as what it has.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from media_relay.bridge.import_folder import ImportFolder, Kept
from media_relay.bridge.probe import probe
from media_relay.bridge.remux import FRAGMENT_MS, put_into_fragments, renditions_of
from media_relay.bridge.signing import (
    Begun,
    SignedRecording,
    SigningRooms,
    next_counter,
    sign_opening,
)
from media_relay.exhibits import claim
from media_relay.index import Index
from media_relay.settings import Settings
from media_relay.vault import LocalVault, Shelf
from schemas import crash
from schemas.bridge import ImportStage, ImportTerms, Road
from schemas.media.chain import Moment
from schemas.media.fmp4 import FragmentStream, Init, Piece, malformed
from schemas.media.fragment import Rendition
from schemas.media.opening import Bridged
from schemas.problems import Kind, MzError
from schemas.sign import Envelope

_CHUNK = 1024 * 1024
_BATCH = 16

Changed = Callable[[ImportFolder, Kept, ImportStage], Awaitable[None]]


@dataclass(frozen=True)
class ImportRooms:
    """What imports work with."""

    settings: Settings
    index: Index
    vault: LocalVault
    signing: SigningRooms


class Importer:
    """Brings one import at a time from stage to stage."""

    def __init__(self, rooms: ImportRooms, changed: Changed) -> None:
        """changed: keeps a new stage and tells of it."""
        self._rooms, self._changed = rooms, changed
        self._share: tuple[str, float] = ("", 0.0)

    def share_of(self, recording: str) -> float:
        """Return how much of its present stage is done, 0 to 1."""
        return self._share[1] if self._share[0] == recording else 0.0

    async def bring(self, folder: ImportFolder) -> None:
        """Do the stages that are left. Errors: those of a file that is no footage; what may be
        tried again is of kind `unavailable`."""
        steps = {
            ImportStage.KEEPING: (self._keep, ImportStage.READING),
            ImportStage.READING: (self._read, ImportStage.SIGNING),
            ImportStage.SIGNING: (self._sign, ImportStage.DONE),
        }
        kept = folder.load()
        while kept.stage in steps:
            step, after = steps[kept.stage]
            self._share = (folder.recording, 0.0)
            await step(folder, kept)
            await self._changed(folder, kept, after)
        folder.clear()

    async def _keep(self, folder: ImportFolder, kept: Kept) -> None:
        """Hash the original and lay it into the vault under its digest."""
        sha256 = await asyncio.to_thread(self._store, folder)
        crash.point("relay.after_import_kept")
        size, device = kept.terms.size, kept.terms.device
        await self._rooms.index.run(lambda connection: claim(connection, sha256, size, device))
        kept.sha256 = sha256

    def _store(self, folder: ImportFolder) -> str:
        half, size = self._rooms.vault.begin(), folder.arrived()
        try:
            with folder.original.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    half.write(chunk)
                    self._share = (folder.recording, half.size / size)
        except BaseException:
            half.drop()
            raise
        return self._rooms.vault.store(Shelf.EXHIBITS, half)

    async def _read(self, folder: ImportFolder, kept: Kept) -> None:
        """Put the packets into fragments, one file a rendition."""
        streams = await probe(folder.original)
        renditions = renditions_of(streams)
        for at, rendition in enumerate(renditions):
            half = folder.rendition(rendition).with_suffix(".half")

            def progress(share: float, at: int = at) -> None:
                self._share = (folder.recording, (at + share) / len(renditions))

            kept.code = await put_into_fragments(
                folder.original, streams, rendition, half, progress
            ) or kept.code  # fmt: skip
            await asyncio.to_thread(folder.name_rendition, rendition, half)
        kept.renditions = [int(rendition) for rendition in renditions]
        kept.frame_rate_milli = streams.frame_rate_milli

    async def _sign(self, folder: ImportFolder, kept: Kept) -> None:
        """Sign the opening once, then every fragment, in order of the renditions."""
        files = {Rendition(one): folder.rendition(Rendition(one)) for one in kept.renditions}
        inits = {one: await asyncio.to_thread(_init_of, path) for one, path in files.items()}
        if kept.opening is None:
            kept.opening = await self._opening(kept, inits, files[Rendition.FULL])
            await asyncio.to_thread(folder.save, kept)
        signed = SignedRecording(self._rooms.signing, kept.opening, kept.terms.device)
        await signed.open(inits, live=False)
        sizes, done, end_ms = sum(path.stat().st_size for path in files.values()), 0, 0
        for rendition, path in files.items():
            pieces = pieces_of(path)
            while batch := await asyncio.to_thread(_take, pieces):
                for piece in batch:
                    moment = moment_of(kept.terms, inits[rendition], piece)
                    await signed.keep(rendition, piece, moment, kept.arrived_ms)
                    done, end_ms = done + len(piece.data), max(end_ms, moment.mono_ms)
                self._share = (folder.recording, min(1.0, done / sizes))
                crash.point("relay.after_import_batch")
        await signed.end(kept.arrived_ms, end_ms)

    async def _opening(self, kept: Kept, inits: dict[Rendition, Init], full: Path) -> Envelope:
        terms = kept.terms
        counter = await next_counter(self._rooms.index, terms.device)
        first, gop_ms = await asyncio.to_thread(_beginning, full, inits[Rendition.FULL])
        moment = moment_of(terms, inits[Rendition.FULL], first)
        begun = Begun(
            terms.recording, terms.device, terms.officer, terms.operation, moment.wall_ms,
            moment.mono_ms, kept.sha256[:36], FRAGMENT_MS, gop_ms, kept.frame_rate_milli,
        )  # fmt: skip
        bridged = Bridged(
            Road.FILE, kept.arrived_ms, kept.sha256, terms.size, terms.name, terms.clock_ahead_ms
        )
        return sign_opening(self._rooms.signing.trust.signer, begun, inits, counter, bridged)


def moment_of(terms: ImportTerms, init: Init, piece: Piece) -> Moment:
    """Return when a piece was taken: the recorder's clock, corrected by what it was ahead. The
    place in the file stands for the monotonic clock that no file carries."""
    at_ms = piece.media_start * 1000 // init.timescale
    return Moment(terms.started_wall_ms - terms.clock_ahead_ms + at_ms, at_ms, None)


def _items_of(path: Path) -> Iterator[Init | Piece]:
    stream = FragmentStream()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield from stream.push(chunk)


def _init_of(path: Path) -> Init:
    found = next(_items_of(path), None)
    if not isinstance(found, Init):
        raise malformed("no moov box")
    return found


def pieces_of(path: Path) -> Iterator[Piece]:
    """Yield the fragments of a file; `import.unreadable` if there is none that begins with a
    key-frame."""
    seen = False
    for item in _items_of(path):
        if isinstance(item, Piece):
            seen = seen or item.key_frame
            yield item
    if not seen:
        raise MzError("import.unreadable", Kind.INVALID, "no picture can be begun with")


def _take(pieces: Iterator[Piece]) -> list[Piece]:
    return list(islice(pieces, _BATCH))


def _beginning(path: Path, init: Init) -> tuple[Piece, int]:
    """Return the first fragment and the length of the first group of pictures, ms."""
    pieces = pieces_of(path)
    first = next(pieces)
    following = next((piece for piece in pieces if piece.key_frame), None)
    end = following.media_start if following else first.media_start + first.media_duration
    return first, max(1, math.ceil((end - first.media_start) * 1000 / init.timescale))
