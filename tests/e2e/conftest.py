"""A court for the browser stories of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.e2e.court import Court
from tests.e2e.navigators import DeskNavigator, signed_in


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """Start centre, relay, worker and a headless device; stop them at the end."""
    made = Court(tmp_path_factory.mktemp("court"))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def centre_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """Start centre, relay and worker without any device; stop them at the end."""
    made = Court(tmp_path_factory.mktemp("centre"))
    try:
        made.start_centre()
        yield made
    finally:
        made.close()


@pytest.fixture
def duty(page: Page, court: Court) -> DeskNavigator:
    """Sign in as the officer on duty."""
    return signed_in(page, court, "DUTY_OFFICER")


@pytest.fixture
def commander(page: Page, court: Court) -> DeskNavigator:
    """Sign in as the commander."""
    return signed_in(page, court, "COMMANDER")
