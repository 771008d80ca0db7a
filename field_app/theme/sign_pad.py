"""A field for handwriting: every stroke as it was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kivy.graphics import Color, Line
from kivy.metrics import dp
from kivy.properties import BooleanProperty

from field_app.theme.parts import Panel
from field_app.theme.scheme import THEME

_MOST_POINTS, _MOST_STROKES = 2_000, 200


@dataclass(frozen=True)
class Drawn:
    """Strokes in a field of `width` x `height`, from its lower left corner."""

    width: int
    height: int
    strokes: list[list[tuple[int, int]]]


class SignPad(Panel):
    """Takes handwriting; `written` tells whether anything was drawn."""

    written = BooleanProperty(False)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._strokes: list[list[tuple[int, int]]] = []

    def on_touch_down(self, touch: Any) -> bool:
        """Begin a stroke."""
        if not self.collide_point(*touch.pos) or len(self._strokes) >= _MOST_STROKES:
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        self._strokes.append([])
        with self.canvas.after:
            Color(*THEME.of("t1", THEME.scheme))
            touch.ud["line"] = Line(points=[], width=dp(2))
        self._draw(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Go on with the stroke."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        self._draw(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """End the stroke."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        return True

    def clear(self) -> None:
        """Begin again."""
        self._strokes, self.written = [], False
        self.canvas.after.clear()

    def drawn(self) -> Drawn:
        """Return what was drawn."""
        return Drawn(int(self.width), int(self.height), [list(one) for one in self._strokes])

    def _draw(self, touch: Any) -> None:
        if not self._strokes or not self.collide_point(*touch.pos):
            return
        stroke = self._strokes[-1]
        if len(stroke) < _MOST_POINTS:
            stroke.append((int(touch.x - self.x), int(touch.y - self.y)))
            touch.ud["line"].points = [*touch.ud["line"].points, touch.x, touch.y]
            self.written = True
