"""An enrolled identity and a spool in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from field_app.device.identity import Identity
from field_app.spool.spool import Spool
from tests.integration.field.court import Court


@pytest.fixture
def court() -> Court:
    """Keys of a court."""
    return Court()


@pytest.fixture
def identity(tmp_path: Path, court: Court) -> Identity:
    """A device that this court has enrolled."""
    made = Identity(tmp_path / "field" / "device")
    made.keep("http://127.0.0.1:9", "执法仪", court.enrol(made.ask("code", "执法仪", "test")))
    return made


@pytest.fixture
def spool(tmp_path: Path, identity: Identity) -> Iterator[Spool]:
    """An empty spool."""
    made = Spool(tmp_path / "field", identity.storage_key, min_free_bytes=1)
    yield made
    made.close()
