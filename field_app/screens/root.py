"""The window's frame: banners, the screens, the tab bar, and the way between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.screenmanager import NoTransition

from field_app.local_api import GRACE_MS, Status, TalkState
from field_app.screens.act import ActScreen
from field_app.screens.acts import ActsScreen
from field_app.screens.enrol import EnrolScreen
from field_app.screens.fault import FaultScreen
from field_app.screens.outbox import OutboxScreen
from field_app.screens.paper import PaperScreen
from field_app.screens.person import PersonScreen
from field_app.screens.record import RecordScreen
from field_app.screens.said import talk_look
from field_app.screens.seize import SeizeScreen
from field_app.screens.seize_parts import ItemScreen, ReviewScreen
from field_app.screens.settings import SettingsScreen
from field_app.screens.sheet import (
    EndPrivateSheet,
    EndSilenceSheet,
    PrivateSheet,
    ReasonSheet,
    RecorderSheet,
    SilenceSheet,
    SkipSheet,
    StopSheet,
    Toast,
)
from field_app.screens.sos import PinSheet, SosSheet
from field_app.screens.state import State
from field_app.screens.today import TodayScreen
from field_app.theme.scheme import THEME
from field_app.window.choices import Choices
from field_app.window.words import tr, tr_problem
from schemas.time import now_ms

_SCREENS = {
    "enrol": EnrolScreen,
    "today": TodayScreen,
    "record": RecordScreen,
    "acts": ActsScreen,
    "act": ActScreen,
    "seize": SeizeScreen,
    "item": ItemScreen,
    "person": PersonScreen,
    "review": ReviewScreen,
    "paper": PaperScreen,
    "fault": FaultScreen,
    "outbox": OutboxScreen,
    "me": SettingsScreen,
}
_TABS = {"today": "list-check", "record": "video", "outbox": "cloud-upload", "me": "user"}
_PARENTS = {"record": "today", "acts": "record", "seize": "acts", "act": "acts"}
_PARENTS |= {"fault": "record"}
_PARTS_OF_A_FORM = ("item", "person", "paper", "review")
_GUARD_WARNS_S = 60
_TOAST_SECONDS, _REFUSAL_SECONDS = 3.0, 7.0


class Root(FloatLayout):
    """Builds the screens once and leads between them."""

    def __init__(self, state: State, choices: Choices, choose: Callable[..., None]) -> None:
        super().__init__()
        self.state, self.choices, self._choose = state, choices, choose
        self._sheet: ReasonSheet | None = None
        self._sos: SosSheet | None = None
        self._sos_folded = False
        self._pins: PinSheet | None = None
        self._form = "seize"
        self._toast: Toast | None = None
        self._toast_end: Any = None
        screens = self.ids.screens
        screens.transition = NoTransition()
        for name, kind in _SCREENS.items():
            screens.add_widget(kind(state, self, name=name))
        self._tabs = self.ids.tabs.__self__
        self._tabs.places = [(name, icon, tr(f"tab.{name}")) for name, icon in _TABS.items()]
        self._bound = {
            "status": self._follow,
            "attached": self._follow,
            "now_ms": self._follow_sos,
            "toast": self._show_toast,
        }
        state.bind(**self._bound)
        self.go("today" if state.status and state.status.enrolled else "enrol")
        self._follow()

    def leave(self) -> None:
        """Let go of the state when another root takes its place (a change of language)."""
        self.state.unbind(**self._bound)

    @property
    def here(self) -> Any:
        """The screen that shows."""
        return self.ids.screens.current_screen

    def go(self, name: str, **about: Any) -> None:
        """Show a screen after it prepared itself for `about`."""
        screen = self.ids.screens.get_screen(name)
        if self.here.name in ("seize", "act"):
            self._form = self.here.name
        self.here.shown = False
        screen.open(**about)
        screen.shown = True
        screen.refresh()
        THEME.scheme = screen.scheme or self.choices.appearance
        self.ids.screens.current = name
        self._tabs.value = screen.tab
        self._show_tabs(bool(screen.tab))

    def choose(self, **chosen: str) -> None:
        """Keep a choice of the officer: `language` or `appearance`."""
        self._choose(**chosen)

    def back(self) -> None:
        """Show the screen that this one came from."""
        current = self.ids.screens.current
        self.go(self._form if current in _PARTS_OF_A_FORM else _PARENTS.get(current, "today"))

    def ask_skip(self, then: Callable[[str], None]) -> None:
        """Ask why a step is left out."""
        self._ask(SkipSheet, then)

    def ask_stop(self) -> None:
        """Ask why the recording stops."""
        self._ask(StopSheet, self.state.stop)

    def ask_recorders(self) -> None:
        """Ask why fewer than two recorders run for the operation that shows."""
        operation = self.state.operation()
        if operation is not None:
            told = partial(self.state.explain_recorders, operation.operation)
            self._ask(RecorderSheet, told)

    def ask_private(self) -> None:
        """Ask why viewing is to be closed, or whether it may be open again."""
        status, operation = self.state.status, self.state.operation()
        if status is not None and status.private_since_ms is not None:
            self._ask(EndPrivateSheet, lambda _reason: self.state.end_private())
        elif operation is not None:
            self._ask(PrivateSheet, partial(self.state.begin_private, operation.operation))

    def ask_silence(self) -> None:
        """Ask how long nothing may be heard of this device, or whether that is over."""
        status, operation = self.state.status, self.state.operation()
        if status is not None and status.silent_until_ms is not None:
            self._ask(EndSilenceSheet, lambda _reason: self.state.end_silence())
        elif operation is not None:
            self._ask(SilenceSheet, lambda reason: self._plan(operation.operation, sheet, reason))
            sheet = self._sheet

    def ask_pin(self) -> None:
        """Ask for the PIN and the one under duress."""
        status = self.state.status
        if status is not None and self._pins is None:
            self._pins = PinSheet(is_set=status.pin_set)
            self._pins.bind(on_done=self._take_pins)
            self.add_widget(self._pins)

    @property
    def pins(self) -> PinSheet | None:
        """The sheet that asks for PINs, while it does."""
        return self._pins

    def _take_pins(self, _sheet: PinSheet, pin: str, duress: str, former: str) -> None:
        if self._pins is not None:
            self.remove_widget(self._pins)
            self._pins = None
        if pin:
            self.state.set_pin(pin, duress, former)

    @property
    def sos(self) -> SosSheet | None:
        """What stands over the screen while the alarm runs."""
        return self._sos

    def unfold_sos(self) -> None:
        """Call for help, or show the alarm that runs again."""
        self._sos_folded = False
        status = self.state.status
        if status is not None and status.sos_since_ms is None:
            self.state.raise_sos()
        self._follow_sos()

    def _follow_sos(self, *_: object) -> None:
        """Show the alarm that runs, unless the officer laid it aside; say what the guard awaits."""
        status = self.state.status
        since = status.sos_since_ms if status else None
        if status is None or since is None:
            self._sos_folded = False
        if status is None or since is None or self._sos_folded:
            if self._sos is not None:
                self.remove_widget(self._sos)
                self._sos = None
        else:
            if self._sos is None:
                self._sos = SosSheet()
                self._sos.bind(
                    on_cancel=lambda _sheet: self.state.cancel_sos(),
                    on_close=lambda _sheet, pin: self.state.close_sos(pin),
                    on_fold=lambda _sheet: self._fold_sos(),
                )
                self.add_widget(self._sos)
            self._sos.told, self._sos.asks_pin = status.sos_told, status.pin_set
            self._sos.left_s = max(0, (since + GRACE_MS - now_ms() + 999) // 1_000)
        self.ids.sos.text = self._sos_words(status)

    def _sos_words(self, status: Status | None) -> str:
        if status is not None and status.sos_since_ms is not None:
            return tr("sos.banner")
        until = status.guard_until_ms if status else None
        left_s = (until - now_ms()) // 1_000 if until else _GUARD_WARNS_S
        return tr("guard.soon", n=max(0, left_s)) if left_s < _GUARD_WARNS_S else ""

    def _fold_sos(self) -> None:
        self._sos_folded = True
        self._follow_sos()

    def _plan(self, operation: str, sheet: ReasonSheet | None, reason: str) -> None:
        if sheet is not None:
            self.state.plan_silence(operation, sheet.minutes, reason)

    @property
    def sheet(self) -> ReasonSheet | None:
        """The sheet that asks, while it does."""
        return self._sheet

    def _ask(self, kind: type[ReasonSheet], then: Callable[[str], None]) -> None:
        if self._sheet is None:
            self._sheet = kind()
            self._sheet.bind(on_done=lambda _sheet, reason: self._answer(reason, then))
            self.add_widget(self._sheet)

    def _answer(self, reason: str, then: Callable[[str], None]) -> None:
        if self._sheet is not None:
            self.remove_widget(self._sheet)
            self._sheet = None
        if reason:
            then(reason)

    def _show_tabs(self, shown: bool) -> None:
        tabs, column = self._tabs, self.ids.column
        if shown and tabs.parent is None:
            column.add_widget(tabs)
        elif not shown and tabs.parent is not None:
            column.remove_widget(tabs)

    def _follow(self, *_: object) -> None:
        """Lead to enrolment or from it; say when the centre or the service is out of reach."""
        status = self.state.status
        if status is not None and status.enrolled == (self.ids.screens.current == "enrol"):
            self.go("today" if status.enrolled else "enrol")
        offline, alarm = self.ids.offline, self.ids.alarm
        if not self.state.attached:
            offline.icon, offline.text = "plug-connected-x", tr("banner.service")
        elif self.state.offline:
            offline.icon, offline.text = "cloud-off", tr("banner.offline")
        else:
            offline.text = ""
        code = (status.disk_refusal or status.alarm) if status else ""
        alarm.text = tr_problem(code) if code else ""
        self._show_talk(status)
        self._follow_sos()

    def _show_talk(self, status: Status | None) -> None:
        """Say on every other screen who speaks; the recording screen says it itself."""
        talk = self.ids.talk
        if status is None or status.talk.state is TalkState.IDLE or self.here.name == "record":
            talk.text = ""
        else:
            look = talk_look(status.talk)
            talk.icon, talk.text = look.icon, look.words

    def _show_toast(self, *_: object) -> None:
        if self._toast is not None:
            self.remove_widget(self._toast)
            self._toast = None
        if self._toast_end is not None:
            self._toast_end.cancel()
        if self.state.toast:
            bad = self.state.toast_bad
            self._toast = Toast(text=self.state.toast, bad=bad)
            bars = (self.ids.sos, self.ids.offline, self.ids.alarm, self.ids.talk)
            below = sum(bar.height for bar in bars) + dp(6)
            self._toast.pos_hint = {"center_x": 0.5, "top": 1 - below / self.height}
            self.add_widget(self._toast)
            seconds = _REFUSAL_SECONDS if bad else _TOAST_SECONDS
            self._toast_end = Clock.schedule_once(partial(self._end_toast), seconds)

    def _end_toast(self, *_: object) -> None:
        self.state.toast = ""
