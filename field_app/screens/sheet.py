"""What stands over a screen: a sheet that asks for a reason, and a passing word."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from field_app.local_api.safety import MOST_SILENT_MINUTES
from field_app.theme.parts import Panel
from field_app.window.words import tr
from schemas.recording_notes import PrivateReason, SilenceReason


class ReasonSheet(BoxLayout):
    """Asks for a reason: a common one or own words. `on_done(reason)`, "" = none was given."""

    about = ""
    reasons: tuple[str, ...] = ()
    terms: tuple[int, ...] = ()
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
        self.ids.terms.choices = [(str(n), tr("sheet.minutes", n=n)) for n in self.terms]
        self.ids.terms.value = str(self.terms[0]) if self.terms else ""

    def say(self, key: str) -> str:
        """Return a text of this sheet."""
        return tr(f"{self.about}.{key}")

    @property
    def minutes(self) -> int:
        """The term that is chosen."""
        return int(self.ids.terms.value)

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


class SkipSheet(ReasonSheet):
    """Asks why a step of the act is left out."""

    about = "skip"
    reasons = ("nobody", "urgent", "resisted", "not_needed")
    tone = "warn"


class KindSheet(ReasonSheet):
    """Asks for one of the kinds; there are no own words."""

    own_words = False
    tone = "warn"

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.ids.reasons.value = self.reasons[0]

    def give(self) -> None:
        """Give the kind that is chosen."""
        self.dispatch("on_done", self.ids.reasons.value)


class PrivateSheet(KindSheet):
    """Asks why viewing is to be closed."""

    about = "private"
    reasons = tuple(reason.value for reason in PrivateReason)


class EndPrivateSheet(KindSheet):
    """Asks once more before the picture can be seen again."""

    about = "private_end"
    reasons = ("end",)


class SilenceSheet(KindSheet):
    """Asks how long nothing may be heard of this device, and why."""

    about = "silence"
    reasons = tuple(reason.value for reason in SilenceReason)
    terms = (10, 20, MOST_SILENT_MINUTES)


class EndSilenceSheet(KindSheet):
    """Asks whether the silence is over."""

    about = "silence_end"
    reasons = ("end",)


class Toast(Panel):
    """A passing word; a refusal stays longer and carries its code."""

    text = StringProperty("")
    bad = BooleanProperty(False)
