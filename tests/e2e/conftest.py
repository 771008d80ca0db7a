"""A court for the browser stories of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.court import Court


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """Start centre, relay, worker and a headless device; stop them at the end."""
    made = Court(tmp_path_factory.mktemp("court"))
    try:
        made.start()
        yield made
    finally:
        made.close()
