"""Files of offline recorders: they arrive in pieces, go on where they stopped, and wait in line."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import structlog

from media_relay import feed
from media_relay.bridge.import_folder import ImportFolder, Kept
from media_relay.bridge.importer import Importer, ImportRooms
from media_relay.durable import make_folder
from schemas.bridge import MAX_IMPORT_BYTES, MAX_NAME_CHARS, ImportStage, ImportStatus, ImportTerms
from schemas.feed import ImportChanged
from schemas.media.opening import Source
from schemas.problems import Kind, MzError
from schemas.time import now_ms

MAX_ARRIVING = 64
CHUNK_S = 60.0
"""A piece whose bytes do not come for so long is given up; what came of it is held."""
AGAIN_S = 10.0
ABANDONED_S = 72 * 3600.0
"""An upload of which nothing came for so long is given up: it would keep others out."""
_SWEEP_S = 3600.0
_SPACE = 4
"""An import needs its file so many times: original, vault, fragments, log and parts."""
_OVER = (ImportStage.DONE, ImportStage.FAILED)

_log = structlog.get_logger()


class Imports:
    """All imports of this relay. Make it on the event loop, `open` it after the recovery."""

    def __init__(self, rooms: ImportRooms, folder: Path) -> None:
        self._rooms, self._folder = rooms, folder
        make_folder(folder)
        self._busy: set[str] = set()
        self._line: asyncio.Queue[str] = asyncio.Queue()
        self._importer = Importer(rooms, self._changed)
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Go on with what was not done when the process ended."""
        for folder, kept in self._all():
            if kept.stage in _OVER:
                folder.clear()
            elif kept.stage is not ImportStage.ARRIVING:
                self._line.put_nowait(folder.recording)
        self._tasks = [asyncio.ensure_future(self._work()), asyncio.ensure_future(self._sweep())]

    async def close(self) -> None:
        """Stop; what is not done is done after the next start."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _all(self) -> list[tuple[ImportFolder, Kept]]:
        folders = [ImportFolder(self._folder, path.name) for path in self._folder.iterdir()]
        return [(folder, folder.load()) for folder in folders if folder.exists()]

    # arriving

    def status(self, terms: ImportTerms) -> ImportStatus:
        """Return how far an import is; one that was never begun has nothing yet."""
        folder = self._of(terms)
        if not folder.exists():
            return ImportStatus(terms.recording, ImportStage.ARRIVING, terms.size, 0, coming=False)
        return folder.status(self._importer.share_of(terms.recording))

    async def append(
        self, terms: ImportTerms, offset: int, chunks: AsyncIterator[bytes]
    ) -> ImportStatus:
        """Append bytes of the original at an offset; the last ones begin the rest by themselves.

        Errors: `import.conflict`, `import.busy`, `import.wrong_offset`, `import.too_large`,
        `import.too_many`, `import.malformed`, `relay.disk_full`.
        """
        folder = self._of(terms)
        if terms.recording in self._busy:
            raise MzError("import.busy", Kind.CONFLICT, "another piece of it is arriving")
        self._busy.add(terms.recording)
        try:
            if not folder.exists():
                self._begin(folder, terms)
            if folder.load().stage is ImportStage.ARRIVING:
                await self._fill(folder, terms, offset, chunks)
        finally:
            self._busy.discard(terms.recording)
        return self.status(terms)

    def _of(self, terms: ImportTerms) -> ImportFolder:
        folder = ImportFolder(self._folder, terms.recording)
        if folder.exists() and folder.load().terms != terms:
            raise MzError("import.conflict", Kind.CONFLICT, terms.recording)
        return folder

    def _begin(self, folder: ImportFolder, terms: ImportTerms) -> None:
        if not 0 < terms.size <= MAX_IMPORT_BYTES or len(terms.name) > MAX_NAME_CHARS:
            raise MzError("import.malformed", Kind.INVALID, "size or name")
        arriving = sum(kept.stage is ImportStage.ARRIVING for _, kept in self._all())
        if arriving >= MAX_ARRIVING:
            raise MzError("import.too_many", Kind.THROTTLED, f"{arriving} are arriving")
        settings = self._rooms.settings
        if Source.BRIDGE not in settings.allow_sources:
            raise MzError("opening.source_refused", Kind.REFUSED, Source.BRIDGE)
        wanted = settings.min_free_bytes + _SPACE * terms.size
        if shutil.disk_usage(settings.data).free < wanted:
            raise MzError("relay.disk_full", Kind.UNAVAILABLE, "no room for this file")
        folder.save(Kept(terms))
        self._tell(terms.recording, ImportStage.ARRIVING)

    async def _fill(
        self, folder: ImportFolder, terms: ImportTerms, offset: int, chunks: AsyncIterator[bytes]
    ) -> None:
        held = folder.arrived()
        if offset != held:
            raise MzError("import.wrong_offset", Kind.CONFLICT, f"{held} bytes are held")
        try:
            while (chunk := await _next(chunks)) is not None:
                held += len(chunk)
                if held > terms.size:
                    raise MzError("import.too_large", Kind.TOO_LARGE, "more than was announced")
                await asyncio.to_thread(folder.append, chunk)
        finally:
            await asyncio.to_thread(folder.settle)
        if held == terms.size:
            kept = folder.load()
            kept.arrived_ms = now_ms()
            await self._changed(folder, kept, ImportStage.KEEPING)
            self._line.put_nowait(terms.recording)

    # what follows

    async def _work(self) -> None:
        """Bring one import after the other to its end."""
        while True:
            recording = await self._line.get()
            folder = ImportFolder(self._folder, recording)
            try:
                await self._importer.bring(folder)
            except MzError as error:
                if error.kind is Kind.UNAVAILABLE:
                    _log.error("import.waits", recording=recording, code=error.code)
                    loop = asyncio.get_running_loop()
                    loop.call_later(AGAIN_S, self._line.put_nowait, recording)
                    continue
                await self._fail(folder, error.code)
            except OSError as error:
                _log.error("vault.failed", recording=recording, reason=str(error)[:200])
                asyncio.get_running_loop().call_later(AGAIN_S, self._line.put_nowait, recording)

    async def _sweep(self) -> None:
        """Give up, each hour, what is no longer being uploaded."""
        while True:
            try:
                for folder, kept in self._all():
                    if kept.stage is ImportStage.ARRIVING and self._abandoned(folder):
                        await self._fail(folder, "import.abandoned")
            except OSError as error:
                _log.error("vault.failed", reason=str(error)[:200])
            await asyncio.sleep(_SWEEP_S)

    def _abandoned(self, folder: ImportFolder) -> bool:
        return folder.recording not in self._busy and folder.idle_s() > ABANDONED_S

    async def _fail(self, folder: ImportFolder, code: str) -> None:
        kept = folder.load()
        kept.code = code
        await self._changed(folder, kept, ImportStage.FAILED)
        folder.clear()

    async def _changed(self, folder: ImportFolder, kept: Kept, stage: ImportStage) -> None:
        """Keep a new stage and tell the feed."""
        kept.stage = stage
        await asyncio.to_thread(folder.save, kept)
        self._tell(folder.recording, stage, kept.sha256, kept.code)
        _log.info("import.changed", recording=folder.recording, stage=stage, code=kept.code)

    def _tell(self, recording: str, stage: ImportStage, sha256: str = "", code: str = "") -> None:
        item = ImportChanged(0, 0, recording, stage, sha256, code)
        self._rooms.index.post(partial(feed.put, item=item))


async def _next(chunks: AsyncIterator[bytes]) -> bytes | None:
    """Return the next bytes, None at the end; `import.stalled` if they do not come."""
    try:
        async with asyncio.timeout(CHUNK_S):
            return await anext(chunks)
    except StopAsyncIteration:
        return None
    except TimeoutError as error:
        raise MzError("import.stalled", Kind.UNAVAILABLE, "no bytes came") from error
