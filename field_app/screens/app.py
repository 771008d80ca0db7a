"""The Kivy app: fonts and rules, the state, the road to the service, language and appearance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock, mainthread
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.uix.floatlayout import FloatLayout

from field_app.local_api import Status
from field_app.screens.root import Root
from field_app.screens.state import State
from field_app.theme import entry, parts, picture, record_button, sign_pad, strip
from field_app.theme.fonts import register_fonts
from field_app.window.choices import Choices, keep_choices, load_choices
from field_app.window.five_presses import FivePresses
from field_app.window.frames import FrameReader
from field_app.window.link import Client, ServiceLink, Started
from field_app.window.words import choose, tr
from schemas.time import now_ms

_HERE = Path(__file__).parent
_SCREENS = (
    "enrol", "today", "record", "seize", "act", "paper", "fault", "outbox", "settings",
    "sheet", "sos", "root",
)  # fmt: skip
_RULES = (
    _HERE.parent / "theme" / "kit.kv",
    *(_HERE / f"{name}.kv" for name in _SCREENS),
)
_TICK_SECONDS = 0.5
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
        self._choices = Choices(language or kept.language, kept.appearance)
        self.state = State()
        self._frames = FrameReader(data, Clock.create_trigger(self._show_frame))
        self._newest: Status | None = None
        self._show_newest = Clock.create_trigger(self._show_status)
        self._link = ServiceLink(
            make_client, start_service, mainthread(_run), self._take_status, self._take_attached
        )
        self.state.attach(self._link)
        self._place = FloatLayout()
        self._presses = FivePresses()
        self._stop_asked = False

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
        Window.bind(on_key_up=self._key_released)
        Clock.schedule_interval(self._tick, _TICK_SECONDS)
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
        Window.unbind(on_key_up=self._key_released)
        self.state.keep_drafts()
        self.state.release_talk()
        self._frames.close()
        self._link.close()

    def choose(self, **chosen: Any) -> None:
        """Keep a choice of the officer; a new language rebuilds the screens, drafts stay."""
        self._choices = Choices(**{**_as_dict(self._choices), **chosen})
        keep_choices(self._data, self._choices)
        Clock.schedule_once(lambda _dt: self._build_root("me"), 0)

    def _build_root(self, where: str = "") -> None:
        choose(self._choices.language)
        self.title = tr("app.name")
        for old in list(self._place.children):
            old.leave()
        self._place.clear_widgets()
        root = Root(self.state, self._choices, self.choose)
        self._place.add_widget(root)
        if where:
            root.go(where)

    def _key_released(self, _window: object, key: int, *_: object) -> None:
        if self._presses.released(key, now_ms()):
            self.state.raise_sos("keys")

    def _take_status(self, status: Status) -> None:
        self._newest = status
        self._show_newest()

    def _show_status(self, *_: object) -> None:
        """Show the newest status only: a slow screen must not fall behind the service."""
        if self._newest is not None:
            self.state.take_status(self._newest)

    def _take_attached(self, attached: bool) -> None:
        self.state.attached = attached

    def _show_frame(self, *_: object) -> None:
        if self.state.recording is not None:
            self.state.frame = self._frames.newest

    def _tick(self, *_: object) -> None:
        if self._stop_asked:
            self.stop()
            return
        self.state.now_ms = now_ms()
        self.state.keep_drafts()


def _run(what: Callable[[], None]) -> None:
    what()


def _as_dict(choices: Choices) -> dict[str, str]:
    return {"language": choices.language, "appearance": choices.appearance}
