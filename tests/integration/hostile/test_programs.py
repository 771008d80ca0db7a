"""Programs that are stopped, started where they cannot be, or told what they do not know."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_center.platform.settings import load as centre_settings
from door import commands
from door.places import CHECKOUT
from door.refusal import Refusal
from door.site import Site, free, free_triple, load_site, write_settings
from door.supervisor import answers
from media_relay.settings import load_settings as relay_settings
from schemas.problems import MzError
from tests.integration.crash.house import SOURCES
from tests.integration.hostile.processes import alive, descendants
from tests.patience import eventually


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre's settings on free ports; nothing is made yet."""
    base = free_triple(random.randrange(30_000, 32_000, 10))
    settings = write_settings(tmp_path / "data", base, SOURCES)
    return load_site(settings, tmp_path / "data")


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launcher]:
    """Starts modules of the door in sessions of their own; at the end all of them are gone."""
    launcher = Launcher(tmp_path / "out.log")
    yield launcher
    launcher.clear()


class Launcher:
    """Runs `python -m MODULE …` as a terminal would, as the leader of a process group."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._started: list[subprocess.Popen[bytes]] = []

    def __call__(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, *words], stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, env=CHECKOUT.environment(), start_new_session=True,
            )  # fmt: skip
        self._started.append(process)
        return process

    def words(self) -> str:
        """Return what was printed."""
        return self.log.read_text("utf-8", errors="replace")

    def clear(self) -> None:
        """Kill what a failed test left."""
        for process in self._started:
            left = descendants(process.pid)
            if process.poll() is None:
                process.kill()
            process.wait()
            for each in alive(left):
                os.kill(each.pid, signal.SIGKILL)


def wait_up(site: Site, process: subprocess.Popen[bytes], launched: Launcher) -> None:
    """Wait until web, relay and worker run."""

    def up() -> bool:
        assert process.poll() is None, launched.words()
        log = site.logs / "worker.log"
        ready = log.exists() and "worker.started" in log.read_text("utf-8")
        return ready and answers(f"{site.public_url}/healthz")

    eventually(up, "the centre's side is up")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_up_leaves_nothing_behind(site: Site, launched: Launcher, number: signal.Signals) -> None:
    process = launched("door.up", "--settings", str(site.settings), "--data", str(site.data))
    wait_up(site, process, launched)
    children = descendants(process.pid)
    assert len(alive(children)) >= 3
    began = time.monotonic()
    if number is signal.SIGINT:
        os.killpg(process.pid, number)  # as Ctrl-C on a terminal does
    else:
        process.send_signal(number)
    assert process.wait(20) == (-signal.SIGKILL if number is signal.SIGKILL else 0)
    eventually(lambda: not alive(children), "every program is gone")
    assert time.monotonic() - began < 15
    assert all(free(host, port) for _, host, port in site.ports())
    for name in ("relay", "web", "worker"):
        assert "Traceback" not in (site.logs / f"{name}.log").read_text("utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_leaves_nothing_behind(
    tmp_path: Path, launched: Launcher, number: signal.Signals
) -> None:
    data = tmp_path / "demo"
    process = launched("door.demo", "--once", "--seconds", "60", "--data", str(data))

    def recording() -> bool:
        assert process.poll() is None, launched.words()
        log = data / "logs" / "device.log"
        return log.exists() and "recording.opened" in log.read_text("utf-8")

    eventually(recording, "the device records")
    if number is signal.SIGINT:
        eventually(lambda: "实时画面" in launched.words(), "the wall was opened")
    site = load_site(data / "settings.toml", data)
    children = descendants(process.pid)
    assert any("ffmpeg" in each.command for each in children)
    os.killpg(process.pid, number)
    assert process.wait(30) == 1, launched.words()
    assert "interrupted" in launched.words()
    assert "Traceback" not in launched.words()
    eventually(lambda: not alive(children), f"gone: {alive(children)}")
    assert all(free(host, port) for _, host, port in site.ports())


def test_a_taken_port_is_named_and_nothing_is_started(site: Site, launched: Launcher) -> None:
    with socket.create_server((site.relay_host, site.http_port)):
        process = launched("door.up", "--settings", str(site.settings), "--data", str(site.data))
        assert process.wait(20) == 2
    assert "port.taken" in launched.words()
    assert str(site.http_port) in launched.words()
    assert not (site.data / "centre").exists()


@pytest.mark.parametrize(
    ("program", "line", "code"),
    [
        ("relay", "[relay]\npart_secondz = 3", "settings.unknown_key"),
        ("web", "[relay]\npart_secondz = 3", "settings.unknown_key"),
        ("worker", "[relay]\npart_secondz = 3", "settings.unknown_key"),
        ("relay", "[relay]\npart_bytes = 'many'", "settings.malformed"),
        ("web", "[limits]\nmin_free_bytes = 'many'\n[relay]", "settings.malformed"),
        ("relay", "[relay", "settings.malformed"),
    ],
)
def test_settings_that_are_not_understood_are_refused(
    site: Site, program: str, line: str, code: str
) -> None:
    text = site.settings.read_text("utf-8")
    site.settings.write_text(text.replace("[relay]", line), "utf-8")
    done = subprocess.run(
        commands.commands(site.settings)[program], capture_output=True, text=True, timeout=30,
        env=CHECKOUT.environment(), check=False,
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert code in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("value", ["99999", "-1", "many"])
def test_a_port_that_is_none_is_refused_by_all(
    site: Site, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MzError, match=r"settings\.malformed"):
        relay_settings(site.settings, {"MZ_RELAY_HTTP_PORT": value})
    with pytest.raises(MzError, match=r"settings\.malformed"):
        centre_settings(site.settings, {"MZ_CENTRE_PORT": value})
    monkeypatch.setenv("MZ_RELAY_STREAM_PORT", value)
    with pytest.raises(Refusal) as caught:
        load_site(site.settings)
    assert caught.value.code == "settings.malformed"


def test_a_database_of_another_make_is_refused(site: Site) -> None:
    with pytest.raises(MzError, match=r"settings\.malformed"):
        centre_settings(site.settings, {"MZ_CENTRE_DATABASE": "mysql://x"})


def test_a_program_without_its_keys_says_so(site: Site) -> None:
    for program, command in commands.commands(site.settings).items():
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=30,
            env=CHECKOUT.environment(), check=False,
        )  # fmt: skip
        assert done.returncode in (1, 2), program
        assert "keys." in done.stdout + done.stderr, (program, done.stderr)
        assert "Traceback" not in done.stderr, program
