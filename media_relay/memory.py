"""The memory of the relay's process: what is free goes back.

glibc's allocator, left alone, gives the top of its heap back after nearly every fragment and asks
for it again with the next; it keeps a heap for each thread that ever closed a part, and for good
what a bad moment took (viewers that stood still, a disk that was slow). So it is told to hold on to
a little, to share few heaps and, by the clock, to give back what is free. Other C libraries are
left as they are.
"""

from __future__ import annotations

import asyncio
import ctypes

GIVE_BACK_S = 30.0
_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8
_KEPT_BYTES = 32 * 1024 * 1024
_HEAPS = 2


class Allocator:
    """The C library's allocator of this process. Make it before there are threads."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None)
        self._trim = getattr(library, "malloc_trim", None)
        if self._trim is not None:
            library.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
            library.mallopt(_M_ARENA_MAX, _HEAPS)

    def give_back(self) -> None:
        """Return what is free to the system; it takes milliseconds."""
        if self._trim is not None:
            self._trim(0)

    async def give_back_for_ever(self) -> None:
        """Do so by the clock, in a thread, until cancelled."""
        while True:
            await asyncio.sleep(GIVE_BACK_S)
            await asyncio.to_thread(self.give_back)
