"""A closed window ends its clocks and is let go of: what is half done lives with the service."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from kivy.base import EventLoop

from field_app.screens.app import FieldWindow
from field_app.screens.root import _SCREENS
from tests.e2e.field_window.hand import open_window
from tests.e2e.field_window.simulated_service import SimulatedService
from tests.patience import eventually

_WINDOWS = 3  # Kivy itself holds on to the newest one


def _opened_and_closed(folder: Path) -> weakref.ref[FieldWindow]:
    """Open a window, have every screen made, close it while it still says something."""
    hand = open_window(folder)
    hand.wait(lambda: hand.window.state.status is not None)
    for name in _SCREENS:
        hand.window.window_root._screen(name)
    hand.window.state.toast = "已保存"
    hand.frames()
    hand.close()
    return weakref.ref(hand.window)


def _is_gone(window: weakref.ref[FieldWindow]) -> bool:
    """A collection that is asked for while another thread collects does nothing: the next does."""
    EventLoop.idle()
    gc.collect()
    return window() is None


def test_a_closed_window_is_let_go_of(tmp_path: Path, service: SimulatedService) -> None:
    closed = [_opened_and_closed(tmp_path) for _ in range(_WINDOWS)]
    eventually(lambda: _is_gone(closed[0]), "the first window is let go of")
