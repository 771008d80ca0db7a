"""What hostile tests share: raw bytes to a port, and logs that must stay clean meanwhile."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.crash.house import House


def raw_answer(port: int, request: bytes, *more: bytes, seconds: float = 2) -> bytes:
    """Send bytes to a port; return what comes until the other side closes or is still."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), seconds) as link:
        link.settimeout(seconds)
        link.sendall(request)
        try:
            for each in more:
                got += link.recv(65536)
                link.sendall(each)
            while chunk := link.recv(65536):
                got += chunk
        except ConnectionResetError:
            pass
        except TimeoutError:
            assert got, "no answer"
    return got


@pytest.fixture
def clean_logs(house: House) -> Iterator[None]:
    """Hostile input leaves one structured line at most: no stack, no secret in any log."""
    logs = [house.programs[name].log for name in ("relay", "web", "worker")]
    before = {log: log.stat().st_size for log in logs}
    yield
    for log in logs:
        written = log.read_bytes()[before[log] :].decode("utf-8", errors="replace")
        assert "Traceback" not in written, written[-3000:]
        assert "Bearer" not in written, written[-3000:]
        assert not _defects(written), _defects(written)


def _defects(written: str) -> list[str]:
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    return [str(line) for line in lines if str(line.get("event", "")).endswith(".defect")]


@pytest.fixture
def web_port(house: House) -> int:
    """The port of the centre."""
    return house.site.port


@pytest.fixture
def relay_port(house: House) -> int:
    """The HTTP port of the relay."""
    return house.site.http_port


@pytest.fixture(scope="module")
def recording(built_house: House) -> str:
    """A recording of a second or two, archived."""
    built_house.mend()
    made = built_house.record(8)
    built_house.settle()
    return made


def files_below(folder: Path) -> dict[str, int]:
    """Return every file below a folder with its size."""
    return {str(path): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
