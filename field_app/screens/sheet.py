"""What stands over a screen: the reason for a stop, and a passing word."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from field_app.theme.parts import Panel
from field_app.window.words import tr

_REASONS = ("finished", "moving", "device", "privacy")


class StopSheet(BoxLayout):
    """Asks for the reason; recording goes on until it is given. `on_done(reason)`, "" = go on."""

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_done")
        super().__init__(**values)
        self.ids.reasons.choices = [(reason, tr(f"stop.{reason}")) for reason in _REASONS]
        self.ids.reasons.bind(value=self._take)

    def on_done(self, reason: str) -> None:
        """The officer decided."""

    def on_touch_down(self, touch: Any) -> bool:
        """Keep touches from the screen below."""
        super().on_touch_down(touch)
        return True

    def stop(self) -> None:
        """Stop with the reason given; ask for one when there is none."""
        reason = self.ids.text.text.strip()
        if not reason:
            self.ids.text.error = tr("stop.need_reason")
            return
        self.dispatch("on_done", reason)

    def _take(self, _picks: object, reason: str) -> None:
        self.ids.text.fill(tr(f"stop.{reason}"))


class Toast(Panel):
    """A passing word; a refusal stays longer and carries its code."""

    text = StringProperty("")
    bad = BooleanProperty(False)
