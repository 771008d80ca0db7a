"""Help without a network: what to do when, keys and gestures, what shapes and tones mean."""

from __future__ import annotations

from typing import Any, NamedTuple

from kivy.properties import StringProperty

from field_app.screens.screen import FieldScreen
from field_app.theme.parts import Card, Row, Rule, Section
from field_app.theme.tokens import STOP_HOLD_S
from field_app.window.words import tr


class Topic(NamedTuple):
    """A line of help: its words are `help.NAME` and `help.NAME_text`."""

    name: str
    icon: str
    tone: str = "t2"


_SECTIONS = {
    "when": (
        Topic("at_once", "video", "bad"),
        Topic("danger", "alert-triangle", "bad"),
        Topic("offline", "cloud-off", "warn"),
        Topic("gap", "pencil", "warn"),
        Topic("private", "eye-off"),
        Topic("silence", "antenna-bars-off"),
        Topic("refused", "signature"),
        Topic("full", "database", "warn"),
        Topic("lost", "device-mobile", "bad"),
    ),
    "keys": (
        Topic("press", "volume"),
        Topic("hold", "volume"),
        Topic("five", "volume", "bad"),
        Topic("button", "circle-dot", "bad"),
        Topic("talk", "microphone", "talk"),
    ),
    "signs": (
        Topic("kept", "square-check", "ok"),
        Topic("waiting", "cloud-upload", "brand"),
        Topic("watched", "eye", "brand"),
        Topic("mind", "alert-triangle", "warn"),
        Topic("failed", "square-x", "bad"),
        Topic("tones", "ear"),
    ),
}


class HelpLine(Row):
    """One thing: an icon, what it is about, what to do or what it means."""

    icon = StringProperty("")
    tone = StringProperty("t2")
    name = StringProperty("")
    text = StringProperty("")


class HelpScreen(FieldScreen):
    """Made once: its words change only with the language, which makes the screens anew."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for name, topics in _SECTIONS.items():
            self.ids.body.add_widget(Section(title=tr(f"help.{name}")))
            card = Card(padding=("14dp", "6dp"), spacing=0)
            for index, one in enumerate(topics):
                if index:
                    card.add_widget(Rule())
                card.add_widget(_line(one))
            self.ids.body.add_widget(card)


def _line(one: Topic) -> HelpLine:
    name, text = (tr(f"help.{one.name}{part}", n=STOP_HOLD_S) for part in ("", "_text"))
    return HelpLine(icon=one.icon, tone=one.tone, name=name, text=text)
