"""Clips and stills: what is held, remuxed to one progressive MP4, or one picture of it.

Nothing is encoded again for a clip: ffmpeg copies the packets of init segment and fragments. It
begins and ends on whole groups of pictures; a gap stays a gap of its length in the clip's time
and is named beside it. A clip is for looking; the proof is the evidence package.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, NamedTuple

import imageio_ffmpeg
import msgspec

from media_relay.entries import Facts
from media_relay.log import SharedLog
from media_relay.parts import spans_of
from media_relay.playback import Gap, Group, gaps_of, groups_of
from media_relay.reader import Entry, Reader, number_of, pending_of
from media_relay.recordings import RecordingState, RenditionState
from media_relay.registry import Registry
from media_relay.sight import Sight, closed
from schemas.media.fragment import HEADER_BYTES
from schemas.problems import Kind, MzError

PREFIX = "clip-"
MAX_GAPS = 50
_STILL_S = 20.0
_CLIP_S = 600.0
_LAST_FRAME_S = 0.06
"""A still is looked for no nearer than this to the end of its fragment: there is a frame before."""


class ClipFacts(msgspec.Struct, frozen=True):
    """What a clip holds: numbers and device wall clocks of its ends, and what is missing in it.

    `gaps` lists the first fifty, `missing` counts the fragments of all, `closed` those among them
    that are held, private, and not opened.
    """

    recording: str
    rendition: int
    first: int
    last: int
    start_wall_ms: int
    end_wall_ms: int
    gaps: list[Gap]
    missing: int
    closed: int = 0


class Clip(NamedTuple):
    """A finished clip: an open file at its beginning, its size in bytes, and its facts."""

    file: IO[bytes]
    size: int
    facts: ClipFacts


class _Footing(NamedTuple):
    """What may be seen of a rendition, in groups of pictures without the gaps; and what is held
    and closed."""

    state: RecordingState
    rendition: RenditionState
    init: bytes
    entries: list[Entry]
    groups: list[Group]
    shut: list[Facts]


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
                footing = await self._footing(recording, rendition, sight)
                return await asyncio.to_thread(self._clip, footing, rendition, from_ms, to_ms)

    async def still(self, recording: str, rendition: int, wall_ms: int, sight: Sight) -> bytes:
        """Return the picture of a wall clock of the device as JPEG; errors as `clip`."""
        async with self._two_at_a_time:
            with self._log.kept():
                footing = await self._footing(recording, rendition, sight)
                return await asyncio.to_thread(self._still, footing, wall_ms)

    async def _footing(self, recording: str, rendition: int, sight: Sight) -> _Footing:
        state = await self._registry.get(recording)
        found = state.rendition(rendition)
        if found.init is None:
            raise MzError("init.missing", Kind.NOT_FOUND, f"{recording}/{rendition}")
        pending = pending_of(state, rendition)
        held = await asyncio.to_thread(self._reader.entries, recording, rendition, pending)
        entries, shut = sight.split(held)
        groups = groups_of(_facts(entries), found.info.timescale, ended=True)
        shown = [group for group in groups if not group.gap]
        return _Footing(state, found, found.init, entries, shown, _facts(shut))

    def _clip(
        self, footing: _Footing, rendition: int, from_ms: int | None, to_ms: int | None
    ) -> Clip:
        groups = [
            group
            for group in footing.groups
            if (from_ms is None or _end_ms(group) > from_ms)
            and (to_ms is None or group.wall_ms < to_ms)
        ]
        if not groups:
            raise _nothing(footing, from_ms or 0, to_ms)
        entries = _within(footing.entries, groups)
        self._check_space(sum(entry.length for entry in entries))
        out = tempfile.NamedTemporaryFile(  # noqa: SIM115 - given to the caller
            dir=self._folder, prefix=PREFIX, suffix=".mp4"
        )
        try:
            _remux(footing.init, self._payloads(entries), Path(out.name))
            size = out.seek(0, 2)
            out.seek(0)
        except BaseException:
            out.close()
            raise
        return Clip(out, size, _describe(footing, rendition, groups, entries))

    def _check_space(self, size: int) -> None:
        """A clip must not take the space that recordings need."""
        if shutil.disk_usage(self._folder).free < self._min_free_bytes + 2 * size:
            raise MzError("relay.disk_full", Kind.UNAVAILABLE, "no room for an export")

    def _still(self, footing: _Footing, wall_ms: int) -> bytes:
        group = next((g for g in footing.groups if g.wall_ms <= wall_ms < _end_ms(g)), None)
        if group is None:
            raise _nothing(footing, wall_ms, wall_ms + 1)
        entries = [
            entry
            for entry in _within(footing.entries, [group])
            if entry.fragment is not None and entry.fragment.wall_ms <= wall_ms
        ]
        last = _facts(entries)[-1]
        timescale = footing.rendition.info.timescale
        end_s = (last.media_start + last.media_duration) / timescale - group.start_s
        at_s = max(0.0, min((wall_ms - group.wall_ms) / 1000, end_s - _LAST_FRAME_S))
        command = [
            *_FFMPEG, "-f", "mp4", "-i", "pipe:0", "-ss", f"{at_s:.3f}", "-frames:v", "1", "-an",
            "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p", "-f", "image2pipe", "pipe:1",
        ]  # fmt: skip
        data = b"".join([footing.init, *self._payloads(entries)])
        try:
            done = subprocess.run(
                [imageio_ffmpeg.get_ffmpeg_exe(), *command], input=data, capture_output=True,
                timeout=_STILL_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise MzError("export.failed", Kind.UNAVAILABLE, "a still took too long") from error
        if done.returncode != 0 or not done.stdout:
            raise _failed(done.stderr)
        return done.stdout

    def _payloads(self, entries: list[Entry]) -> Iterable[bytes]:
        return (frame[HEADER_BYTES:] for frame in self._reader.frames(entries))


_FFMPEG = ["-nostdin", "-v", "error", "-y"]


def _remux(init: bytes, payloads: Iterable[bytes], out: Path) -> None:
    """Copy the packets into one progressive MP4; `export.failed`."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), *_FFMPEG, "-f", "mp4", "-i", "pipe:0", "-map", "0",
        "-c", "copy", "-movflags", "+faststart", "-f", "mp4", str(out),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said)
        assert process.stdin is not None  # noqa: S101 - it was asked for
        try:
            process.stdin.write(init)
            for payload in payloads:
                process.stdin.write(payload)
            process.stdin.close()
            status = process.wait(_CLIP_S)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            status = -1
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if status != 0:
            said.seek(0)
            raise _failed(said.read())


def _failed(said: bytes) -> MzError:
    detail = said.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no output"]
    return MzError("export.failed", Kind.UNAVAILABLE, detail[0][:160])


def _nothing(footing: _Footing, from_ms: int, to_ms: int | None) -> MzError:
    """Return why there is nothing to see between two wall clocks: closed, or not held."""
    timescale = footing.rendition.info.timescale
    for span in spans_of(footing.shut, timescale):
        if span.end_wall_ms > from_ms and (to_ms is None or span.start_wall_ms < to_ms):
            return closed(footing.state.id)
    return MzError("playback.gap", Kind.NOT_FOUND, "nothing to show between these times")


def _facts(entries: list[Entry]) -> list[Facts]:
    return [entry.fragment for entry in entries if entry.fragment is not None]


def _end_ms(group: Group) -> int:
    return group.wall_ms + round(group.duration_s * 1000)


def _within(entries: list[Entry], groups: list[Group]) -> list[Entry]:
    """Return the entries of groups; both ascend."""
    numbers = {number for group in groups for number in range(group.first, group.last + 1)}
    return [entry for entry in entries if number_of(entry) in numbers]


def _describe(
    footing: _Footing, rendition: int, groups: list[Group], entries: list[Entry]
) -> ClipFacts:
    first, last = groups[0].first, groups[-1].last
    found = gaps_of(_facts(entries), footing.rendition.info.timescale, last)
    gaps = [gap for gap in found if gap.first >= first]
    return ClipFacts(
        footing.state.id, rendition, first, last, groups[0].wall_ms, _end_ms(groups[-1]),
        gaps[:MAX_GAPS], sum(gap.last - gap.first + 1 for gap in gaps),
        sum(first <= fact.number <= last for fact in footing.shut),
    )  # fmt: skip
