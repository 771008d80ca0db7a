"""A court, a real relay, a simulated centre, a wire that can be cut, and real field services."""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import requests

from field_app.client import ServiceClient, service_command, start_service
from field_app.local_api.status import Status
from schemas.field_api import RelayAddress
from schemas.problems import MzError
from tests.integration.field.court import Court
from tests.integration.field.pulse import Pulse
from tests.integration.field.simulated_centre import CODE, SimulatedCentre
from tests.integration.field.wire import Wire
from tests.patience import PATIENCE_S, eventually
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]


class Relay:
    """The shipped relay as a process, with short parts."""

    def __init__(self, folder: Path, court: Court, sources: str = '"generated", "file"') -> None:
        self.stream_port, self.http_port = free_port(), free_port()
        self._folder, self._relay = folder, court.relay
        court.write_relay_keys(folder / "relay" / "keys")
        self.settings = folder / "settings.toml"
        self.settings.write_text(
            f"""
[centre]
allow_sources = [{sources}]
[relay]
id = "{court.relay}"
host = "127.0.0.1"
stream_port = {self.stream_port}
http_port = {self.http_port}
data = "{folder / "relay"}"
part_seconds = 2
[limits]
min_free_bytes = 1
"""
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        with (self._folder / "relay.log").open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "media_relay.main", "--settings", str(self.settings)],
                cwd=ROOT, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        eventually(self._answers, "the relay answers")

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            pytest.fail(f"the relay ended:\n{(self._folder / 'relay.log').read_text()[-1500:]}")
        try:
            url = f"{self.address().http_url}/v1/health"
            return requests.get(url, timeout=PATIENCE_S).ok
        except requests.RequestException:
            return False

    def address(self) -> RelayAddress:
        """Return where devices find it."""
        return RelayAddress(
            self._relay, f"ws://127.0.0.1:{self.stream_port}", f"http://127.0.0.1:{self.http_port}"
        )

    def ensure(self) -> None:
        """Start it again if the test before left it dead."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


class Device:
    """A field service of this test."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._process: subprocess.Popen[bytes] | None = None
        self.client = ServiceClient(data)

    def start(
        self,
        camera: str = "generated",
        crash_at: str = "",
        extra_env: dict[str, str] | None = None,
        **more: object,
    ) -> None:
        """Start the service and connect to it."""
        extra = {"MZ_CRASH_AT": crash_at, **(extra_env or {})}
        self._process = start_service(self.data, camera, extra_env=extra, **more)  # type: ignore[arg-type]
        self._connect()

    def start_as(self, module: str, **more: object) -> None:
        """Start a service of other terms, a module of the tests, and connect to it."""
        command = service_command(self.data, **more)  # type: ignore[arg-type]
        command[command.index("-m") + 1] = module
        self.data.mkdir(mode=0o700, exist_ok=True)
        with (self.data / "service.log").open("ab") as out:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        self._connect()

    def _connect(self) -> None:
        """Wait for the service as long as its process lives; `service.unreachable`."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.client = ServiceClient(self.data).connect()
                return
            except MzError:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise

    @property
    def pid(self) -> int:
        """Return the process of the service."""
        assert self._process is not None
        return self._process.pid

    def enrol(self, centre: SimulatedCentre) -> Status:
        """Enrol at a centre."""
        return self.client.ask(Status, "enrol", centre_url=centre.url, code=CODE, name="执法仪")

    def recorded(self) -> int:
        """Return how many fragments the running recording holds; 0 without one."""
        running = self.client.status().recording
        return running.recorded if running else 0

    def records(self, more: int = 2) -> None:
        """Wait until it has recorded so many fragments more; after two there is a picture."""
        least = self.recorded() + more
        eventually(lambda: self.recorded() >= least, f"{least} fragments")

    def wait_dead(self) -> int:
        """Wait until the process is gone; return its exit code."""
        assert self._process is not None
        return self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def children(self) -> list[int]:
        """Return the processes that the service runs: its ffmpeg."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        return [int(pid) for path in children for pid in path.read_text().split()]

    def kill_encoder(self) -> None:
        """kill -9 of the ffmpeg that records."""
        found = self.children()
        assert found, "no encoder is running"
        for pid in found:
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop as a user would, or kill what does not stop."""
        self.client.close()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def audit(self) -> dict[str, object]:
        """Run the shipped audit over the data folder."""
        done = subprocess.run(
            [sys.executable, "-m", "field_app.audit", "--data", str(self.data), "--json"],
            cwd=ROOT, capture_output=True, check=False, env={**os.environ},
        )  # fmt: skip
        found: dict[str, object] = json.loads(done.stdout)
        return found

    def log(self) -> str:
        """Return what the service wrote."""
        return (self.data / "service.log").read_text()


@pytest.fixture(scope="module")
def keys() -> Court:
    """A court whose keys the tests of a file share."""
    return Court()


@pytest.fixture
def court(keys: Court) -> Court:
    """The court with its wishes as they were made: what a test sets, no other test sees."""
    return copy.copy(keys)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory, keys: Court) -> Iterator[Relay]:
    """The real relay, running; every test brings a device of its own."""
    made = Relay(tmp_path_factory.mktemp("relay"), keys)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def wire(relay: Relay) -> Iterator[Wire]:
    """A link to the relay's lanes that can be cut."""
    relay.ensure()
    made = Wire(relay.stream_port)
    yield made
    made.close()


@pytest.fixture
def centre(court: Court, relay: Relay, wire: Wire) -> Iterator[SimulatedCentre]:
    """A simulated centre that sends the device through the wire to the real relay."""
    address = RelayAddress(
        court.relay, f"ws://127.0.0.1:{wire.port}", f"http://127.0.0.1:{relay.http_port}"
    )
    made = SimulatedCentre(court, address)
    yield made
    made.close()


@pytest.fixture
def roads(relay: Relay, wire: Wire, centre: SimulatedCentre) -> Iterator[list[Wire]]:
    """Every road to the relay: that of the lanes, and that of the photos."""
    photos = Wire(relay.http_port)
    url = f"http://127.0.0.1:{photos.port}"
    centre.address = msgspec.structs.replace(centre.address, http_url=url)
    yield [wire, photos]
    photos.close()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    """A device that is not started yet."""
    made = Device(tmp_path / "field")
    yield made
    made.stop()


@pytest.fixture
def ready(device: Device, centre: SimulatedCentre) -> Device:
    """A device that is enrolled and on a good link; a file may want more of it."""
    device.start()
    device.enrol(centre)
    eventually(lambda: device.client.status().link == "good", "link")
    return device


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    """A sound server of this test's own, which every program that it starts uses."""
    folder = tmp_path / "sound"
    folder.mkdir()
    made = Pulse(folder)
    monkeypatch.setenv("PULSE_SERVER", made.server)
    yield made
    made.close()
