"""Kept footage of this device, played from its own spool, from 5 s before what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty

from field_app.local_api.socket import ReplayArgs
from field_app.screens.screen import FieldScreen
from field_app.window import shown
from field_app.window.replay import ReplayReader
from field_app.window.words import tr, tr_problem


class ReplayScreen(FieldScreen):
    """Plays once; again on the officer's wish. Whoever opens it says where it leads back to."""

    about = StringProperty("")
    words = StringProperty("")
    clock = StringProperty("")
    ended = BooleanProperty(False)
    has_picture = BooleanProperty(False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self._asked = ReplayArgs()
        self._then: Callable[[], None] = self.guide.back
        self._reader: ReplayReader | None = None
        self._changed = Clock.create_trigger(self._show)
        self.bind(shown=self._leave_off)

    def open(self, **about: Any) -> None:
        """Play what `asked` names; `then()` leads back."""
        self._asked, self._then = about["asked"], about["then"]
        self.about = about.get("title", "")
        self.play()

    def play(self) -> None:
        """Begin, or begin again."""
        self._close()
        self.ended, self.clock, self.words = False, "", tr("replay.reading")
        self.ids.picture.show(None)
        self.has_picture = False
        self._reader = self.state.replay(self._asked, self._changed)

    def leave(self) -> None:
        """Back to where it was opened."""
        self._then()

    def _show(self, *_: object) -> None:
        reader = self._reader
        if reader is None or not self.shown:
            return
        frame = reader.newest
        if frame is not None:
            self.ids.picture.show(frame)
            self.has_picture, self.clock = True, shown.stamp(frame.wall_ms)
        self.ended = reader.ended
        if reader.problem:
            self.words = tr_problem(reader.problem)
        else:
            self.words = tr("replay.ended" if reader.ended else "replay.playing")

    def _leave_off(self, _screen: object, is_shown: bool) -> None:
        if not is_shown:
            self._close()

    def _close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
