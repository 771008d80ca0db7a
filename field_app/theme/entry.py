"""Parts that take what the officer says: fields, choices, ticks. Nothing rewrites typed text."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from field_app.theme.parts import Panel


class Field(BoxLayout):
    """A labelled text entry; `text` follows what is typed, `error` stands below it."""

    label = StringProperty("")
    hint = StringProperty("")
    help = StringProperty("")
    error = StringProperty("")
    text = StringProperty("")
    lines = NumericProperty(1)
    input_type = StringProperty("text")
    secret = BooleanProperty(False)

    def typed(self, text: str) -> None:
        """Follow the entry; the error goes with the first change."""
        self.text, self.error = text, ""

    def fill(self, text: str) -> None:
        """Show a text that is already known, when a form opens."""
        self.ids.entry.text = text

    def focus(self) -> None:
        """Put the cursor here."""
        self.ids.entry.focus = True


class SegmentKey(ButtonBehavior, Panel):
    """One choice of a `Segment`."""

    text = StringProperty("")
    value = StringProperty("")
    on = BooleanProperty(False)


class Segment(Panel):
    """A few exclusive choices side by side; `choices` are (value, words)."""

    choices = ListProperty([])
    value = StringProperty("")

    def on_choices(self, _segment: Segment, choices: list[tuple[str, str]]) -> None:
        """Build one key for each choice."""
        self.clear_widgets()
        for value, words in choices:
            key = SegmentKey(value=value, text=words, on=value == self.value)
            key.bind(on_release=lambda pressed: setattr(self, "value", pressed.value))
            self.add_widget(key)

    def on_value(self, _segment: Segment, value: str) -> None:
        """Show which one is chosen."""
        for key in self.children:
            key.on = key.value == value


class Pick(ButtonBehavior, Panel):
    """One choice of `Picks`."""

    text = StringProperty("")
    value = StringProperty("")
    on = BooleanProperty(False)


class Picks(BoxLayout):
    """Exclusive choices that wrap; `choices` are (value, words)."""

    label = StringProperty("")
    choices = ListProperty([])
    value = StringProperty("")

    def on_choices(self, _picks: Picks, choices: list[tuple[str, str]]) -> None:
        """Build one key for each choice."""
        keys = self.ids.choices
        keys.clear_widgets()
        for value, words in choices:
            key = Pick(value=value, text=words, on=value == self.value)
            key.bind(on_release=lambda pressed: setattr(self, "value", pressed.value))
            keys.add_widget(key)

    def on_value(self, _picks: Picks, value: str) -> None:
        """Show which one is chosen."""
        for key in self.ids.choices.children:
            key.on = key.value == value


class Stepper(BoxLayout):
    """A count with a key for one fewer and one more, from 1 to `most`."""

    label = StringProperty("")
    value = NumericProperty(1)
    most = NumericProperty(999_999)

    def change(self, by: int) -> None:
        """Count one more or one fewer."""
        self.value = min(max(1, self.value + by), self.most)


class Tick(ButtonBehavior, BoxLayout):
    """A confirmation: a box with a sentence."""

    text = StringProperty("")
    on = BooleanProperty(False)

    def on_release(self) -> None:
        """Turn it over."""
        self.on = not self.on


class TabKey(ButtonBehavior, BoxLayout):
    """One place of the tab bar."""

    text = StringProperty("")
    icon = StringProperty("")
    value = StringProperty("")
    on = BooleanProperty(False)
    badge = StringProperty("")


class TabBar(BoxLayout):
    """The four places of the app; `places` are (value, icon, words)."""

    places = ListProperty([])
    value = StringProperty("")

    def __init__(self, **values: object) -> None:
        self.register_event_type("on_go")
        super().__init__(**values)

    def on_go(self, value: str) -> None:
        """The officer wants another place."""

    def on_places(self, _bar: TabBar, places: list[tuple[str, str, str]]) -> None:
        """Build one key for each place."""
        self.clear_widgets()
        for value, icon, words in places:
            key = TabKey(value=value, icon=icon, text=words, on=value == self.value)
            key.bind(on_release=lambda pressed: self.dispatch("on_go", pressed.value))
            self.add_widget(key)

    def mark(self, value: str, badge: str) -> None:
        """Show a short word on one key, or nothing: something there wants a look."""
        for key in self.children:
            if key.value == value:
                key.badge = badge

    def on_value(self, _bar: TabBar, value: str) -> None:
        """Show where we are."""
        for key in self.children:
            key.on = key.value == value
