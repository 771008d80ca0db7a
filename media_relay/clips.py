"""Clips and stills: what is held, remuxed to one progressive MP4, or one picture of it.

Nothing is encoded again for a clip: the samples of the fragments are copied (`progressive.py`). It
begins and ends on whole groups of pictures; a gap stays a gap of its length in the clip's time
and is named beside it. A clip is for looking; the proof is the evidence package.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import imageio_ffmpeg
import structlog

from media_relay.entries import Facts, InLog
from media_relay.log import SharedLog
from media_relay.parts import spans_of
from media_relay.playback import Group, gaps_of, groups_of
from media_relay.progressive import Progressive
from media_relay.reader import Entry, Reader, number_of, pending_of
from media_relay.recordings import RecordingState, RenditionState
from media_relay.registry import Registry
from media_relay.samples import defaults_of, runs_of
from media_relay.sight import Sight, closed
from schemas.exports import ClipFacts
from schemas.media.fmp4 import find, read_init
from schemas.media.fragment import HEADER_BYTES, link
from schemas.problems import Kind, MzError

Told = Callable[[int], None]
"""Hears how many bytes of footage were worked through; may raise to end the work."""
PREFIX = "clip-"
MAX_GAPS = 50
_STILL_S = 20.0
_NEAR_S = 0.001
"""A picture is looked for so much before its time, which ffmpeg rounds."""


class Clip(NamedTuple):
    """A finished clip: an open file at its beginning, its size in bytes, and its facts."""

    file: IO[bytes]
    size: int
    facts: ClipFacts


class Plan(NamedTuple):
    """A clip before it is made: what may be seen of its rendition, and what goes in."""

    footing: Footing
    rendition: int
    groups: list[Group]
    entries: list[Entry]

    @property
    def size(self) -> int:
        """How many bytes of footage go in."""
        return sum(entry.length for entry in self.entries)

    @property
    def private(self) -> bool:
        """Whether any of it was taken in a private interval, opened to whoever asks."""
        return any(fact.private for fact in _facts(self.entries))


class Footing(NamedTuple):
    """What may be seen of a rendition, in groups of pictures without the gaps; and what is held
    and closed."""

    state: RecordingState
    rendition: RenditionState
    init: bytes
    entries: list[Entry]
    groups: list[Group]
    shut: list[Facts]


_log = structlog.get_logger()


def _nobody(done: int) -> None:
    pass


class Clips:
    """Makes clips and stills; two at a time."""

    def __init__(
        self, registry: Registry, reader: Reader, log: SharedLog, folder: Path, min_free_bytes: int
    ) -> None:
        """Work in a folder; what a killed process left there is removed."""
        self._registry, self._reader, self._log = registry, reader, log
        self._folder, self._min_free_bytes = folder, min_free_bytes
        self._two_at_a_time = asyncio.Semaphore(2)
        for half in folder.glob(f"{PREFIX}*"):
            half.unlink()

    async def clip(
        self, recording: str, rendition: int, from_ms: int | None, to_ms: int | None, sight: Sight
    ) -> Clip:
        """Return a clip between two wall clocks of the device, whole groups; the caller closes it.

        Errors: `recording.unknown`, `init.missing`, `playback.gap` where nothing can be shown,
        `playback.private` where that is because all of it is closed, `relay.disk_full`,
        `export.failed`.
        """
        async with self._two_at_a_time:
            with self._log.kept():
                plan = await self.plan(recording, rendition, from_ms, to_ms, sight)
                return await asyncio.to_thread(self.make, plan)

    async def still(self, recording: str, rendition: int, wall_ms: int, sight: Sight) -> bytes:
        """Return the picture of a wall clock of the device as JPEG; errors as `clip`."""
        async with self._two_at_a_time:
            with self._log.kept():
                footing = await self.footing_of(recording, rendition, sight)
                return await asyncio.to_thread(self._still, footing, wall_ms)

    async def footing_of(self, recording: str, rendition: int, sight: Sight) -> Footing:
        """Return what may be seen of a rendition; keep the log while it is used.

        Errors: `recording.unknown`, `init.missing`.
        """
        state = await self._registry.get(recording)
        found = state.rendition(rendition)
        if found.init is None:
            raise MzError("init.missing", Kind.NOT_FOUND, f"{recording}/{rendition}")
        pending = pending_of(state, rendition)
        return await asyncio.to_thread(self._read, state, found, found.init, pending, sight)

    def _read(
        self, state: RecordingState, found: RenditionState, init: bytes, pending: list[InLog],
        sight: Sight,
    ) -> Footing:  # fmt: skip
        held = self._reader.entries(state.id, found.info.rendition, pending)
        entries, shut = sight.split(held)
        groups = groups_of(_facts(entries), found.info.timescale, ended=True)
        shown = [group for group in groups if not group.gap]
        return Footing(state, found, init, entries, shown, _facts(shut))

    async def plan(
        self, recording: str, rendition: int, from_ms: int | None, to_ms: int | None, sight: Sight
    ) -> Plan:
        """Return what a clip would hold; keep the log until it is made. Errors as `clip`."""
        footing = await self.footing_of(recording, rendition, sight)
        groups = [
            group
            for group in footing.groups
            if (from_ms is None or end_ms(group) > from_ms)
            and (to_ms is None or group.wall_ms < to_ms)
        ]
        if not groups:
            raise nothing(footing, from_ms or 0, to_ms)
        return Plan(footing, rendition, groups, _within(footing.entries, groups))

    def make(self, plan: Plan, told: Told = _nobody) -> Clip:
        """Put a plan's fragments into one MP4, in a thread; `told` hears of each that went in.

        What no film can be made of is a gap in it, and named as one; `export.failed` if that is
        all of it.
        """
        self.check_space(plan.size)
        out = tempfile.NamedTemporaryFile(  # noqa: SIM115 - given to the caller
            dir=self._folder, prefix=PREFIX, suffix=".mp4"
        )
        try:
            film = Progressive(plan.footing.init, out, len(plan.entries))
            entries, last = self._fill(film, plan, told)
            film.finish()
            size = out.seek(0, 2)
            out.seek(0)
        except MzError as error:
            out.close()
            if error.code != "fmp4.malformed":
                raise
            raise MzError("export.failed", Kind.UNAVAILABLE, error.detail) from error
        except BaseException:
            out.close()
            raise
        return Clip(out, size, _describe(plan._replace(entries=entries), link(last).hex()))

    def _fill(self, film: Progressive, plan: Plan, told: Told) -> tuple[list[Entry], bytes]:
        """Add a plan's fragments; return the entries that went in, and the last frame of all."""
        entries, frame = [], b""
        for entry, frame in zip(plan.entries, self._reader.frames(plan.entries), strict=True):
            told(len(frame))
            try:
                film.add(frame, HEADER_BYTES)
            except MzError as error:
                _log.warning(
                    "clip.unreadable", recording=plan.footing.state.id, number=number_of(entry),
                    why=error.detail,
                )  # fmt: skip
            else:
                entries.append(entry)
        return entries, frame

    def check_space(self, size: int) -> None:
        """Raise `relay.disk_full`: an export must not take the space that recordings need."""
        if shutil.disk_usage(self._folder).free < self._min_free_bytes + 2 * size:
            raise MzError("relay.disk_full", Kind.UNAVAILABLE, "no room for an export")

    def _still(self, footing: Footing, wall_ms: int) -> bytes:
        group = next((g for g in footing.groups if g.wall_ms <= wall_ms < end_ms(g)), None)
        if group is None:
            raise nothing(footing, wall_ms, wall_ms + 1)
        entries = [
            entry
            for entry in _within(footing.entries, [group])
            if entry.fragment is not None and entry.fragment.wall_ms <= wall_ms
        ]
        payloads = list(self.payloads(entries))
        at_s = _shown_s(footing.init, payloads, group.start_s + (wall_ms - group.wall_ms) / 1000)
        return picture_of(footing.init, payloads, ["-i", "pipe:0", "-ss", f"{at_s:.3f}"])

    def payloads(self, entries: Sequence[Entry]) -> Iterable[bytes]:
        """Yield the media bytes of entries, in a thread."""
        return (frame[HEADER_BYTES:] for frame in self._reader.frames(entries))


def _shown_s(init: bytes, payloads: Sequence[bytes], media_s: float) -> float:
    """Return when the picture that stands at a media time begins, in seconds from the first sample:
    a recorder's picture may stand for as long as it likes. `export.failed` for what is no film."""
    try:
        pictures, first_s = _times(init, payloads)
    except MzError as error:
        raise MzError("export.failed", Kind.UNAVAILABLE, str(error)[:160]) from error
    if not pictures:
        raise MzError("export.failed", Kind.UNAVAILABLE, "no picture")
    shown = max((at for at in pictures if at <= media_s), default=min(pictures))
    return max(0.0, shown - first_s - _NEAR_S)


def _times(init: bytes, payloads: Sequence[bytes]) -> tuple[list[float], float]:
    """Return when each picture is shown, and when the first sample of any track is; seconds of the
    media clock."""
    known, tracks = read_init(init), defaults_of(init)
    pictures: list[float] = []
    first_s = math.inf
    for data in payloads:
        for run in runs_of(data, *find(data, 0, len(data), b"moof"), tracks):
            its_own = run.track == known.track
            units = known.timescale if its_own else known.sample_rate or known.timescale
            ends = itertools.accumulate(run.durations, initial=run.start)
            shifts = run.shifts or itertools.repeat(0)
            times = [(at + shift) / units for at, shift in zip(ends, shifts, strict=False)]
            times = times[: len(run.sizes)]
            first_s = min(first_s, *times[:1], *(times if run.shifts else ()))
            pictures += times if its_own else []
    return pictures, first_s


_FFMPEG = ["-nostdin", "-v", "error", "-y"]


def picture_of(init: bytes, payloads: Iterable[bytes], how: list[str]) -> bytes:
    """Return one picture of footage as JPEG; `how` is ffmpeg's input and filters.
    `export.failed`."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), *_FFMPEG, "-f", "mp4", *how, "-frames:v", "1", "-an",
        "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p", "-f", "image2pipe", "pipe:1",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, input=b"".join([init, *payloads]), capture_output=True, timeout=_STILL_S,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise MzError("export.failed", Kind.UNAVAILABLE, "a picture took too long") from error
    if done.returncode != 0 or not done.stdout:
        raise _failed(done.stderr)
    return done.stdout


def _failed(said: bytes) -> MzError:
    detail = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no output"]
    return MzError("export.failed", Kind.UNAVAILABLE, detail[0][:160])


def nothing(footing: Footing, from_ms: int, to_ms: int | None) -> MzError:
    """Return why there is nothing to see between two wall clocks: closed, or not held."""
    timescale = footing.rendition.info.timescale
    for span in spans_of(footing.shut, timescale):
        if span.end_wall_ms > from_ms and (to_ms is None or span.start_wall_ms < to_ms):
            return closed(footing.state.id)
    return MzError("playback.gap", Kind.NOT_FOUND, "nothing to show between these times")


def _facts(entries: list[Entry]) -> list[Facts]:
    return [entry.fragment for entry in entries if entry.fragment is not None]


def end_ms(group: Group) -> int:
    """Return the wall clock at which a group of pictures is over."""
    return group.wall_ms + round(group.duration_s * 1000)


def _within(entries: list[Entry], groups: list[Group]) -> list[Entry]:
    """Return the entries of groups; both ascend."""
    numbers = {number for group in groups for number in range(group.first, group.last + 1)}
    return [entry for entry in entries if number_of(entry) in numbers]


def _describe(plan: Plan, last_link: str) -> ClipFacts:
    footing, groups = plan.footing, plan.groups
    first, last = groups[0].first, groups[-1].last
    found = gaps_of(_facts(plan.entries), footing.rendition.info.timescale, last)
    gaps = [gap for gap in found if gap.first >= first]
    return ClipFacts(
        footing.state.id, plan.rendition, first, last, groups[0].wall_ms, end_ms(groups[-1]),
        gaps[:MAX_GAPS], sum(gap.last - gap.first + 1 for gap in gaps),
        sum(first <= fact.number <= last for fact in footing.shut), last_link,
    )  # fmt: skip
