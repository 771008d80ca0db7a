"""A closed window ends its clocks and is let go of: what is half done lives with the service."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from field_app.client import ServiceClient
from field_app.screens.app import FieldWindow
from field_app.window.link import Started
from tests.e2e.field_window.hand import Hand
from tests.e2e.field_window.simulated_service import SimulatedService

_WINDOWS = 3  # Kivy itself holds on to the newest one


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimulatedService]:
    peer = SimulatedService(tmp_path, enrolled=True)
    yield peer
    peer.close()


def _never_started() -> Started:
    pytest.fail("the window started a service beside the one that runs")


def _opened_and_closed(folder: Path) -> weakref.ref[FieldWindow]:
    hand = Hand(FieldWindow(folder, partial(ServiceClient, folder), _never_started, "zh-CN"))
    hand.open()
    hand.wait(lambda: hand.window.state.status is not None)
    hand.close()
    return weakref.ref(hand.window)


def test_a_closed_window_is_let_go_of(tmp_path: Path, service: SimulatedService) -> None:
    closed = [_opened_and_closed(tmp_path) for _ in range(_WINDOWS)]
    gc.collect()
    assert closed[0]() is None
