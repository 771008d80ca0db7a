"""A relay process of the test's own, and sockets and requests to it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from schemas.feed import FeedItem, FeedPage
from schemas.ids import new_id
from schemas.sign import Ed25519Signer, Envelope
from schemas.stream import (
    Archived,
    ArchivedStatement,
    Ask,
    Fault,
    Holdings,
    Lane,
    Open,
    Publish,
    Received,
    ToDevice,
    ToViewer,
    Watch,
    Welcome,
    decode_to_device,
    decode_to_viewer,
    encode_text,
)
from schemas.ticket import Act
from tests.integration.relay.footage import Recorder
from tests.integration.relay.keys import Court
from tests.patience import PATIENCE_S, eventually
from tests.ports import free_port

ROOT = Path(__file__).parents[3]


class RunningRelay:
    """A relay in a folder; started, killed and started again."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder, self.data = folder, folder / "relay"
        self.court = Court()
        self.court.write(self.data / "keys")
        self.stream_port, self.http_port = free_port(), free_port()
        self.settings_file = folder / "settings.toml"
        self._settings = {"part_seconds": 1.0, **settings}
        self._write_settings()
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "relay.log"

    def _write_settings(self) -> None:
        centre = {"allow_sources": ["camera", "bridge"]}
        limits = {"min_free_bytes": self._settings.pop("min_free_bytes", 1)}
        relay = {
            "id": "relay-1", "data": str(self.data), "stream_port": self.stream_port,
            "http_port": self.http_port, "allow_origin": "http://desk.test", **self._settings,
        }  # fmt: skip
        tables = {"relay": relay, "centre": centre, "limits": limits}
        text = "".join(
            f"[{name}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in table.items())
            for name, table in tables.items()
        )
        self.settings_file.write_text(text)

    def command(self, module: str = "media_relay.main") -> list[str]:
        """Return the command line."""
        return [sys.executable, "-m", module, "--settings", str(self.settings_file)]

    def start(self, crash_at: str = "") -> None:
        """Start and wait until it is healthy, or dead by its crash point."""
        environment = {**os.environ, "MZ_CRASH_AT": crash_at}
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command(), cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        eventually(self._answers, self.log.read_text)

    def _answers(self) -> bool:
        """Whether it is healthy; an assertion with its last words if it is dead."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/v1/health", timeout=PATIENCE_S).ok
        return False

    def kill(self) -> None:
        """Kill with SIGKILL."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def wait_dead(self) -> int:
        """Wait for the end; return the status."""
        assert self.process is not None
        return self.process.wait(PATIENCE_S)

    def stop(self) -> int:
        """Stop as Ctrl-C does; return the status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    # HTTP

    def request(self, method: str, path: str, token: str, **more: object) -> requests.Response:
        """Send a request with a ticket."""
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        url = self.url + path
        return requests.request(method, url, headers=headers, timeout=PATIENCE_S, **more)

    def play(self, recording: str, path: str) -> requests.Response:
        """Get something of a recording."""
        token = self.court.ticket(Act.PLAY, recordings=[recording])
        return self.request("GET", f"/v1/recordings/{recording}/{path}", token)

    def feed(self, epoch: str = "", after: int = 0) -> list[FeedItem]:
        """Return the feed."""
        return self.feed_page(epoch, after).items

    def feed_page(self, epoch: str = "", after: int = 0, wait_ms: int = 0) -> FeedPage:
        token = self.court.ticket(Act.FEED)
        path = f"/v1/feed?epoch={epoch}&after={after}&limit=500&wait_ms={wait_ms}"
        answer = self.request("GET", path, token)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=FeedPage)

    def order(self, envelope: Envelope) -> requests.Response:
        token = self.court.ticket(Act.FEED)
        return self.request("POST", "/v1/orders", token, data=msgspec.json.encode(envelope))

    def audit(self) -> dict[str, object]:
        """Run the audit program; return its answer."""
        done = subprocess.run(
            [*self.command("media_relay.audit"), "--json"],
            cwd=ROOT, capture_output=True, timeout=PATIENCE_S,
        )  # fmt: skip
        answer = json.loads(done.stdout)
        assert (done.returncode == 0) == answer["ok"], done.stderr
        return answer

    # sockets

    def device(self) -> TestDevice:
        """Return a new device of this court."""
        return TestDevice(self)

    def socket(self) -> ClientConnection:
        """Return a bare socket."""
        url = f"ws://127.0.0.1:{self.stream_port}/v1/stream"
        patience = {"open_timeout": PATIENCE_S, "close_timeout": 1}
        return connect(url, max_size=None, compression=None, **patience)

    @contextlib.contextmanager
    def watch(
        self, device: str, *, seconds: float = 300, named: list[str] | None = None
    ) -> Iterator[ClientConnection]:
        """Open a viewer's socket."""
        token = self.court.ticket(Act.WATCH, seconds=seconds, devices=named or [device])
        with self.socket() as viewer:
            viewer.send(encode_text(Watch(token, device)).decode())
            yield viewer


class TestDevice:
    """A device: its key, and lanes that collect what the relay says."""

    __test__ = False

    def __init__(self, relay: RunningRelay) -> None:
        self.relay, self.id, self.signer = relay, new_id(), Ed25519Signer.generate()

    def recorder(self, **more: object) -> Recorder:
        return Recorder(self.id, self.signer, self.relay.court.ingest_public, **more)

    def ticket(self, seconds: float = 300) -> str:
        return self.relay.court.publish_ticket(self.id, self.signer.public, seconds=seconds)

    @contextlib.contextmanager
    def lane(self, lane: Lane = Lane.ARCHIVE, ticket: str | None = None) -> Iterator[TestLane]:
        """Open a lane."""
        with self.relay.socket() as connection:
            opened = TestLane(connection)
            opened.say(Publish(ticket or self.ticket(), lane))
            opened.until(lambda message: isinstance(message, Welcome))
            yield opened


class TestLane:
    """One lane; every message of the relay is kept in `heard`."""

    __test__ = False

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[ToDevice] = []

    def say(self, message: Publish | Open | Ask) -> None:
        self.connection.send(encode_text(message).decode())

    def send(self, *frames: bytes) -> None:
        for frame in frames:
            self.connection.send(frame)

    def begin(self, recorder: Recorder) -> None:
        self.say(Open(recorder.opening))
        self.send(recorder.init_frame)

    def publish(self, recorder: Recorder, *, final: bool = True) -> None:
        """Send a whole recording."""
        self.begin(recorder)
        for number, frame in enumerate(recorder.frames):
            self.send(frame)
            if number % 5 == 4:
                self.send(recorder.head(number))
        if final:
            self.send(recorder.head(len(recorder.frames) - 1, final=True))

    def until(self, found: Callable[[ToDevice], bool], timeout: float = PATIENCE_S) -> ToDevice:
        """Read until a message fits; it is returned."""
        deadline = time.monotonic() + timeout
        for message in self.heard:
            if found(message):
                return message
        while True:
            raw = self.connection.recv(timeout=max(0.01, deadline - time.monotonic()))
            message = decode_to_device(raw)
            self.heard.append(message)
            if found(message):
                return message

    def listen(self, seconds: float) -> None:
        """Read for a while, or until the socket closes."""
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            self.until(lambda _: False, seconds)

    def fault(self, code: str) -> Fault:
        """Wait for a fault of this code."""
        found = self.until(lambda m: isinstance(m, Fault) and m.problem.code == code)
        assert isinstance(found, Fault)
        return found

    def received(self) -> set[tuple[str, int]]:
        """Return recording and number of what was acknowledged as durable."""
        return {
            (m.recording, number)
            for m in self.heard
            if isinstance(m, Received)
            for low, high in m.ranges
            for number in range(low, high + 1)
        }

    def statements(self) -> list[ArchivedStatement]:
        return [
            msgspec.json.decode(m.statement.payload, type=ArchivedStatement)
            for m in self.heard
            if isinstance(m, Archived)
        ]

    def archived(self) -> set[tuple[str, int]]:
        return {
            (statement.recording, number)
            for statement in self.statements()
            for held in statement.fragments
            for low, high in held.ranges
            for number in range(low, high + 1)
        }

    def wait_received(self, recorder: Recorder, numbers: set[int]) -> None:
        wanted = {(recorder.id, number) for number in numbers}
        self.until(lambda _: wanted <= self.received())

    def wait_archived(self, recorder: Recorder) -> None:
        wanted = {(recorder.id, number) for number in range(len(recorder.frames))}
        self.until(lambda _: wanted <= self.archived())

    def holdings(self, recording: str) -> Holdings:
        self.say(Ask(recording))
        found = self.until(lambda m: isinstance(m, Holdings) and m.recording == recording)
        assert isinstance(found, Holdings)
        return found


def next_message(viewer: ClientConnection) -> bytes | ToViewer:
    """Return the viewer's next message, decoded, or bytes."""
    raw = viewer.recv(timeout=PATIENCE_S)
    return raw if isinstance(raw, bytes) else decode_to_viewer(raw)
