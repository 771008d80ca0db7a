"""What stands over a screen: a sheet that asks for a reason, and a passing word."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from field_app.theme.parts import Panel
from field_app.window.words import tr
from schemas.records import PrivateReason


class ReasonSheet(BoxLayout):
    """Asks for a reason: a common one or own words. `on_done(reason)`, "" = none was given."""

    about = ""
    reasons: tuple[str, ...] = ()
    own_words = True
    tone = "brand"
    kind = "primary"

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_done")
        super().__init__(**values)
        self.ids.reasons.choices = [
            (reason, tr(f"{self.about}.{reason}")) for reason in self.reasons
        ]
        self.ids.reasons.bind(value=self._take)

    def say(self, key: str) -> str:
        """Return a text of this sheet."""
        return tr(f"{self.about}.{key}")

    def on_done(self, reason: str) -> None:
        """The officer decided."""

    def on_touch_down(self, touch: Any) -> bool:
        """Keep touches from the screen below."""
        super().on_touch_down(touch)
        return True

    def give(self) -> None:
        """Give the reason; ask for one when there is none."""
        reason = self.ids.text.text.strip()
        if not reason:
            self.ids.text.error = self.say("need_reason")
            return
        self.dispatch("on_done", reason)

    def _take(self, _picks: object, reason: str) -> None:
        self.ids.text.fill(self.say(reason))


class StopSheet(ReasonSheet):
    """Asks why the recording stops; it goes on until the reason is given."""

    about = "stop"
    reasons = ("finished", "moving", "device", "privacy")
    tone = "bad"
    kind = "danger"


class RecorderSheet(ReasonSheet):
    """Asks why fewer than two recorders run."""

    about = "recorders"
    reasons = ("repair", "issued", "battery", "urgent")


class PrivateSheet(ReasonSheet):
    """Asks why viewing is to be closed: one of the kinds, for words may not be private."""

    about = "private"
    reasons = tuple(reason.value for reason in PrivateReason)
    own_words = False
    tone = "warn"

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.ids.reasons.value = self.reasons[0]

    def give(self) -> None:
        """Give the kind that is chosen."""
        self.dispatch("on_done", self.ids.reasons.value)


class EndPrivateSheet(ReasonSheet):
    """Asks once more before the picture can be seen again."""

    about = "private_end"
    own_words = False
    tone = "warn"

    def give(self) -> None:
        """End it."""
        self.dispatch("on_done", self.about)


class Toast(Panel):
    """A passing word; a refusal stays longer and carries its code."""

    text = StringProperty("")
    bad = BooleanProperty(False)
