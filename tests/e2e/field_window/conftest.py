"""Kivy draws offscreen here; its settings are read on the first import, so they are set first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ["KIVY_NO_ARGS"] = "1"
if "KIVY_HOME" not in os.environ:  # a run beside this one has another
    _home = tempfile.TemporaryDirectory(prefix="mz-kivy-")
    os.environ["KIVY_HOME"] = _home.name
Path(os.environ["KIVY_HOME"]).mkdir(parents=True, exist_ok=True)

from field_app.main import prepare_kivy  # noqa: E402

prepare_kivy(scale=1.0)

from kivy.config import Config  # noqa: E402

Config.set("graphics", "maxfps", "0")  # a test draws as often as it looks

from field_app.screens import root  # noqa: E402
from tests.e2e.field_window.hand import Hand, open_window  # noqa: E402
from tests.e2e.field_window.simulated_service import SimulatedService  # noqa: E402

root.MAKE_SECONDS = 3_600.0  # a test shows two or three of nineteen screens


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    """A simulated capture service that is enrolled; a file may have another."""
    peer = SimulatedService(tmp_path, enrolled=True)
    yield peer
    peer.close()


@pytest.fixture
def hand(tmp_path: Path, service: SimulatedService) -> Iterator[Hand]:
    """The officer's hand on the window, at the day's page."""
    officer = open_window(tmp_path)
    officer.on("today")
    yield officer
    officer.close()
