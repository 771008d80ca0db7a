"""The centre's programs as processes of their own, spoken to over HTTP and Socket.IO only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import msgspec
import requests
import socketio

from schemas.field_api import ContactReply
from schemas.sign import Envelope
from tests.integration.centre.court import Court, TestDevice

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Centre:
    """Starts and stops `command_center.app` (and `.worker` where asked) for one court."""

    def __init__(self, court: Court) -> None:
        self.court = court
        self.url = court.database.settings.centre.public_url
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Centre:
        self.start_web()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process that this one started."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.court.database.close()

    def start(self, module: str, **environ: str) -> subprocess.Popen[bytes]:
        log = (self.court.settings_file.parent / f"{module}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--settings", str(self.court.settings_file)],
            cwd=ROOT, env={**os.environ, **environ}, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        self.processes.append(process)
        return process

    def start_web(self, **environ: str) -> subprocess.Popen[bytes]:
        process = self.start("command_center.app", **environ)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if requests.get(f"{self.url}/healthz", timeout=2).ok:
                    return process
            except requests.ConnectionError:
                assert process.poll() is None, "the web process ended"
                time.sleep(0.05)
        raise AssertionError("the web process did not answer")

    def start_worker(self, **environ: str) -> subprocess.Popen[bytes]:
        return self.start("command_center.worker", **environ)

    def post(self, path: str, message: object, token: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = message if isinstance(message, bytes) else msgspec.json.encode(message)
        return requests.post(f"{self.url}{path}", data=body, headers=headers, timeout=20)

    def device(self) -> tuple[TestDevice, ContactReply]:
        """Enrol a device and make contact, over the wire."""
        device = TestDevice()
        enrolled = self.post("/device/v1/enrol", device.enrolment(self.court.new_code()))
        assert enrolled.status_code == 200, enrolled.text
        return device, self.contact(device.hello())

    def contact(self, hello: Envelope) -> ContactReply:
        answer = self.post("/device/v1/contact", hello)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=ContactReply)

    def socket(self, namespace: str, **options: object) -> socketio.Client:
        client = socketio.Client(reconnection=False)
        client.connect(
            self.url, namespaces=[namespace], transports=["websocket"], wait_timeout=20, **options
        )
        return client
