"""How full the relay's disk is: told before new recordings are refused, and when they are.

What runs goes on and nothing is evicted; only what is new is refused (`relay.disk_full`).
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import structlog

from media_relay import feed
from media_relay.index import Index
from schemas.feed import SpaceChanged, SpaceLevel

_LOW = 2.0
"""Told from so many times the space below which new recordings are refused."""
_BACK = 1.1
"""So much above a bound it is better again: a level does not flutter."""

_log = structlog.get_logger()


class Space:
    """The level that was told last."""

    def __init__(self, folder: Path, min_free_bytes: int, index: Index) -> None:
        self._folder, self._min_free, self._index = folder, min_free_bytes, index
        self.level = SpaceLevel.AMPLE

    def look(self) -> None:
        """Read the disk; tell the feed of another level."""
        free = shutil.disk_usage(self._folder).free
        level = self._level(free)
        if level is self.level:
            return
        self.level = level
        item = SpaceChanged(0, 0, level, free, self._min_free)
        self._index.post(partial(feed.put, item=item))
        _log.warning("relay.space_changed", level=level, free_bytes=free)

    def _level(self, free: int) -> SpaceLevel:
        full, low = float(self._min_free), self._min_free * _LOW
        if self.level is SpaceLevel.FULL:
            full *= _BACK
        if self.level is not SpaceLevel.AMPLE:
            low *= _BACK
        if free < full:
            return SpaceLevel.FULL
        return SpaceLevel.LOW if free < low else SpaceLevel.AMPLE
