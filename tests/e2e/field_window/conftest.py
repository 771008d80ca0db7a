"""Kivy draws offscreen here; its settings are read on the first import, so they are set first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ["KIVY_NO_ARGS"] = "1"
os.environ.setdefault("KIVY_HOME", str(Path(tempfile.gettempdir()) / f"mz-kivy-{os.getuid()}"))
Path(os.environ["KIVY_HOME"]).mkdir(parents=True, exist_ok=True)

from field_app.main import prepare_kivy  # noqa: E402

prepare_kivy(scale=1.0)

from kivy.config import Config  # noqa: E402

Config.set("graphics", "maxfps", "0")  # a test draws as often as it looks

from field_app.client import ServiceClient  # noqa: E402
from field_app.screens.app import FieldWindow  # noqa: E402
from field_app.window.link import Started  # noqa: E402
from tests.e2e.field_window.hand import Hand  # noqa: E402
from tests.e2e.field_window.simulated_service import SimulatedService  # noqa: E402


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    """A simulated capture service that is enrolled; a file may have another."""
    peer = SimulatedService(tmp_path, enrolled=True)
    yield peer
    peer.close()


def _never_started() -> Started:
    pytest.fail("the window started a service beside the one that runs")


@pytest.fixture
def hand(tmp_path: Path, service: SimulatedService) -> Iterator[Hand]:
    """The officer's hand on the window, at the day's page."""
    window = FieldWindow(tmp_path, partial(ServiceClient, tmp_path), _never_started, "zh-CN")
    officer = Hand(window)
    officer.open()
    officer.on("today")
    yield officer
    officer.close()
