"""Fixtures for real parts that a test cannot start by itself: PostgreSQL and Chromium."""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from command_center.platform.opening import migration_config
from door.bench.postgres import PostgresServer, cluster
from door.story.watching import FLAGS, find_chromium
from field_app.window import words

expect.set_options(timeout=60_000)  # a loaded machine is slow; what never comes still fails
CHROMIUM_FLAGS = ["--headless", *FLAGS]
_SECONDS_WORTH_A_LINE = 20

if "KIVY_HOME" in os.environ and "PYTEST_XDIST_WORKER" in os.environ:
    # Kivy makes its home when it is imported; two workers at once would collide over it.
    os.environ["KIVY_HOME"] += f"-{os.environ['PYTEST_XDIST_WORKER']}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each file of tests took, the longest first: where a slow suite is slow."""
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                spent[report.nodeid.split("::")[0]] += report.duration
    long = [(file, took) for file, took in spent.most_common() if took >= _SECONDS_WORTH_A_LINE]
    if long:
        terminalreporter.section(f"{sum(spent.values()):.0f} s of tests, by file")
        for file, took in long:
            terminalreporter.line(f"{took:6.0f} s {file}")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """The app's words are Chinese, whatever a test or window before chose; so they are after."""
    words.choose(words.LANGUAGES[0])
    yield
    words.choose(words.LANGUAGES[0])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start an own PostgreSQL cluster; it dies with this process, however that ends."""
    with cluster(durable=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Make an empty database for one test; yield SQLAlchemy's address of it."""
    name = f"mz_{uuid.uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Migrate one PostgreSQL database; return its name, to make copies of."""
    name = f"mz_template_{uuid.uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    command.upgrade(migration_config(postgres_server.url(name)), "head")
    return name


@pytest.fixture
def postgres_database(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Make a migrated database for one test; yield SQLAlchemy's address of it."""
    name = f"mz_{uuid.uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, headless, for one file of tests.

    Not for longer: the driver's event loop runs in this thread as long as it lives, and a test
    of another file that has a loop of its own could not run it.
    """
    path = find_chromium()
    if path is None:
        pytest.fail("Chromium is not installed; ./mz test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    """Make a browser profile of its own for one test: no cookies, Chinese, 1440x900."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """Open one page in a profile of its own."""
    return browser_context.new_page()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Return the folder where tests leave screenshots for a person: test-output/."""
    folder = Path(__file__).resolve().parent.parent / "test-output"
    folder.mkdir(exist_ok=True)
    return folder
