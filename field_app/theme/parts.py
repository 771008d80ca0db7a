"""The small parts: text, icon, panel, card, chip, buttons. Their rules are in `kit.kv`."""

from __future__ import annotations

from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from field_app.theme.lines import Font, broken

_LEAST_SHARE, _NEXT_SHARE, _ROUNDED = 0.6, 0.05, 0.97
"""How small a word may grow, how much room is worth letting it grow again, and what is left for
fonts whose sizes are whole pixels."""
_FONTS: dict[tuple[object, ...], Font] = {}


class Txt(Label):
    """A paragraph as wide as its place and as high as its text; `theme.lines` ends its lines."""

    tone = StringProperty("t1")
    points = NumericProperty(16)

    def texture_update(self, *_: object) -> None:
        """Lay the text out; Kivy's own layout finds every line as it is to be."""
        room = self.text_size[0]
        if room is None or self.shorten:
            self._label.text = self.text
        else:
            self._label.text = broken(
                self.text, room - self.padding[0] - self.padding[2], self._font()
            )
        super().texture_update()

    def _font(self) -> Font:
        """Return what is known of the font at hand."""
        key = (self.font_name, self.font_size, self.bold)
        if key not in _FONTS:
            ruler = CoreLabel(font_name=self.font_name, font_size=self.font_size, bold=self.bold)
            _FONTS[key] = Font(lambda text: ruler.get_extents(text)[0])
        return _FONTS[key]


class OneLine(Txt):
    """One line as wide as its place; what does not fit ends in an ellipsis."""


class Tag(Label):
    """A word or a number as large as itself."""

    tone = StringProperty("t1")
    points = NumericProperty(16)


class FitTag(Tag):
    """A word that grows smaller rather than out of its place, which is `room` pixels wide."""

    room = NumericProperty(0)
    share = NumericProperty(1)

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.bind(texture_size=self._fit, room=self._fit)

    def _fit(self, *_: object) -> None:
        """Take the largest share of the size that fits, and no less than three fifths of it."""
        whole = self.texture_size[0] / self.share
        if whole <= 0 or self.room <= 0:
            return
        share = 1.0 if whole <= self.room else max(_LEAST_SHARE, self.room / whole * _ROUNDED)
        if share < self.share or share > self.share + _NEXT_SHARE:
            self.share = share


class Icon(Label):
    """A Tabler icon by name."""

    name = StringProperty("")
    tone = StringProperty("t1")
    points = NumericProperty(20)


class Panel(BoxLayout):
    """A rounded surface with a rim."""

    fill = StringProperty("s1")
    border = StringProperty("line")
    radius = NumericProperty(12)
    edge = NumericProperty(1)


class Card(Panel):
    """A panel as high as what is in it."""


class TapCard(ButtonBehavior, Card):
    """A card that is itself a button."""


class Column(BoxLayout):
    """Parts above each other, as high as they are."""


class Row(BoxLayout):
    """Parts beside each other, as high as the highest."""


class FixedRow(BoxLayout):
    """Parts beside each other in a height that is given."""


class Page(ScrollView):
    """A scrolling body."""


class Rule(Widget):
    """A hairline."""


class Section(BoxLayout):
    """A heading with a note at its right."""

    title = StringProperty("")
    note = StringProperty("")


class Bar(BoxLayout):
    """The row of actions at the foot of a form."""


class Chip(Panel):
    """A state: colour, shape and word together."""

    text = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("t2")
    tint = StringProperty("s2")
    bold = BooleanProperty(False)


class Banner(BoxLayout):
    """A solid bar that says what is the matter; gone when it has nothing to say."""

    text = StringProperty("")
    icon = StringProperty("info-circle")
    tone = StringProperty("warn")
    tint = StringProperty("warn_s")


_FACES = {
    "primary": ("fill_brand", "fill_brand", "on_fill"),
    "outline": ("s1", "ctl", "t1"),
    "plain": ("s3", "s3", "t1"),
    "danger": ("fill_red", "fill_red", "on_fill"),
}


class Btn(ButtonBehavior, Panel):
    """A button of at least 54 dp with words, an icon, or both."""

    text = StringProperty("")
    icon = StringProperty("")
    points = NumericProperty(18)
    kind = OptionProperty("plain", options=list(_FACES))
    face = StringProperty("s3")
    rim = StringProperty("s3")
    ink = StringProperty("t1")

    def on_kind(self, _button: Btn, kind: str) -> None:
        """Take the colours of a kind."""
        self.face, self.rim, self.ink = _FACES[kind]


class QuickKey(ButtonBehavior, Panel):
    """A key of the recording screen: icon above a word, 74 dp."""

    text = StringProperty("")
    icon = StringProperty("")
    ink = StringProperty("t1")


class IconKey(ButtonBehavior, BoxLayout):
    """A bare icon with a full touch target."""

    icon = StringProperty("")
    ink = StringProperty("t1")


class TitleBar(BoxLayout):
    """Title, what it is about, and the way back; more parts may stand at its right."""

    title = StringProperty("")
    sub = StringProperty("")
    points = NumericProperty(21)
    back = BooleanProperty(False)

    def __init__(self, **values: object) -> None:
        self.register_event_type("on_return")
        super().__init__(**values)

    def on_return(self) -> None:
        """The officer wants to go back."""
