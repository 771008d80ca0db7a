"""When a fragment's first frame was taken, for cameras that do not say."""

from __future__ import annotations

from collections import deque

_WINDOW = 50


class MediaClock:
    """Media time plus the smallest delay seen of late.

    A fragment arrives after its last frame was taken; encoder and scheduling only add to that.
    The smallest sum over the last fifty fragments is therefore nearest to the truth, and a
    camera that stood still for a while is followed after ten seconds.
    """

    def __init__(self, timescale: int) -> None:
        """timescale: units of media time a second."""
        self._timescale = timescale
        self._offsets: deque[float] = deque(maxlen=_WINDOW)

    def taken_mono_ms(self, media_start: int, media_duration: int, arrived_mono_ms: int) -> int:
        """Return the monotonic clock (ms) at the fragment's first frame; never in the future."""
        start_ms = media_start * 1000 / self._timescale
        end_ms = start_ms + media_duration * 1000 / self._timescale
        self._offsets.append(arrived_mono_ms - end_ms)
        return min(arrived_mono_ms, round(min(self._offsets) + start_ms))
