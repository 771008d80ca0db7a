"""The window as a process of its own: it starts the service, and stops it only when idle."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from field_app.client import ServiceClient
from field_app.local_api.socket import SOCKET_NAME
from schemas.problems import MzError

ROOT = Path(__file__).resolve().parents[3]
_START_SECONDS = 40


@pytest.fixture
def window(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "field_app.main", "--data", str(tmp_path / "field"), "--lang", "en"],
        cwd=ROOT,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
        stderr=subprocess.PIPE,
    )
    yield process
    process.kill()
    process.communicate()
    with contextlib.suppress(MzError):  # a window that failed its test leaves its service
        ServiceClient(tmp_path / "field").connect(0).call("shutdown")


def test_sigterm_closes_the_window_and_an_idle_service_it_started(
    tmp_path: Path, window: subprocess.Popen[bytes]
) -> None:
    client = ServiceClient(tmp_path / "field").connect(timeout=_START_SECONDS)
    assert not client.status().enrolled
    _until_attached(tmp_path / "field")
    window.send_signal(signal.SIGTERM)
    assert window.wait(20) == 0
    _until_gone(client)


def test_no_display_is_said_clearly(tmp_path: Path) -> None:
    displays = ("DISPLAY", "WAYLAND_DISPLAY")
    environment = {name: value for name, value in os.environ.items() if name not in displays}
    done = subprocess.run(
        [sys.executable, "-m", "field_app.main", "--data", str(tmp_path / "field")],
        cwd=ROOT,
        env={**environment, "SDL_VIDEODRIVER": "x11"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "window.no_display" in done.stderr
    assert not (tmp_path / "field").exists()


def test_a_service_that_was_there_before_stays(tmp_path: Path) -> None:
    data = tmp_path / "field"
    service = subprocess.Popen(
        [sys.executable, "-m", "field_app.service", "--data", str(data)], cwd=ROOT
    )
    try:
        client = ServiceClient(data).connect(timeout=_START_SECONDS)
        process = subprocess.Popen(
            [sys.executable, "-m", "field_app.main", "--data", str(data)],
            cwd=ROOT,
            env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
        )
        _until_attached(tmp_path / "field")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert client.status().device
        assert service.poll() is None
    finally:
        service.terminate()
        service.wait(20)


def _until_attached(folder: Path) -> None:
    """Wait until the window holds its calls and its subscription to the service."""
    end = time.monotonic() + _START_SECONDS
    while _connections(folder) < 3:  # the test's own, and the window's two
        assert time.monotonic() < end, "the window did not attach"
        time.sleep(0.1)


def _connections(folder: Path) -> int:
    """Count the accepted connections of a service's socket, as Linux lists them."""
    rows = [row.split() for row in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return sum(row[5] == "03" and row[-1] == str(folder / SOCKET_NAME) for row in rows)


def _until_gone(client: ServiceClient) -> None:
    end = time.monotonic() + 20
    while _answers(client):
        assert time.monotonic() < end, "the service goes on"
        time.sleep(0.1)


def _answers(client: ServiceClient) -> bool:
    try:
        client.status()
    except MzError:
        return False
    return True
