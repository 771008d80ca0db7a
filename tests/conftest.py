"""Fixtures for real parts that a test cannot start by itself: PostgreSQL and Chromium."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
_PR_SET_PDEATHSIG = 1
_START_S = 30


@dataclass(frozen=True)
class PostgresServer:
    """A cluster of this test session on a Unix socket; nobody else reaches it."""

    socket_dir: Path

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://mz@/{database}?host={self.socket_dir}"

    def conninfo(self, database: str) -> str:
        """Return libpq's address of a database."""
        return f"host={self.socket_dir} user=mz dbname={database}"

    def execute(self, statement: str) -> None:
        """Run one statement as the owner, outside a transaction."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start an own PostgreSQL cluster; it dies with this process, however that ends."""
    binaries = _postgres_binaries()
    # A Unix socket's path holds 107 bytes, so the folder is not pytest's long one.
    folder = Path(tempfile.mkdtemp(prefix="mz-pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user:
        shutil.chown(folder, user)
        folder.chmod(0o755)
    data = folder / "data"
    server: subprocess.Popen[bytes] | None = None
    try:
        _run_initdb(binaries / "initdb", data, user)
        server = _start(binaries / "postgres", data, folder, user)
        cluster = PostgresServer(folder)
        _wait_until_answering(cluster, server, folder / "server.log")
        yield cluster
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # "fast": drop the connections, then stop
            server.wait(timeout=_START_S)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Make an empty database for one test; yield SQLAlchemy's address of it."""
    name = f"mz_{uuid.uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, headless, for one file of tests.

    Not for longer: the driver's event loop runs in this thread as long as it lives, and a test
    of another file that has a loop of its own could not run it.
    """
    path = shutil.which("chromium")
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


def _postgres_binaries() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4])
    )
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        pytest.fail("PostgreSQL is not installed; ./mz test installs it")
    return Path(elsewhere).parent


def _run_initdb(initdb: Path, data: Path, user: str | None) -> None:
    done = subprocess.run(
        [
            str(initdb), "-D", str(data), "-U", "mz", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        ],
        user=user, capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"initdb failed:\n{done.stdout}{done.stderr}")


def _start(
    postgres: Path, data: Path, socket_dir: Path, user: str | None
) -> subprocess.Popen[bytes]:
    with (socket_dir / "server.log").open("wb") as log:
        return subprocess.Popen(
            [
                str(postgres), "-D", str(data), "-c", f"unix_socket_directories={socket_dir}",
                "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200",
                "-c", "timezone=UTC",
            ],
            user=user, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
            start_new_session=True,  # a Ctrl-C is for pytest, which then stops the server
            preexec_fn=_die_with_parent,
        )  # fmt: skip


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _wait_until_answering(
    cluster: PostgresServer, server: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            cluster.execute("SELECT 1")
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")
            time.sleep(0.05)
        else:
            return
