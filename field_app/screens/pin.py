"""The officer's PIN in the window: where he sets it, and the sheet that such questions stand on."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from field_app.theme.parts import Column
from field_app.window.words import tr


class SheetBody(Column):
    """The sheet itself, with a line of its tone above."""

    tone = StringProperty("bad")


class Sheet(BoxLayout):
    """Keeps touches from the screen below."""

    def on_touch_down(self, touch: Any) -> bool:
        """Take every touch."""
        super().on_touch_down(touch)
        return True


class PinSheet(Sheet):
    """Sets the PIN and the one under duress, each typed twice. `on_done(pin, duress, former)`, all
    empty: he let it be."""

    is_set = BooleanProperty(False)

    def __init__(self, **values: Any) -> None:
        self.register_event_type("on_done")
        super().__init__(**values)

    def on_done(self, pin: str, duress: str, former: str) -> None:
        """The officer decided."""

    def give(self) -> None:
        """Give the PINs, or say which one has no PIN's shape or was typed otherwise before."""
        ids = self.ids
        fields = [*([ids.former] if self.is_set else []), ids.pin, ids.duress]
        for field in fields:
            if not is_pin(field.text.strip()):
                field.error = tr("pin.shape")
                return
        for field, again in ((ids.pin, ids.pin_again), (ids.duress, ids.duress_again)):
            if field.text != again.text:
                again.error = tr("pin.differ")
                return
        if ids.pin.text == ids.duress.text:
            ids.duress.error = tr("problem.pin.same")
            return
        self.dispatch("on_done", *(self.ids[name].text for name in ("pin", "duress", "former")))


def is_pin(text: str) -> bool:
    """Tell whether a text has a PIN's shape: four to eight digits."""
    return 4 <= len(text) <= 8 and text.isascii() and text.isdigit()
