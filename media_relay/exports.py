"""Exports: films and packages made as jobs, with their progress, kept for a while, never on the
road of a fragment.

A job belongs to whoever ordered it. Its file is a temporary one: a killed relay forgets its jobs,
and whoever asks again is told so. There are never more than `MAX_JOBS`.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, NamedTuple

import structlog

from media_relay.sight import closed
from schemas.exports import ExportState, FilmFacts, Stage
from schemas.problems import Kind, MzError
from schemas.ticket import Opened

MAX_JOBS = 16
MAX_JOBS_EACH = 4
AT_ONCE = 2
KEPT_S = 1800.0
"""So long a made file is kept for whoever ordered it."""

_log = structlog.get_logger()


class Made(NamedTuple):
    """A finished export: an open file, which is removed when it is closed, and what is in it."""

    file: IO[bytes]
    media_type: str
    films: list[FilmFacts]


class Progress:
    """How far a job is, and whether anything private went in: told by its thread, read by the
    loop."""

    def __init__(self) -> None:
        self.done, self.total = 0, 0
        self.private = False
        self._ended = False

    def ended(self) -> bool:
        """Say whether nobody wants it any more."""
        return self._ended

    def end(self) -> None:
        """Let the next `tell` end the work."""
        self._ended = True

    def tell(self, size: int) -> None:
        """Count footage that was worked through; `export.ended` once nobody wants it any more."""
        self.done += size
        self.total = max(self.total, self.done)
        if self._ended:
            raise MzError("export.ended", Kind.CONFLICT, "the export was ended")


Work = Callable[[Progress], Awaitable[Made]]
Opens = frozenset[Opened | str]


class _Job:
    def __init__(self, export: str, holder: str, order: bytes, opens: Opens) -> None:
        self.export, self.holder, self.order = export, holder, hashlib.sha256(order).digest()
        self.opens = opens
        self.progress = Progress()
        self.stage = Stage.WAITING
        self.made: Made | None = None
        self.size = 0
        self.error: MzError | None = None
        self.settled_at = 0.0
        self.task: asyncio.Task[None] | None = None

    @property
    def settled(self) -> bool:
        return self.stage in (Stage.MADE, Stage.FAILED)

    def state(self) -> ExportState:
        return ExportState(
            self.export, self.stage, self.progress.done, self.progress.total, self.size,
            self.made.films if self.made else [], self.error.problem() if self.error else None,
        )  # fmt: skip

    def end(self) -> None:
        self.progress.end()
        if self.made is not None:
            self.made.file.close()


class Exports:
    """The jobs of this relay; on its event loop."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)

    def order(
        self, export: str, holder: str, order: bytes, work: Work, opens: Opens = frozenset()
    ) -> ExportState:
        """Begin a job; the same order again is the same job. `opens`: what its ticket opens that
        is private.

        Errors: `export.conflict` for another order under a known id, `export.busy`.
        """
        self._forget_old()
        known = self._jobs.get(export)
        if known is not None:
            if (known.holder, known.order) != (holder, hashlib.sha256(order).digest()):
                raise MzError("export.conflict", Kind.CONFLICT, export)
            return known.state()
        self._make_room(holder)
        job = self._jobs[export] = _Job(export, holder, order, opens)
        job.task = asyncio.ensure_future(self._run(job, work))
        return job.state()

    def state(self, export: str, holder: str) -> ExportState:
        """Return a job as it stands; `export.unknown`."""
        self._forget_old()
        return self._mine(export, holder).state()

    def file(self, export: str, holder: str, opens: Opens) -> tuple[Path, str]:
        """Return a made file and its media type.

        What is private in it is handed out only while all that was open to the order is open
        still. Errors: `export.unknown`, `export.not_made`, `playback.private`.
        """
        job = self._mine(export, holder)
        if job.made is None:
            raise MzError("export.not_made", Kind.CONFLICT, job.stage.value)
        if job.progress.private and not job.opens <= opens:
            raise closed(export)
        return Path(job.made.file.name), job.made.media_type

    def drop(self, export: str, holder: str) -> None:
        """End a job and remove its file; `export.unknown`."""
        self._mine(export, holder).end()
        del self._jobs[export]

    async def close(self) -> None:
        """End every job."""
        for job in self._jobs.values():
            job.end()
        running = [job.task for job in self._jobs.values() if job.task is not None]
        self._jobs.clear()
        if running:
            await asyncio.wait(running, timeout=2.0)

    def _mine(self, export: str, holder: str) -> _Job:
        job = self._jobs.get(export)
        if job is None or job.holder != holder:
            raise MzError("export.unknown", Kind.NOT_FOUND, export[:40])
        return job

    async def _run(self, job: _Job, work: Work) -> None:
        async with self._at_once:
            job.stage = Stage.WORKING
            try:
                if job.progress.ended():
                    return
                made = await work(job.progress)
                if job.progress.ended():
                    made.file.close()
                    return
                job.size = made.file.seek(0, 2)
                job.made, job.stage = made, Stage.MADE
                _log.info("export.made", export=job.export, holder=job.holder, bytes=job.size)
            except MzError as error:
                job.error, job.stage = error, Stage.FAILED
            except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
                job.error = MzError("export.failed", Kind.UNAVAILABLE, str(error)[:160])
                job.stage = Stage.FAILED
            finally:
                job.settled_at = time.monotonic()
        if job.error is not None and not job.progress.ended():
            _log.warning("export.failed", export=job.export, code=job.error.code)

    def _forget_old(self) -> None:
        for job in [one for one in self._jobs.values() if one.settled]:
            if time.monotonic() - job.settled_at > KEPT_S:
                self.drop(job.export, job.holder)

    def _make_room(self, holder: str) -> None:
        """Drop the oldest settled job where there are too many; `export.busy` if none is."""
        mine = [job for job in self._jobs.values() if job.holder == holder]
        full = len(self._jobs) >= MAX_JOBS
        if not full and len(mine) < MAX_JOBS_EACH:
            return
        settled = [job for job in (self._jobs.values() if full else mine) if job.settled]
        if not settled:
            raise MzError("export.busy", Kind.THROTTLED, f"{len(self._jobs)} exports")
        oldest = min(settled, key=lambda job: job.settled_at)
        self.drop(oldest.export, oldest.holder)
