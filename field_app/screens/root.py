"""The window's frame: banners, the screens, the tab bar, and the way between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.screenmanager import NoTransition

from field_app.local_api.status import Status
from field_app.local_api.talk import TalkState
from field_app.screens.act import ActScreen
from field_app.screens.acts import ActsScreen
from field_app.screens.check import CheckScreen
from field_app.screens.enrol import EnrolScreen
from field_app.screens.fault import FaultScreen
from field_app.screens.finish import FinishScreen
from field_app.screens.help import HelpScreen
from field_app.screens.item import ItemScreen
from field_app.screens.list import ListScreen
from field_app.screens.lock import LockFace, LockWatch
from field_app.screens.open import OpenScreen
from field_app.screens.outbox import OutboxScreen
from field_app.screens.paper import PaperScreen
from field_app.screens.person import PersonScreen
from field_app.screens.pin import PinSheet
from field_app.screens.record import RecordScreen
from field_app.screens.replay import ReplayScreen
from field_app.screens.review import ReviewScreen
from field_app.screens.said import talk_look
from field_app.screens.second import SecondWatch
from field_app.screens.served import ServedScreen
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
from field_app.screens.sos import SosSheet, SosWatch
from field_app.screens.state import State
from field_app.screens.table import TableScreen
from field_app.screens.today import TodayScreen
from field_app.theme.scheme import THEME
from field_app.window.choices import Choices
from field_app.window.words import tr, tr_problem

_SCREENS = {
    "enrol": EnrolScreen,
    "today": TodayScreen,
    "record": RecordScreen,
    "open": OpenScreen,
    "acts": ActsScreen,
    "act": ActScreen,
    "list": ListScreen,
    "table": TableScreen,
    "item": ItemScreen,
    "person": PersonScreen,
    "served": ServedScreen,
    "review": ReviewScreen,
    "paper": PaperScreen,
    "replay": ReplayScreen,
    "fault": FaultScreen,
    "finish": FinishScreen,
    "check": CheckScreen,
    "outbox": OutboxScreen,
    "me": SettingsScreen,
    "help": HelpScreen,
}
_TABS = {"today": "list-check", "record": "video", "outbox": "cloud-upload", "me": "user"}
_PARENTS = {"record": "today", "acts": "record", "act": "acts", "fault": "record"}
_PARENTS |= dict.fromkeys(("list", "item", "served", "review"), "act")
_PARENTS |= {"table": "list", "finish": "record", "help": "me"}
_OF_A_DRAFT = ("person", "paper")
"""Screens that lead back to whichever form they were opened from."""
MAKE_SECONDS = 0.2
"""One screen more each time: nothing is slow to open, and the first frame awaits none of them."""
_HAND_RESTS_MS = 1_000
_TOAST_SECONDS, _REFUSAL_SECONDS = 3.0, 7.0


class Root(FloatLayout):
    """Makes the screens, each once, and leads between them."""

    def __init__(self, state: State, choices: Choices, choose: Callable[..., None]) -> None:
        super().__init__()
        self.state, self.choices, self._choose = state, choices, choose
        self.touched_ms = 0
        self._sheet: ReasonSheet | None = None
        self._sos = SosWatch(state, self, self.ids.sos)
        self._lock = LockWatch(state, self)
        self._pins: PinSheet | None = None
        self.second = SecondWatch(state, self)
        self._form = "act"
        self._toast: Toast | None = None
        self._toast_end: Any = None
        self.ids.screens.transition = NoTransition()
        self._tabs = self.ids.tabs.__self__
        self._tabs.places = [(name, icon, tr(f"tab.{name}")) for name, icon in _TABS.items()]
        self._bound = {
            "status": self._follow,
            "attached": self._follow,
            "now_ms": self._follow_time,
            "locked": self._follow_time,
            "toast": self._show_toast,
        }
        state.bind(**self._bound)
        self.go("enrol" if state.status and not state.status.enrolled else "today")
        self._follow()
        self._making = Clock.schedule_interval(self._make_one, MAKE_SECONDS)

    def leave(self) -> None:
        """Let go of the state when another root takes its place (a change of language)."""
        self.state.unbind(**self._bound)
        self._making.cancel()
        if self._toast_end is not None:
            self._toast_end.cancel()

    def _screen(self, name: str) -> Any:
        """Return a screen, which is made when it is first needed or soon after the first frame."""
        screens = self.ids.screens
        if not screens.has_screen(name):
            screens.add_widget(_SCREENS[name](self.state, self, name=name))
        return screens.get_screen(name)

    def _make_one(self, _dt: float) -> bool:
        """Make the next screen that is not there yet, while the officer's hand rests; tell whether
        there was one."""
        missing = [name for name in _SCREENS if not self.ids.screens.has_screen(name)]
        if not missing:
            return False
        if self.state.now_ms - self.touched_ms > _HAND_RESTS_MS:
            screen = self._screen(missing[0])
            if missing[0] in _TABS:
                screen.refresh()  # what it lists is drawn before the officer first looks
        return True

    @property
    def here(self) -> Any:
        """The screen that shows."""
        return self.ids.screens.current_screen

    def go(self, name: str, **about: Any) -> None:
        """Show a screen after it prepared itself for `about`."""
        before, screen = self.here, self._screen(name)
        if before is not None:
            if name in _OF_A_DRAFT and before.name not in _OF_A_DRAFT:
                self._form = before.name
            before.shown = False
        screen.open(**about)
        screen.shown = True
        screen.refresh()
        THEME.scheme = screen.scheme or self.choices.appearance
        self.ids.screens.current = name
        self._tabs.value = screen.tab
        self._show_tabs(bool(screen.tab))

    def choose(self, **chosen: str | int) -> None:
        """Keep a choice of the officer (`field_app.window.choices`)."""
        self._choose(**chosen)

    def back(self) -> None:
        """Show the screen that this one came from."""
        current = self.ids.screens.current
        self.go(self._form if current in _OF_A_DRAFT else _PARENTS.get(current, "today"))

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
        return self._sos.sheet

    @property
    def lock(self) -> LockFace | None:
        """What stands over everything while the window is locked."""
        return self._lock.face

    def unfold_sos(self) -> None:
        """Call for help, or show the alarm that runs again."""
        self._sos.unfold()

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
        self._tabs.mark("outbox", str(len(status.refused) or "") if status else "")
        self._show_talk(status)
        self._follow_time()

    def _follow_time(self, *_: object) -> None:
        """Show what moves with the clock; the alarm stands over the lock."""
        self._lock.follow()
        self._sos.follow()

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
