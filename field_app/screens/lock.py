"""The locked window: the PIN, and what needs none: to record, and to call for help."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from field_app.screens.said import link_look
from field_app.screens.sos import SosSheet
from field_app.screens.state import State
from field_app.theme.parts import Panel
from field_app.theme.tokens import STOP_HOLD_S
from field_app.window import shown
from field_app.window.words import tr, tr_problem
from schemas import crash
from schemas.problems import MzError

MOST_DIGITS, FEWEST_DIGITS = 8, 4
_DOT, _NO_DOT = "●", "○"
PAD_CODES = {
    **{ord(str(digit)): str(digit) for digit in range(10)},
    **{256 + digit: str(digit) for digit in range(10)},
    8: "back", 13: "enter", 271: "enter",
}  # fmt: skip
"""Keys of a keyboard that are keys of the pad, as SDL and Kivy name them."""
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "0", "enter")


class PadKey(ButtonBehavior, Panel):
    """One key of the number pad: a digit or an icon."""

    value = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("")
    strong = BooleanProperty(False)


class RevokedNote(BoxLayout):
    """What a revoked device says: whom to call, and that what it holds is kept."""

    phone = StringProperty("")


class LockFace(BoxLayout):
    """Covers the whole window. `on_give(pin)`, `on_record`, `on_help`."""

    clock = StringProperty("")
    about = StringProperty("")
    link_icon = StringProperty("plug-connected-x")
    link_words = StringProperty("")
    link_tone = StringProperty("warn")
    dots = StringProperty("")
    said = StringProperty("")
    bad = BooleanProperty(False)
    recording = BooleanProperty(False)
    may_record = BooleanProperty(False)
    record_words = StringProperty("")
    record_note = StringProperty("")
    revoked = BooleanProperty(False)
    phone = StringProperty("")
    wide = BooleanProperty(False)
    wait_s = NumericProperty(0)

    def __init__(self, **values: Any) -> None:
        for event in ("on_give", "on_record", "on_help"):
            self.register_event_type(event)
        self._pin = ""
        super().__init__(**values)
        for value in KEYS:
            icon = {"back": "backspace", "enter": "check"}.get(value, "")
            key = PadKey(
                value=value, text="" if icon else value, icon=icon, strong=value == "enter"
            )
            key.bind(on_release=lambda pressed: self.press(pressed.value))
            self.ids["pad"].add_widget(key)
        self.told("")

    def on_give(self, pin: str) -> None:
        """The officer typed his PIN."""

    def on_record(self) -> None:
        """Record first; no PIN is asked."""

    def on_help(self) -> None:
        """Call for help; no PIN is asked."""

    def on_touch_down(self, touch: Any) -> bool:
        """Keep every touch from what is below."""
        super().on_touch_down(touch)
        return True

    def on_revoked(self, *_: object) -> None:
        """No PIN opens a revoked device: what remains is a number to call."""
        self.ids.body.clear_widgets()
        if self.revoked:
            self.ids.body.add_widget(RevokedNote(phone=self.phone))

    def on_wait_s(self, *_: object) -> None:
        """Say how long no PIN is tried; then begin anew."""
        if self.wait_s:
            self.told(tr_problem("pin.throttled", self.wait_s), bad=True)
        else:
            self.told("")

    def press(self, value: str) -> None:
        """Take one key of the pad or the keyboard."""
        if self.revoked or self.wait_s:
            return
        if value == "enter":
            self._give()
        elif value == "back":
            self._show(self._pin[:-1])
        elif len(self._pin) < MOST_DIGITS:
            self._show(self._pin + value)

    def told(self, said: str, *, bad: bool = False) -> None:
        """Begin the PIN anew and say why."""
        self._show("")
        self.said, self.bad = said or tr("lock.lead"), bad

    def _show(self, pin: str) -> None:
        self._pin = pin
        self.dots = " ".join(_DOT * len(pin) + _NO_DOT * max(0, FEWEST_DIGITS - len(pin)))
        self.said, self.bad = tr("lock.lead"), False

    def _give(self) -> None:
        if len(self._pin) < FEWEST_DIGITS:
            self.told(tr("pin.shape"), bad=True)
            return
        pin, self._pin = self._pin, ""
        self.said = tr("lock.checking")
        self.dispatch("on_give", pin)


class LockWatch:
    """Lays the locked face over a window while the state says so."""

    def __init__(self, state: State, window: FloatLayout) -> None:
        self._state, self._window = state, window
        self.face: LockFace | None = None

    def follow(self) -> None:
        """Show the newest facts, or nothing."""
        if not self._state.locked:
            if self.face is not None:
                self._window.remove_widget(self.face)
                self.face = None
            return
        status = self._state.status
        if self.face is not None and status is not None and self.face.revoked != status.revoked:
            self._window.remove_widget(self.face)
            self.face = None
        if self.face is None:
            self.face = self._lay()
        self._show(self.face)

    def _lay(self) -> LockFace:
        face = LockFace()
        face.bind(
            on_give=lambda _face, pin: self._state.unlock(pin, self._refused),
            on_record=lambda _face: self._state.start_unassigned(),
            on_help=lambda _face: self._state.raise_sos(),
        )
        over = sum(isinstance(one, SosSheet) for one in self._window.children)
        self._window.add_widget(face, index=over)
        return face

    def _refused(self, error: MzError) -> None:
        crash.point("window.before_wrong_pin_told")
        if self.face is not None:
            self.face.told(tr_problem(error.code, error.detail), bad=True)

    def _show(self, face: LockFace) -> None:
        status, running, now = self._state.status, self._state.recording, int(self._state.now_ms)
        face.clock, face.about = shown.short_clock(now), shown.day(now)
        if status is None:
            return
        face.wait_s = status.pin_wait_s
        face.phone, face.revoked = status.phone, status.revoked
        look = link_look(status)
        face.link_icon, face.link_words, face.link_tone = look.icon, look.words, look.tone
        face.recording = running is not None
        face.may_record = self._state.attached and not (status.disk_refusal or status.revoked)
        if running is not None:
            face.record_words = tr("lock.on", time=shown.elapsed(now - running.started_wall_ms))
            face.record_note = tr("lock.on_note", n=STOP_HOLD_S)
        else:
            refusal = "device.revoked" if status.revoked else status.disk_refusal or status.alarm
            face.record_words = tr("lock.record")
            face.record_note = tr_problem(refusal) if refusal else tr("lock.record_note")
