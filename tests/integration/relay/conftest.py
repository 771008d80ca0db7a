"""Fixtures: a relay process in a folder of its own, stopped at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.relay.running import RunningRelay


@pytest.fixture
def make_relay(tmp_path: Path) -> Iterator[Callable[..., RunningRelay]]:
    """Return a function that starts a relay with settings."""
    made: list[RunningRelay] = []

    def make(*, start: bool = True, crash_at: str = "", **settings: object) -> RunningRelay:
        folder = tmp_path / f"court-{len(made)}"
        folder.mkdir()
        relay = RunningRelay(folder, **settings)
        made.append(relay)
        if start:
            relay.start(crash_at)
        return relay

    yield make
    for relay in made:
        if relay.process is not None and relay.process.poll() is None:
            relay.kill()


@pytest.fixture
def relay(make_relay: Callable[..., RunningRelay]) -> RunningRelay:
    """Return a running relay."""
    return make_relay()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    """Return a relay that the tests of a module share: each refusal must leave it as it was."""
    made = RunningRelay(tmp_path_factory.mktemp("standing"))
    made.start()
    yield made
    made.kill()
