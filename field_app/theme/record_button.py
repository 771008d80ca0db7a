"""The recording button, 92 dp: a tap starts; only a whole hold asks to stop."""

from __future__ import annotations

from typing import Any

from kivy.animation import Animation
from kivy.graphics import Color, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from field_app.theme.scheme import THEME
from field_app.theme.tokens import STOP_HOLD_S


class RecordButton(Widget):
    """`on_start` after a tap while idle; `on_stop` after a whole hold while recording."""

    recording = BooleanProperty(False)
    held = NumericProperty(0.0)

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_start")
        self.register_event_type("on_stop")
        super().__init__(**values)
        self._holding: Animation | None = None
        redraw = self._draw
        self.bind(pos=redraw, size=redraw, recording=redraw, held=redraw, disabled=redraw)
        THEME.bind(scheme=redraw)

    def on_start(self) -> None:
        """Begin to record."""

    def on_stop(self) -> None:
        """The hold was whole: ask for the reason."""

    def on_touch_down(self, touch: Any) -> bool:
        """Take the touch; begin to count the hold while recording."""
        if self.disabled or not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        if self.recording:
            self._holding = Animation(held=1.0, duration=STOP_HOLD_S)
            self._holding.bind(on_complete=self._held_whole)
            self._holding.start(self)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let go: an idle button starts, a hold cut short does nothing."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self._holding is not None:
            self._drop_hold()
        elif not self.recording and self.collide_point(*touch.pos):
            self.dispatch("on_start")
        return True

    def _held_whole(self, *_: object) -> None:
        self._drop_hold()
        self.dispatch("on_stop")

    def _drop_hold(self) -> None:
        if self._holding is not None:
            self._holding.cancel(self)
        self._holding, self.held = None, 0.0

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        # Not `self.center`: Kivy's aliases may still be the old ones while `pos` is told.
        x, y = self.x + self.width / 2, self.y + self.height / 2
        radius = min(self.size) / 2 - dp(2)
        ring, red = THEME.of("t1", THEME.scheme), THEME.of("fill_red", THEME.scheme)
        dim = 0.4 if self.disabled else 1.0
        with self.canvas:
            Color(*ring[:3], dim)
            SmoothLine(circle=(x, y, radius), width=dp(2))
            Color(*red[:3], dim)
            if self.recording:
                half = dp(20)
                SmoothRoundedRectangle(
                    pos=(x - half, y - half), size=(2 * half, 2 * half), radius=[dp(8)]
                )
            else:
                inner = radius - dp(8)
                SmoothEllipse(pos=(x - inner, y - inner), size=(2 * inner, 2 * inner))
            if self.held:
                Color(*THEME.of("bad", THEME.scheme))
                SmoothLine(circle=(x, y, radius, 0, 360 * self.held), width=dp(3.5))
