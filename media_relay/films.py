"""Films of footage for an export: one MP4, or several in a zip with what is in them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec

from media_relay.clips import PREFIX, Clip, Clips, Plan
from media_relay.derive import derive
from media_relay.exports import Made, Progress
from media_relay.feed import put_all
from media_relay.index import Index
from media_relay.log import SharedLog
from media_relay.sight import Sight
from media_relay.trust import Trust
from schemas.derived import DERIVATION, DERIVED, Derivation, Derived
from schemas.exports import CONTENTS, ExportOrder, Film, FilmFacts
from schemas.feed import CopyMade
from schemas.keys import Use
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode_payload, sign_envelope
from schemas.time import now_ms

_CHUNK = 1024 * 1024
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class Films:
    """Makes the films of an order."""

    def __init__(
        self, clips: Clips, log: SharedLog, index: Index, folder: Path, trust: Trust, relay: str,
        font: Path,
    ) -> None:  # fmt: skip
        """`font`: the file with which marks of derived films are drawn."""
        self._clips, self._log, self._index, self._folder = clips, log, index, folder
        self._trust, self._relay, self._font = trust, relay, font

    async def make(
        self, order: ExportOrder, sight: Callable[[str], Sight], progress: Progress
    ) -> Made:
        """Make every film; one that cannot be made is named, and fails the order if it is alone.

        Errors: as `Clips.clip`, `derive.untrusted`, `derive.wrong_subject`, and those of `derive`.
        """
        derivations = [self._derivation(film) for film in order.films]
        with self._log.kept():
            plans = [await self._plan(film, sight(film.recording)) for film in order.films]
            good = [plan for plan in plans if isinstance(plan, Plan)]
            again = sum(
                plan.size
                for plan, derivation in zip(plans, derivations, strict=True)
                if isinstance(plan, Plan) and derivation is not None
            )
            progress.total = sum(plan.size for plan in good) + again
            progress.private = any(plan.private for plan in good)
            if not good:
                raise next(plan for plan in plans if isinstance(plan, MzError))
            if len(order.films) == 1 and derivations[0] is None:
                clip = await asyncio.to_thread(self._clips.make, good[0], progress.tell)
                return Made(clip.file, "video/mp4", [_facts(order.films[0], clip)])
            self._clips.check_space(progress.total)
            wanted = list(zip(order.films, plans, derivations, strict=True))
            made, copies = await asyncio.to_thread(self._zip, wanted, progress)
        await self._tell(made, copies)
        return made

    async def _tell(self, made: Made, copies: list[Envelope]) -> None:
        """Tell the feed of the copies before anybody has them."""
        items = [CopyMade(0, 0, one) for one in copies]
        try:
            await self._index.run(lambda connection: put_all(connection, items))
        except BaseException:
            made.file.close()
            raise

    def _derivation(self, film: Film) -> Derivation | None:
        """Return what the centre signed for just this film."""
        if film.derive is msgspec.UNSET:
            return None
        try:
            self._trust.ring.check(film.derive, Use.CENTRE, now_ms())
        except MzError as error:
            raise MzError("derive.untrusted", Kind.REFUSED, error.code) from error
        signed = decode_payload(film.derive, DERIVATION, Derivation)
        asked = (film.recording, film.rendition, film.from_wall_ms, film.to_wall_ms)
        if asked != (signed.recording, signed.rendition, signed.from_wall_ms, signed.to_wall_ms):
            raise MzError("derive.wrong_subject", Kind.REFUSED, signed.derivation[:40])
        return signed

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
        self, wanted: list[tuple[Film, Plan | MzError, Derivation | None]], progress: Progress
    ) -> tuple[Made, list[Envelope]]:
        """Return the zip, and what was signed of the derived films in it."""
        out = tempfile.NamedTemporaryFile(  # noqa: SIM115 - given to the caller
            dir=self._folder, prefix=PREFIX, suffix=".zip"
        )
        try:
            facts: list[FilmFacts] = []
            copies: list[Envelope] = []
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
                for film, plan, derivation in wanted:
                    if isinstance(plan, MzError):
                        facts.append(FilmFacts(film.name, problem=plan.problem()))
                        continue
                    clip = self._clips.make(plan, progress.tell)
                    with contextlib.closing(clip.file):
                        size = clip.size
                        if derivation is None:
                            _add(packed, film.name, clip.file)
                        else:
                            size, copy = self._derive(
                                packed, film, plan, clip, derivation, progress
                            )
                            copies.append(copy)
                    facts.append(FilmFacts(film.name, size, clip.facts))
                packed.writestr(_info(CONTENTS), msgspec.json.format(msgspec.json.encode(facts)))
        except BaseException:
            out.close()
            raise
        return Made(out, "application/zip", facts), copies

    def _derive(
        self, packed: zipfile.ZipFile, film: Film, plan: Plan, clip: Clip,
        derivation: Derivation, progress: Progress,
    ) -> tuple[int, Envelope]:  # fmt: skip
        """Add the derived film and what the relay signs of it; return the film's size and that."""
        file = derive(clip, plan, derivation, self._font, self._folder, progress.tell)
        with contextlib.closing(file):
            size, sha256 = _add(packed, film.name, file)
        facts = clip.facts
        assert film.derive is not msgspec.UNSET  # noqa: S101 - it was opened
        made = Derived(
            film.derive, facts.recording, facts.rendition, facts.first, facts.last, facts.link,
            facts.missing, film.name, sha256, size, self._relay, now_ms(),
        )  # fmt: skip
        envelope = sign_envelope(self._trust.signer, DERIVED, made)
        packed.writestr(_info(f"{film.name}.json"), msgspec.json.encode(envelope))
        return size, envelope


def _facts(film: Film, clip: Clip) -> FilmFacts:
    return FilmFacts(film.name, clip.size, clip.facts)


def _add(packed: zipfile.ZipFile, name: str, file: IO[bytes]) -> tuple[int, str]:
    """Add a file; return its size and SHA-256."""
    size, sha256 = 0, hashlib.sha256()
    with packed.open(_info(name), "w", force_zip64=True) as entry:
        while chunk := file.read(_CHUNK):
            entry.write(chunk)
            sha256.update(chunk)
            size += len(chunk)
    return size, sha256.hexdigest()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _NO_DATE)
    info.external_attr = 0o644 << 16
    return info
