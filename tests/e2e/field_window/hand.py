"""The officer's hand on the window: finds parts as he does, touches them, types, waits, looks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kivy.base import EventLoop
from kivy.tests.common import UnitTestTouch
from kivy.uix.scrollview import ScrollView

from field_app.client import ServiceClient
from field_app.screens.app import FieldWindow
from field_app.window.link import Started

_SCROLL_SECONDS = 0.25  # a page first waits whether a touch scrolls, then hands it on
_STILL_FRAMES = 3
_MOST_FRAMES = 120


class Hand:
    """Drives one `FieldWindow` in this process, frame by frame."""

    def __init__(self, window: FieldWindow) -> None:
        self.window = window
        self.toasts: list[str] = []
        """What the window said in passing; a slow machine may look after it has gone."""

    def open(self) -> None:
        """Open the window and draw its first frames."""
        EventLoop.ensure_window()
        if EventLoop.status != "started":
            EventLoop.start()
        self.window._run_prepare()
        self.window.state.bind(toast=lambda _state, said: self.toasts.append(said))
        self.frames(3)

    def close(self) -> None:
        """Close the window; the service stays."""
        self.window.on_stop()
        for child in list(EventLoop.window.children):
            EventLoop.window.remove_widget(child)
        self.frames(2)

    def frames(self, count: int = 2) -> None:
        """Let some frames pass."""
        for _ in range(count):
            EventLoop.idle()

    def wait(self, until: Callable[[], object], seconds: float = 60.0) -> None:
        """Let frames pass until something is so. Raises `AssertionError` when it never is."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "waited in vain"
            EventLoop.idle()
            time.sleep(0.01)
        self.frames(3)

    @property
    def here(self) -> Any:
        """The screen that shows."""
        return self.window.window_root.here

    def on(self, name: str) -> Any:
        """Wait for a screen and return it."""
        self.wait(lambda: self.here.name == name)
        return self.here

    def enter(self) -> None:
        """Enter the first operation of the day."""
        self.wait(lambda: self.says("桐花街"))
        self.tap(self.said("进入行动"))
        self.on("record")

    def record(self) -> None:
        """Enter the first operation of the day and begin to record."""
        self.enter()
        self.tap(self.part("button"))
        self.wait(lambda: self.here.recording and self.here.has_picture)

    def part(self, name: str) -> Any:
        """Return a part of this screen by its name in the rule."""
        return self.here.ids[name]

    def said(self, text: str, within: Any = None) -> Any:
        """Return the innermost visible part that says `text`. Raises when none does."""
        found = [one for one in self._shown(within or self.window.window_root) if _says(one, text)]
        assert found, f"nobody says {text}"
        return found[-1]

    def says(self, text: str) -> bool:
        """Tell whether something visible says `text`."""
        return any(_says(one, text) for one in self._shown(self.window.window_root))

    def tap(self, part: Any, hold: float = 0.0) -> None:
        """Touch the middle of a part, after scrolling to it, for `hold` seconds."""
        scrolls = self._scroll_to(part)
        x, y = self._settled(part)
        touch = UnitTestTouch(x, y)
        touch.touch_down()
        self.frames(2)
        self.linger(hold)
        touch.touch_up()
        self.linger(_SCROLL_SECONDS if scrolls else 0)
        self.frames(4)

    def _settled(self, part: Any) -> tuple[float, float]:
        """Return the middle of a part once it stands still: its words may still be on their way."""
        places: list[tuple[float, float]] = []
        for _ in range(_MOST_FRAMES):
            EventLoop.idle()
            places.append(part.to_window(*part.center))
            if len(places) >= _STILL_FRAMES and len(set(places[-_STILL_FRAMES:])) == 1:
                break
        return places[-1]

    def hold(self, part: Any) -> UnitTestTouch:
        """Touch the middle of a part and stay; the caller moves and lets go."""
        touch = UnitTestTouch(*self._settled(part))
        touch.touch_down()
        self.frames(2)
        return touch

    def write(self, pad: Any, strokes: list[list[tuple[float, float]]]) -> None:
        """Draw strokes on a pad; points are shares of its width and height."""
        x, y = pad.to_window(pad.x, pad.y)
        for stroke in strokes:
            places = [(x + a * pad.width, y + b * pad.height) for a, b in stroke]
            touch = UnitTestTouch(*places[0])
            touch.touch_down()
            for place in places[1:]:
                touch.touch_move(*place)
                self.frames(1)
            touch.touch_up()
        self.frames(3)

    def linger(self, seconds: float) -> None:
        """Let frames pass for some time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            EventLoop.idle()
            time.sleep(0.01)

    def type(self, field: Any, text: str) -> None:
        """Tap a field and type; what is there already stays before it."""
        self.tap(field)
        entry = field.ids.entry
        assert entry.focus, "the field did not take the touch"
        for letter in text:
            entry.insert_text(letter)
        self.frames(2)
        entry.focus = False
        self.frames(1)

    def compose(self, field: Any, spelled: list[str], text: str) -> None:
        """Tap a field and type as an input method does: spelling shows until a word is chosen."""
        self.tap(field)
        for part in spelled:
            EventLoop.window.dispatch("on_textedit", part)
            self.frames(1)
        EventLoop.window.dispatch("on_textedit", "")
        EventLoop.window.dispatch("on_textinput", text)
        self.frames(2)
        field.ids.entry.focus = False
        self.frames(1)

    def choose_act(self, title: str) -> None:
        """From the recording screen to the form of an act."""
        self.tap(self.part("measure"))
        self.on("acts")
        self.tap(self.said(title, self.part("forms")))

    def pick(self, picks: Any, value: str) -> None:
        """Tap a choice by its value."""
        keys = picks.ids.choices.children if "choices" in picks.ids else picks.children
        self.tap(next(key for key in keys if key.value == value))

    def picture(self, path: Path) -> None:
        """Write what the window shows."""
        self.frames(4)
        self.window._place.export_to_png(str(path))

    def _scroll_to(self, part: Any) -> bool:
        """Bring a part into view; tell whether it stands on a page that scrolls."""
        up = part.parent
        while up is not None and up is not up.parent:
            if hasattr(up, "viewclass"):
                return True  # a list of rows: what exists of it is in sight
            if isinstance(up, ScrollView):
                up.scroll_to(part, padding=20, animate=False)
                self.frames(3)
                return True
            up = up.parent
        return False

    def _shown(self, part: Any) -> Iterator[Any]:
        if part.opacity == 0 or (getattr(part, "disabled", False) and part.height == 0):
            return
        yield part
        for child in part.children:
            yield from self._shown(child)


def _says(part: Any, text: str) -> bool:
    return text in (getattr(part, "text", "") or "")


def open_window(folder: Path, language: str = "zh-CN") -> Hand:
    """Open the window on a folder whose service runs, and return the hand on it."""
    officer = Hand(FieldWindow(folder, partial(ServiceClient, folder), _never_started, language))
    officer.open()
    return officer


def _never_started() -> Started:
    pytest.fail("the window started a service beside the one that runs")
