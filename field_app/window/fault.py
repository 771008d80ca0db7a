"""The form for a fault note (中断说明): the gaps this device knows, and what the officer says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

from field_app.local_api.recording import RecordingStatus
from field_app.window.shown import stamp
from schemas.ids import new_id
from schemas.recording_notes import FaultCause
from schemas.time import COURT_ZONE, to_ms

SHORTEST_GAP_MS = 1_000
"""Less than this between two recordings is not offered: the form is written in seconds."""
_USUAL_FRAGMENT_MS = 160
_STAMP = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Gap:
    """A stretch between recordings of one operation on this device, wall ms."""

    from_ms: int
    to_ms: int


def gaps(recordings: Iterable[RecordingStatus], operation: str, now_ms: int) -> list[Gap]:
    """Return the gaps of an operation, newest first; the last one is open until now.

    A status counts fragments: a recording's end is reckoned from them, so it is offered to the
    officer for correction and never taken for proven.
    """
    own = {one.recording: one for one in recordings if one.operation == operation}
    runs = sorted(own.values(), key=lambda one: one.started_wall_ms)
    found = []
    for run, following in zip_longest(runs, runs[1:]):
        if following is None and not run.ended:
            continue
        end = following.started_wall_ms if following else now_ms
        if end - _end_ms(run) >= SHORTEST_GAP_MS:
            found.append(Gap(_end_ms(run), end))
    return found[::-1]


def _end_ms(run: RecordingStatus) -> int:
    """Return when a recording ended: what is archived tells how long its fragments are."""
    length = float(_USUAL_FRAGMENT_MS)
    if run.archived_to_ms is not None and 0 < run.archived <= run.recorded:
        length = (run.archived_to_ms - run.started_wall_ms) / run.archived
        if length <= 0:  # the clock was put back while it ran
            length = float(_USUAL_FRAGMENT_MS)
    return run.started_wall_ms + round(length * run.recorded)


@dataclass
class FaultDraft:
    """What the officer wrote so far; times as typed, `2026-03-12 14:37:08`, the court's."""

    operation: str
    from_text: str = ""
    to_text: str = ""
    cause: str = ""
    text: str = ""
    record: str = field(default_factory=new_id)

    @property
    def name(self) -> str:
        """Under which name the service keeps it."""
        return f"fault/{self.operation}"

    @property
    def blank(self) -> bool:
        """Whether nothing was written: the times of a gap are offered again."""
        return not (self.cause or self.text.strip())

    def take(self, gap: Gap) -> None:
        """Write the times of a gap, widened to whole seconds."""
        self.from_text, self.to_text = _written(gap)

    def is_of(self, gap: Gap) -> bool:
        """Tell whether the times are those of a gap, unchanged."""
        return (self.from_text, self.to_text) == _written(gap)

    def interval(self, now_ms: int) -> tuple[int, int]:
        """Return [from, to) in ms. Raises `ValueError` where `wrong` names a time.

        A gap that is still open was widened by less than a second past now: it ends now.
        """
        first, last = _moment(self.from_text), _moment(self.to_text)
        return first, min(last, now_ms) if last - now_ms < SHORTEST_GAP_MS else last

    def wrong(self, now_ms: int) -> dict[str, str]:
        """Return part of the form → what it lacks, in the form's order; empty: it may be signed."""
        found: dict[str, str] = {}
        for part, text in (("from", self.from_text), ("to", self.to_text)):
            try:
                _moment(text)
            except ValueError:
                found[part] = "time"
        if not found:
            first, last = self.interval(now_ms)
            if last > now_ms:
                found["to"] = "future"
            elif first >= last:
                found["to"] = "order"
        if self.cause not in {cause.value for cause in FaultCause}:
            found["cause"] = "cause"
        if not self.text.strip():
            found["text"] = "text"
        return found


def _written(gap: Gap) -> tuple[str, str]:
    return stamp(gap.from_ms), stamp(gap.to_ms + 999)


def _moment(text: str) -> int:
    moment = dt.datetime.strptime(text.strip(), _STAMP).replace(tzinfo=COURT_ZONE)
    ms = to_ms(moment)
    if ms <= 0:
        raise ValueError("before all clocks")
    return ms
