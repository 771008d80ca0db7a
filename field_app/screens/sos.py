"""The officer's alarm in the window: the sheet that stands over a screen, and the banner."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.floatlayout import FloatLayout

from field_app.local_api.status import Status
from field_app.screens.pin import Sheet, is_pin
from field_app.screens.state import State
from field_app.theme.parts import Banner
from field_app.window.words import tr
from schemas.time import now_ms

_GUARD_WARNS_S = 60


class SosSheet(Sheet):
    """Counts down, then waits for the PIN. `on_cancel`, `on_close(pin)`, `on_fold`."""

    told = BooleanProperty(False)
    asks_pin = BooleanProperty(False)
    left_s = NumericProperty(0)

    def __init__(self, **values: Any) -> None:
        for event in ("on_cancel", "on_close", "on_fold"):
            self.register_event_type(event)
        super().__init__(**values)

    def on_cancel(self) -> None:
        """The officer takes the alarm back."""

    def on_close(self, pin: str) -> None:
        """The officer is safe."""

    def on_fold(self) -> None:
        """The officer goes on working; the banner stays."""

    def give(self) -> None:
        """Give the PIN; the entry is empty afterwards."""
        entry = self.ids.pin
        pin = entry.text.strip()
        if self.asks_pin and not is_pin(pin):
            entry.error = tr("pin.shape")
            return
        entry.fill("")
        self.dispatch("on_close", pin)


class SosWatch:
    """Shows the alarm that runs over a window, unless the officer laid it aside; says in a banner
    that it runs, or what the guard awaits."""

    def __init__(self, state: State, window: FloatLayout, banner: Banner) -> None:
        self._state, self._window, self._banner = state, window, banner
        self._folded = False
        self.sheet: SosSheet | None = None

    def unfold(self) -> None:
        """Call for help, or show the alarm that runs again."""
        self._folded = False
        status = self._state.status
        if status is not None and status.sos_since_ms is None:
            self._state.raise_sos()
        self.follow()

    def follow(self) -> None:
        """Show the newest facts of the alarm."""
        status = self._state.status
        since = status.sos_since_ms if status else None
        if since is None:
            self._folded = False
        if status is None or since is None or self._folded:
            if self.sheet is not None:
                self._window.remove_widget(self.sheet)
                self.sheet = None
        else:
            sheet = self.sheet or self._lay()
            sheet.told, sheet.asks_pin = status.sos_told, status.pin_set
            sheet.left_s = (status.sos_left_ms + 999) // 1_000
        self._banner.text = _words(status)

    def _lay(self) -> SosSheet:
        self.sheet = SosSheet()
        self.sheet.bind(
            on_cancel=lambda _sheet: self._state.cancel_sos(),
            on_close=lambda _sheet, pin: self._state.close_sos(pin),
            on_fold=lambda _sheet: self._fold(),
        )
        self._window.add_widget(self.sheet)
        return self.sheet

    def _fold(self) -> None:
        self._folded = True
        self.follow()


def _words(status: Status | None) -> str:
    if status is not None and status.sos_since_ms is not None:
        return tr("sos.banner")
    until = status.guard_until_ms if status else None
    left_s = (until - now_ms()) // 1_000 if until else _GUARD_WARNS_S
    return tr("guard.soon", n=max(0, left_s)) if left_s < _GUARD_WARNS_S else ""
