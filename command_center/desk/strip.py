"""The continuity strip and the timeline: spans of time as percent of a plot, for SVG attributes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from command_center.desk.show import clock, minute, seconds
from command_center.platform.pages import gettext as _

_TICK_STEPS_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800)
_MOST_TICKS = 8
_DAY_S = 86_400
_BRIEF_MS = 2_000
_LABEL_WIDTH = 11.0
LEFT, WIDTH = 8.0, 91.0
"""The timeline's plot: the first percent hold the lanes' names."""


@dataclass(frozen=True)
class Span:
    """A run of time. kind: `ok` archived, `back` received or with the device, `ex` explained,
    `gap` not explained, `small` small picture only, `pv` private: archived and closed."""

    kind: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class Segment:
    """A span as percent of the strip."""

    kind: str
    x: float
    w: float


@dataclass(frozen=True)
class Strip:
    """A strip under a picture; `archived` is the place of the ▼ (存至), if anything is archived."""

    segments: tuple[Segment, ...]
    archived: float | None
    label: str


@dataclass(frozen=True)
class Tick:
    """A time on the axis."""

    x: float
    text: str


@dataclass(frozen=True)
class Mark:
    """An act on a lane. kind: `measure`, `order`, `step`, `marker`; `text` is empty where it has no
    room."""

    kind: str
    x: float
    title: str
    text: str


@dataclass(frozen=True)
class Lane:
    """One line of the timeline at `y`, its segments `h` high."""

    name: str
    y: int
    h: int
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]


LaneOf = tuple[str, list[Span], list[tuple[str, int, str]]]
"""What a lane is drawn from: its name, spans and marks (kind, moment, text)."""


@dataclass(frozen=True)
class Timeline:
    """The whole picture; `now` is the place of the present, if it lies within."""

    from_ms: int
    to_ms: int
    left: float
    width: float
    height: int
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    now: float | None
    note: str
    label: str


@dataclass(frozen=True)
class Window:
    """The time that a plot shows; never empty."""

    from_ms: int
    to_ms: int

    @classmethod
    def over(cls, from_ms: int, to_ms: int) -> Window:
        """Return the window, at least a second long."""
        return cls(from_ms, max(to_ms, from_ms + 1000))

    def share(self, ms: int) -> float:
        """Return where a moment lies, 0…1."""
        return min(1.0, max(0.0, (ms - self.from_ms) / (self.to_ms - self.from_ms)))


def segments(
    spans: list[Span], window: Window, left: float = 0, width: float = 100
) -> tuple[Segment, ...]:
    """Return the spans within the window as percent; what is too thin to see is kept visible."""
    found = []
    for span in spans:
        if span.to_ms <= window.from_ms or span.from_ms >= window.to_ms:
            continue
        start, end = window.share(span.from_ms), window.share(span.to_ms)
        least = 0.002
        if span.kind in ("gap", "ex"):
            least = 0.012 if span.to_ms - span.from_ms >= _BRIEF_MS else 0.005
        part = max(end - start, least)
        start = min(start, 1 - part)
        found.append(Segment(span.kind, round(left + start * width, 3), round(part * width, 3)))
    return tuple(found)


def strip(spans: list[Span], window: Window) -> Strip:
    """Return the strip of a picture with its words for those who do not see it."""
    archived = [span.to_ms for span in spans if span.kind == "ok"]
    words = [_("存至 %(time)s", time=clock(max(archived)))] if archived else [_("尚未存档")]
    for kind, most in (("gap", 5), ("ex", 5), ("small", 3)):
        words += [_span_words(span) for span in spans if span.kind == kind][:most]
    place = round(window.share(max(archived)) * 100, 3) if archived else None
    return Strip(segments(spans, window), place, _("连续性：") + "；".join(words))


def _span_words(span: Span) -> str:
    """Return what is wrong with a time, for those who do not see the strip."""
    time, length = clock(span.from_ms), seconds(span.to_ms - span.from_ms)
    if span.kind == "ex":
        return _("%(time)s 起中断 %(length)s，已说明", time=time, length=length)
    if span.kind == "small":
        return _("%(time)s 起仅小画面或声音 %(length)s", time=time, length=length)
    return _("%(time)s 起中断 %(length)s", time=time, length=length)


def ticks(window: Window) -> tuple[Tick, ...]:
    """Return at most eight round times of the axis."""
    length_s = (window.to_ms - window.from_ms) / 1000
    days = max(1, math.ceil(length_s / _MOST_TICKS / _DAY_S))
    step_s = next((s for s in _TICK_STEPS_S if length_s / s <= _MOST_TICKS), days * _DAY_S)
    step_ms = step_s * 1000
    first = -(-window.from_ms // step_ms) * step_ms
    text = clock if step_s < 60 else minute
    return tuple(
        Tick(round(LEFT + window.share(ms) * WIDTH, 3), text(ms))
        for ms in range(first, window.to_ms + 1, step_ms)
    )


def _place(window: Window, marks: list[tuple[str, int, str]]) -> tuple[Mark, ...]:
    """Return the marks in order of time; a label that would lie on the one before is left out."""
    placed: list[Mark] = []
    free_from = 0.0
    for kind, at_ms, text in sorted(marks, key=lambda mark: mark[1]):
        x = round(LEFT + window.share(at_ms) * WIDTH, 3)
        fits = x >= free_from and x < 100 - _LABEL_WIDTH / 2
        placed.append(Mark(kind, x, text, text if fits else ""))
        free_from = x + _LABEL_WIDTH if fits else free_from
    return tuple(placed)


def timeline(
    window: Window,
    lanes: list[LaneOf],
    now_ms: int | None,
    note: str,
) -> Timeline:
    """Return a timeline of lanes."""
    drawn = []
    y = 28
    for name, spans, marks in lanes:
        placed = _place(window, marks)
        drawn.append(Lane(name, y, 12, segments(spans, window, LEFT, WIDTH), placed))
        y += 30
    now = None
    if now_ms is not None and window.from_ms <= now_ms <= window.to_ms:
        now = round(LEFT + window.share(now_ms) * WIDTH, 3)
    return Timeline(
        window.from_ms, window.to_ms, LEFT, WIDTH, y + 4, ticks(window), tuple(drawn), now, note,
        _("时间轴：") + note,
    )  # fmt: skip
