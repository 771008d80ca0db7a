"""Contact sheets: pictures of a recording at equal distances on one JPEG, what has none told."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import msgspec

from media_relay.clips import Clips, Footing, end_ms, nothing, picture_of
from media_relay.log import SharedLog
from media_relay.parts import spans_of
from media_relay.playback import Group
from media_relay.reader import number_of
from media_relay.sight import Sight
from schemas.feed import SpanHeld
from schemas.problems import Kind, MzError

MAX_CELLS = 40
COLUMNS = 5
WIDTH, HEIGHT = 320, 180


class Cell(msgspec.Struct, frozen=True):
    """A moment of the sheet (device wall clock, ms). `place` counts its picture on the JPEG, row by
    row; None: there is none, because nothing is held or because what is held is `closed`. The
    picture is of `shown_wall_ms`, where the fragment `number` begins."""

    wall_ms: int
    place: int | None = None
    number: int | None = None
    shown_wall_ms: int | None = None
    closed: bool = False


class SheetFacts(msgspec.Struct, frozen=True):
    """How the JPEG is divided, and what its pictures are."""

    columns: int
    width: int
    height: int
    cells: list[Cell]


class Sheet(NamedTuple):
    """A contact sheet as JPEG, with its facts."""

    picture: bytes
    facts: SheetFacts


class Sheets:
    """Makes contact sheets, one at a time."""

    def __init__(self, clips: Clips, log: SharedLog) -> None:
        self._clips, self._log = clips, log
        self._one_at_a_time = asyncio.Lock()

    async def sheet(
        self, recording: str, rendition: int, from_ms: int, to_ms: int, count: int, sight: Sight
    ) -> Sheet:
        """Return a sheet of so many moments; each shows the key-frame at or before it.

        Errors: `request.invalid`, and those of `Clips.still`.
        """
        if not (0 < count <= MAX_CELLS and from_ms < to_ms):
            raise MzError("request.invalid", Kind.INVALID, "no such sheet")
        async with self._one_at_a_time:
            with self._log.kept():
                footing = await self._clips.footing_of(recording, rendition, sight)
                return await asyncio.to_thread(self._sheet, footing, from_ms, to_ms, count)

    def _sheet(self, footing: Footing, from_ms: int, to_ms: int, count: int) -> Sheet:
        step = (to_ms - from_ms) / count
        moments = [from_ms + round((at + 0.5) * step) for at in range(count)]
        groups = [_group_at(footing.groups, moment) for moment in moments]
        places = {group.first: 0 for group in groups if group is not None}
        if not places:
            raise nothing(footing, from_ms, to_ms)
        places = {number: place for place, number in enumerate(sorted(places))}
        entries = [entry for entry in footing.entries if number_of(entry) in places]
        rows = -(-len(places) // COLUMNS)
        filters = (
            f"scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease,"
            f"pad={WIDTH}:{HEIGHT}:-1:-1,tile={COLUMNS}x{rows}"
        )
        how = ["-skip_frame", "nokey", "-i", "pipe:0", "-fps_mode", "passthrough", "-vf", filters]
        picture = picture_of(footing.init, self._clips.payloads(entries), how)
        closed = spans_of(footing.shut, footing.rendition.info.timescale)
        cells = [
            _cell(moment, group, places, closed)
            for moment, group in zip(moments, groups, strict=True)
        ]
        return Sheet(picture, SheetFacts(COLUMNS, WIDTH, HEIGHT, cells))


def _group_at(groups: list[Group], wall_ms: int) -> Group | None:
    return next((one for one in groups if one.wall_ms <= wall_ms < end_ms(one)), None)


def _cell(moment: int, group: Group | None, places: dict[int, int], closed: list[SpanHeld]) -> Cell:
    if group is not None:
        return Cell(moment, places[group.first], group.first, group.wall_ms)
    hidden = any(one.start_wall_ms <= moment < one.end_wall_ms for one in closed)
    return Cell(moment, closed=hidden)
