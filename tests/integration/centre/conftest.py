"""Courts on SQLite and PostgreSQL, and the centre's real processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.time import COURT_ZONE, to_ms
from tests.integration.centre.court import Court, open_court
from tests.integration.centre.running import Centre, free_port


@pytest.fixture(params=["sqlite", "postgresql"])
def court(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Court]:
    """A seeded court on each database in turn."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    opened = open_court(tmp_path, url, relay_port=free_port())
    yield opened
    opened.database.close()


@pytest.fixture
def sqlite_court(tmp_path: Path) -> Iterator[Court]:
    """A seeded court on SQLite, where the database makes no difference."""
    opened = open_court(tmp_path, relay_port=free_port())
    yield opened
    opened.database.close()


@pytest.fixture
def filed_in_january(request: pytest.FixtureRequest) -> None:
    """Let the seeded cases be filed before the days of March 2026 that a test names."""
    names = [name for name in ("court", "sqlite_centre") if name in request.fixturenames]
    for opened in map(request.getfixturevalue, names):
        court = opened.court if isinstance(opened, Centre) else opened
        court.filed_before(to_ms(dt.datetime(2026, 1, 5, 9, tzinfo=COURT_ZONE)))


@pytest.fixture(params=["sqlite", "postgresql"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """The web process on each database in turn, really running."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    with Centre(open_court(tmp_path, url, free_port(), free_port())) as running:
        yield running


@pytest.fixture
def sqlite_centre(tmp_path: Path) -> Iterator[Centre]:
    """The web process on SQLite, really running."""
    with Centre(open_court(tmp_path, "", free_port(), free_port())) as running:
        yield running
