"""The thin link of `./mz bench link`: nothing of it is left, however its process ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from door.bench.link import THIN
from door.bench.shaper import HOST, Shaper

ROOT = Path(__file__).resolve().parents[2]
_STAND = """
import time
from door.bench.link import THIN
from door.bench.shaper import Shaper
shaper = Shaper(THIN)
print(*shaper.prefix, flush=True)
time.sleep(600)
"""
_CALL = (
    "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 20).send(b'x')"
)


@pytest.fixture(autouse=True)
def allowed() -> None:
    """Where no link can be made the bench takes a proxy, and nothing can be left."""
    try:
        Shaper(THIN).close()
    except OSError as error:
        pytest.skip(f"no link can be made here: {error}")


def _standing() -> set[str]:
    """Return what stands of links: named namespaces, and network devices on this side."""
    names = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True)
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True)
    return set(re.findall(r"\bmz[a-z-]*\d+", names.stdout + links.stdout))


@contextmanager
def _other_process() -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A process with a link, and the words before the command line of who lives on its far side."""
    command = [sys.executable, "-c", _STAND]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()
        finally:
            process.kill()


def _call(prefix: list[str]) -> None:
    """Let somebody on the far side reach this one."""
    with socket.create_server((HOST, 0)) as here:
        here.settimeout(20)
        port = str(here.getsockname()[1])
        with subprocess.Popen([*prefix, sys.executable, "-c", _CALL, HOST, port]) as far:
            one, peer = here.accept()
            with one:
                assert one.recv(1) == b"x"
            assert peer[0] != HOST, "it came over the link, not from this side"
            assert far.wait(20) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_of_a_link_is_left_however_its_process_ends(number: signal.Signals) -> None:
    before = _standing()
    with _other_process() as (process, prefix):
        assert _standing() > before
        _call(prefix)
        process.send_signal(number)
        process.wait(20)
    until = time.monotonic() + 10
    while _standing() != before and time.monotonic() < until:
        time.sleep(0.1)
    assert _standing() == before


def test_a_link_that_ends_well_is_gone_and_can_be_made_again() -> None:
    before = _standing()
    for _ in range(2):
        with Shaper(THIN) as link:
            _call(link.prefix)
        assert _standing() == before
