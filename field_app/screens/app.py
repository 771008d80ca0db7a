"""The Kivy app: fonts and rules, the state, the road to the service, language and appearance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from kivy.app import App
from kivy.clock import Clock, mainthread
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.metrics import Metrics
from kivy.uix.floatlayout import FloatLayout

from field_app.local_api.status import Status
from field_app.screens.lock import PAD_CODES
from field_app.screens.root import Root
from field_app.screens.state import State
from field_app.theme import entry, parts, picture, record_button, sign_pad, strip
from field_app.theme.fonts import register_fonts
from field_app.window.choices import keep_choices, load_choices
from field_app.window.frames import FrameReader
from field_app.window.gestures import Gesture, Gestures
from field_app.window.idle import Idle
from field_app.window.link import Client, ServiceLink, Started
from field_app.window.replay import ReplayReader
from field_app.window.words import choose, tr
from schemas.time import now_ms

_HERE = Path(__file__).parent
_SCREENS = (
    "enrol", "today", "record", "open", "rows", "act", "list", "table", "item", "person", "served",
    "review", "paper", "replay", "fault", "finish", "check", "help", "outbox", "settings", "sheet",
    "pin", "second", "sos", "lock", "root",
)  # fmt: skip
_RULES = (
    _HERE.parent / "theme" / "kit.kv",
    *(_HERE / f"{name}.kv" for name in _SCREENS),
)
_TICK_SECONDS = 0.5
_LARGE = 1.25
"""How much larger the large text is."""
PARTS = (
    entry,
    parts,
    picture,
    record_button,
    sign_pad,
    strip,
)  # their classes are named in the rules


class FieldWindow(App):
    """The officer's window on a data folder; the service behind it is another process."""

    def __init__(
        self,
        data: Path,
        make_client: Callable[[], Client],
        start_service: Callable[[], Started],
        language: str | None = None,
    ) -> None:
        super().__init__()
        self._data = data
        kept = load_choices(data)
        self._choices = msgspec.structs.replace(kept, language=language or kept.language)
        self.state = State()
        self._frames = FrameReader(data, Clock.create_trigger(self._show_frame))
        self._newest: Status | None = None
        self._show_newest = Clock.create_trigger(self._show_status)
        self._link = ServiceLink(
            make_client, start_service, mainthread(_run), self._take_status, self._take_attached
        )
        self.state.attach(self._link)
        self.state.replay = partial(ReplayReader, data)
        self._place = FloatLayout()
        self._gestures, self._idle = Gestures(), Idle(now_ms())
        self._stop_asked = False
        self._hands = {
            "on_key_down": self._key_pressed,
            "on_key_up": self._key_released,
            "on_touch_down": self._touched,
        }

    @property
    def window_root(self) -> Root:
        """The frame that shows."""
        return self._place.children[0]

    def build(self) -> FloatLayout:
        """Build the window once."""
        register_fonts()
        Window.softinput_mode = "below_target"
        for path in _RULES:
            if str(path) not in Builder.files:
                Builder.load_file(str(path))
        self._build_root()
        Window.bind(**self._hands)
        self._ticking = Clock.schedule_interval(self._tick, _TICK_SECONDS)
        return self._place

    def ask_to_stop(self) -> None:
        """Stop at the next tick: a signal may come in the middle of anything, also of starting."""
        self._stop_asked = True

    def on_start(self) -> None:
        """Attach to the service, or start it."""
        self._link.open()
        self._frames.open()

    def on_stop(self) -> None:
        """Leave the service running while it has work: a recording outlives the window, a press
        to talk does not."""
        Window.unbind(**self._hands)
        self._ticking.cancel()
        self.window_root.leave()
        self.state.forms.keep()
        self.state.release_talk()
        self._frames.close()
        self._link.close()

    def choose(self, **chosen: Any) -> None:
        """Keep a choice of the officer; a new language rebuilds the screens, drafts stay."""
        self._choices = msgspec.structs.replace(self._choices, **chosen)
        keep_choices(self._data, self._choices)
        Clock.schedule_once(lambda _dt: self._build_root("me"), 0)

    def _build_root(self, where: str = "") -> None:
        choose(self._choices.language)
        Metrics.fontscale = _LARGE if self._choices.large else 1.0
        self.title = tr("app.name")
        for old in list(self._place.children):
            old.leave()
        self._place.clear_widgets()
        root = Root(self.state, self._choices, self.choose)
        self._place.add_widget(root)
        if where:
            root.go(where)

    def _touched(self, *_: object) -> None:
        self.window_root.touched_ms = now_ms()
        self._idle.touched(now_ms())

    def _key_pressed(self, _window: object, key: int, *_: object) -> None:
        self._touched()
        self._gestures.pressed(key, now_ms())
        face = self.window_root.lock
        if face is not None and key in PAD_CODES:
            face.press(PAD_CODES[key])

    def _key_released(self, _window: object, key: int, *_: object) -> None:
        self._obey(self._gestures.released(key, now_ms()))

    def _obey(self, gesture: Gesture | None) -> None:
        match gesture:
            case Gesture.HELP:
                self.state.raise_sos("keys")
            case Gesture.PRESS | Gesture.HOLD:
                self.state.press_key(held=gesture is Gesture.HOLD)

    def _take_status(self, status: Status) -> None:
        self._newest = status
        self._show_newest()

    def _show_status(self, *_: object) -> None:
        """Show the newest status only: a slow screen must not fall behind the service."""
        if self._newest is not None:
            self.state.take_status(self._newest)
            self._look()

    def _take_attached(self, attached: bool) -> None:
        self.state.attached = attached

    def _show_frame(self, *_: object) -> None:
        self.state.frame = self._frames.newest

    def _look(self) -> None:
        """Have pictures while something is recorded, or the officer is about to: else the camera
        rests."""
        root = self.window_root
        is_aiming = root.here.name == "record" and not self.state.locked
        self._frames.want(is_aiming or self.state.recording is not None)

    def _tick(self, *_: object) -> None:
        if self._stop_asked:
            self.stop()
            return
        self.state.now_ms = now_ms()
        self._look()
        self._obey(self._gestures.held(now_ms()))
        if self._idle.is_due(now_ms(), self._choices.lock_minutes):
            self.state.lock()
        self.state.forms.keep()


def _run(what: Callable[[], None]) -> None:
    what()
