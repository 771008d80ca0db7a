"""Films of footage for an export: one MP4, or several in a zip with what is in them."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec

from media_relay.clips import PREFIX, Clip, Clips, Plan
from media_relay.exports import Made, Progress
from media_relay.log import SharedLog
from media_relay.sight import Sight
from schemas.exports import CONTENTS, ExportOrder, Film, FilmFacts
from schemas.problems import Kind, MzError

_CHUNK = 1024 * 1024
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class Films:
    """Makes the films of an order."""

    def __init__(self, clips: Clips, log: SharedLog, folder: Path) -> None:
        self._clips, self._log, self._folder = clips, log, folder

    async def make(
        self, order: ExportOrder, sight: Callable[[str], Sight], progress: Progress
    ) -> Made:
        """Make every film; one that cannot be made is named, and fails the order if it is alone.

        Errors: as `Clips.clip`.
        """
        with self._log.kept():
            plans = [await self._plan(film, sight(film.recording)) for film in order.films]
            good = [plan for plan in plans if isinstance(plan, Plan)]
            progress.total = sum(plan.size for plan in good)
            if not good:
                raise next(plan for plan in plans if isinstance(plan, MzError))
            if len(order.films) == 1:
                clip = await asyncio.to_thread(self._clips.make, good[0], progress.tell)
                return Made(clip.file, "video/mp4", [_facts(order.films[0], clip)])
            self._clips.check_space(progress.total)
            return await asyncio.to_thread(self._zip, order.films, plans, progress)

    async def _plan(self, film: Film, sight: Sight) -> Plan | MzError:
        try:
            return await self._clips.plan(
                film.recording, film.rendition, film.from_wall_ms, film.to_wall_ms, sight
            )
        except MzError as error:
            if error.kind is Kind.UNAVAILABLE:
                raise
            return error

    def _zip(
        self, films: list[Film], plans: list[Plan | MzError], progress: Progress
    ) -> Made:  # fmt: skip
        out = tempfile.NamedTemporaryFile(  # noqa: SIM115 - given to the caller
            dir=self._folder, prefix=PREFIX, suffix=".zip"
        )
        try:
            facts: list[FilmFacts] = []
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
                for film, plan in zip(films, plans, strict=True):
                    if isinstance(plan, MzError):
                        facts.append(FilmFacts(film.name, problem=plan.problem()))
                        continue
                    clip = self._clips.make(plan, progress.tell)
                    with contextlib.closing(clip.file):
                        _add(packed, film.name, clip.file)
                    facts.append(_facts(film, clip))
                packed.writestr(_info(CONTENTS), msgspec.json.format(msgspec.json.encode(facts)))
        except BaseException:
            out.close()
            raise
        return Made(out, "application/zip", facts)


def _facts(film: Film, clip: Clip) -> FilmFacts:
    return FilmFacts(film.name, clip.size, clip.facts)


def _add(packed: zipfile.ZipFile, name: str, file: IO[bytes]) -> None:
    with packed.open(_info(name), "w", force_zip64=True) as entry:
        while chunk := file.read(_CHUNK):
            entry.write(chunk)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _NO_DATE)
    info.external_attr = 0o644 << 16
    return info
