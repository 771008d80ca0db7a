"""A closed window ends its clocks and is let go of: what is half done lives with the service."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from field_app.screens.app import FieldWindow
from tests.e2e.field_window.hand import open_window
from tests.e2e.field_window.simulated_service import SimulatedService

_WINDOWS = 3  # Kivy itself holds on to the newest one


def _opened_and_closed(folder: Path) -> weakref.ref[FieldWindow]:
    hand = open_window(folder)
    hand.wait(lambda: hand.window.state.status is not None)
    hand.close()
    return weakref.ref(hand.window)


def test_a_closed_window_is_let_go_of(tmp_path: Path, service: SimulatedService) -> None:
    closed = [_opened_and_closed(tmp_path) for _ in range(_WINDOWS)]
    gc.collect()
    assert closed[0]() is None
