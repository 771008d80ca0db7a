"""The sheets on which the second officer sets a PIN on this device, and confirms an act by it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from field_app.local_api.second import SecondAwaited, SecondHere
from field_app.screens.asking import nothing
from field_app.screens.pin import Sheet
from field_app.screens.state import State
from field_app.theme.parts import Card
from field_app.window import shown
from field_app.window.words import tr

_LEAST, _MOST = 6, 8


class SecondSheet(Sheet):
    """Asks the second officer for his PIN; with `enrolling` also for his code, to set it.
    `on_done(code, pin)`; both empty: not now."""

    enrolling = BooleanProperty(False)
    name = StringProperty("")

    def __init__(self, **values: object) -> None:
        self.register_event_type("on_done")
        super().__init__(**values)
        if not self.enrolling:
            for name in ("code", "again"):
                field = self.ids[name].__self__
                field.parent.remove_widget(field)

    def on_done(self, code: str, pin: str) -> None:
        """The officer decided."""

    def give(self) -> None:
        """Give what was typed, or say what it lacks."""
        code = self.ids.code.text.strip() if self.enrolling else ""
        pin = self.ids.pin.text.strip()
        if self.enrolling and not code:
            self.ids.code.error = tr("second.need_code")
        elif not (_LEAST <= len(pin) <= _MOST and pin.isascii() and pin.isdigit()):
            self.ids.pin.error = tr("second.shape")
        elif self.enrolling and self.ids.again.text.strip() != pin:
            self.ids.again.error = tr("pin.differ")
        else:
            self.dispatch("on_done", code, pin)


class AwaitedCard(Card):
    """An act that its second officer did not sign yet, and his two ways."""

    text = StringProperty("")
    about = StringProperty("")

    def __init__(self, one: SecondAwaited) -> None:
        self.register_event_type("on_ask")
        self.register_event_type("on_leave")
        super().__init__()
        self.text = tr("second.awaited", name=one.name)
        self.about = f"{one.title} · {shown.stamp(one.at_ms)}"

    def on_ask(self) -> None:
        """He is here and gives his PIN."""

    def on_leave(self) -> None:
        """He will not do it on this device."""


class SecondWatch:
    """Puts the sheet over the window, one at a time."""

    def __init__(self, state: State, host: Widget) -> None:
        self._state, self._host = state, host
        self.sheet: SecondSheet | None = None

    def enrol(self) -> None:
        """Let the second officer set his PIN on this device."""

        def given(code: str, pin: str) -> None:
            def done(result: object) -> None:
                self._close()
                last = msgspec.convert(result, list[SecondHere])[-1]
                self._state.say(tr("second.kept", name=last.name))

            self._state.call_busy("enrol_second", done, code=code, pin=pin)

        self._open(SecondSheet(enrolling=True), given, self._close)

    def confirm(self, record: str, officer: str | None, then: Callable[[], None]) -> None:
        """Ask the second officer of an act for his PIN if he has one here; `then()` after it."""

        def known(result: object) -> None:
            here = {one.officer: one.name for one in msgspec.convert(result, list[SecondHere])}
            if officer in here:
                self._ask(record, here[officer], then)
            else:
                then()

        self._state.call("seconds", known, failed=lambda _error: then())

    def card(self, one: SecondAwaited) -> AwaitedCard:
        """Return a card that asks for the signature of an act."""
        card = AwaitedCard(one)
        card.bind(
            on_ask=lambda _card: self._ask(one.record, one.name, lambda: None),
            on_leave=lambda _card: self._state.call("leave_second", nothing, record=one.record),
        )
        return card

    def _ask(self, record: str, name: str, then: Callable[[], None]) -> None:
        def end() -> None:
            self._close()
            then()

        def given(_code: str, pin: str) -> None:
            def done(_result: object) -> None:
                self._state.say(tr("second.confirmed", name=name))
                self._state.read_outbox()
                end()

            self._state.call_busy("confirm_second", done, record=record, pin=pin)

        self._open(SecondSheet(name=name), given, end)

    def _open(
        self, sheet: SecondSheet, given: Callable[[str, str], None], later: Callable[[], None]
    ) -> None:
        if self.sheet is None:
            self.sheet = sheet
            sheet.bind(on_done=lambda _s, code, pin: given(code, pin) if pin else later())
            self._host.add_widget(sheet)

    def _close(self) -> None:
        if self.sheet is not None:
            self._host.remove_widget(self.sheet)
            self.sheet = None
