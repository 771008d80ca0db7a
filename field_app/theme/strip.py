"""The continuity strip (连续性轴): archived solid, received plain, waiting hatched, "存至" mark."""

from __future__ import annotations

from kivy.graphics import Color, Line, Mesh, Rectangle
from kivy.metrics import dp
from kivy.properties import ListProperty
from kivy.uix.widget import Widget

from field_app.theme.scheme import THEME
from field_app.window.line import Span

_HATCH_DP = 7
_MARK_DP = 5


class Strip(Widget):
    """Draws `spans` (see `field_app.window.line`) on a track; shapes differ, not only colours."""

    spans = ListProperty([])

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.bind(pos=self._draw, size=self._draw, spans=self._draw)
        THEME.bind(scheme=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            self._fill("s3", 0.0, 1.0)
            for span in self.spans:
                self._draw_span(span)
            archived = sum(span.width for span in self.spans if span.state == "archived")
            if 0 < archived < 1:
                self._draw_mark(archived)

    def _draw_span(self, span: Span) -> None:
        if span.state == "archived":
            self._fill("strip_ok", span.start, span.width)
        elif span.state == "received":
            self._fill("strip_back", span.start, span.width)
        else:
            self._hatch(span)

    def _fill(self, token: str, start: float, width: float) -> None:
        Color(*THEME.of(token, THEME.scheme))
        Rectangle(
            pos=(self.x + start * self.width, self.y + dp(2)),
            size=(width * self.width, self.height - dp(4)),
        )

    def _hatch(self, span: Span) -> None:
        left = self.x + span.start * self.width
        right = left + span.width * self.width
        low, high = self.y + dp(2), self.y + self.height - dp(2)
        Color(*THEME.of("strip_back", THEME.scheme))
        at = left - (high - low)
        while at < right:
            # A stroke rises one for one; cut it at the span's ends.
            first, last = max(at, left), min(at + high - low, right)
            if last > first:
                Line(points=[first, low + first - at, last, low + last - at], width=dp(1.1))
            at += dp(_HATCH_DP)

    def _draw_mark(self, share: float) -> None:
        middle, high, half = self.x + share * self.width, self.y + self.height, dp(_MARK_DP)
        Color(*THEME.of("t1", THEME.scheme))
        corners = [(middle - half, high), (middle + half, high), (middle, high - half * 1.3)]
        vertices = [value for x, y in corners for value in (x, y, 0, 0)]
        Mesh(vertices=vertices, indices=[0, 1, 2], mode="triangles")


class Progress(Widget):
    """How much has arrived, 0..1, as a plain bar."""

    shares = ListProperty([1.0])

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.bind(pos=self._draw, size=self._draw, shares=self._draw)
        THEME.bind(scheme=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            Color(*THEME.of("s3", THEME.scheme))
            Rectangle(pos=self.pos, size=self.size)
            done = self.shares[0]
            Color(*THEME.of("ok" if done >= 1 else "warn", THEME.scheme))
            Rectangle(pos=self.pos, size=(self.width * done, self.height))
