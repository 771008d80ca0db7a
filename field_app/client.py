"""The other side of the local socket: for the window, the demo and tests.

process = start_service(data, camera="generated")
client = ServiceClient(data).connect(timeout=10)
client.call("start", operation=None)
client.subscribe(lambda status: ...)
"""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from field_app import local_socket
from field_app.local_api.socket import (
    PREVIEW_NAME,
    REPLAY_NAME,
    SOCKET_NAME,
    Answer,
    ReplayArgs,
    Request,
)
from field_app.local_api.status import Status
from schemas.problems import Kind, MzError
from schemas.sign import decode

T = TypeVar("T")
LOG_NAME = "service.log"
_CALL_SECONDS = 30.0


class _Pushed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event: str
    data: Status


class ServiceClient:
    """Calls the capture service of a data folder; one connection, safe from several threads."""

    def __init__(self, data: Path | str) -> None:
        """data: the service's data folder."""
        self._data = Path(data)
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._link: socket.socket | None = None
        self._lines: Any = None
        self._subscriptions: list[socket.socket] = []

    def connect(self, timeout: float = 10.0) -> ServiceClient:
        """Connect, waiting up to `timeout` seconds for the service; `service.unreachable`."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                self._link = self._open()
                self._lines = self._link.makefile("rb")
                return self
            except OSError as error:
                if time.monotonic() > deadline:
                    raise MzError(
                        "service.unreachable", Kind.UNAVAILABLE, type(error).__name__
                    ) from error
            time.sleep(0.05)

    def _open(self) -> socket.socket:
        link = local_socket.connect(self._data / SOCKET_NAME)
        link.settimeout(_CALL_SECONDS)
        return link

    def call(self, verb: str, **args: Any) -> Any:
        """Do a verb and return its result as plain data.

        Raises the service's refusal, or `service.unreachable` when the connection is gone.
        """
        with self._lock:
            if self._link is None:
                self.connect(0)
            number = next(self._ids)
            request = Request(number, verb, msgspec.to_builtins(args))
            try:
                self._link.sendall(msgspec.json.encode(request) + b"\n")  # type: ignore[union-attr]
                line = self._lines.readline()
            except OSError as error:
                self._drop()
                raise MzError(
                    "service.unreachable", Kind.UNAVAILABLE, type(error).__name__
                ) from error
            if not line:
                self._drop()
                raise MzError("service.unreachable", Kind.UNAVAILABLE, "closed")
        answer = decode(line, Answer)
        if answer.problem is not None:
            problem = answer.problem
            raise MzError(problem.code, problem.kind, problem.detail)
        return answer.result

    def ask(self, model: type[T], verb: str, **args: Any) -> T:
        """Do a verb and return its result as `model` (`Status`, `OutboxItem`, `PhotoTaken`)."""
        return msgspec.convert(self.call(verb, **args), model)

    def status(self) -> Status:
        """Return the status."""
        return self.ask(Status, "status")

    def subscribe(
        self, callback: Callable[[Status], None], lost: Callable[[], None] | None = None
    ) -> None:
        """Call `callback` in a thread of its own with each status; `lost` when the service ends."""
        link = self._open()
        self._subscriptions.append(link)
        link.settimeout(None)
        link.sendall(msgspec.json.encode(Request(0, "subscribe")) + b"\n")
        thread = threading.Thread(target=_listen, args=(link, callback, lost), daemon=True)
        thread.start()

    def preview(self) -> socket.socket:
        """Return a connection that brings preview pictures (see `field_app.local_api`)."""
        return local_socket.connect(self._data / PREVIEW_NAME)

    def replay(self, asked: ReplayArgs) -> socket.socket:
        """Return a connection that brings kept footage, as `preview` brings pictures. Errors: those
        with which the service refuses."""
        link = local_socket.connect(self._data / REPLAY_NAME)
        try:
            link.settimeout(_CALL_SECONDS)
            link.sendall(msgspec.json.encode(asked) + b"\n")
            line = b""
            while not line.endswith(b"\n"):
                byte = link.recv(1)
                if not byte:
                    raise MzError("service.unreachable", Kind.UNAVAILABLE, "no answer")
                line += byte
            problem = decode(line, Answer).problem
            if problem is not None:
                raise MzError(problem.code, problem.kind, problem.detail)
        except (OSError, MzError) as error:
            link.close()
            if isinstance(error, MzError):
                raise
            raise MzError("service.unreachable", Kind.UNAVAILABLE, str(error)) from error
        return link

    def close(self) -> None:
        """Close every connection; the service goes on."""
        self._drop()
        for link in self._subscriptions:
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def _drop(self) -> None:
        if self._link is not None:
            self._lines.close()
            self._link.close()
        self._link = None


def _listen(
    link: socket.socket, callback: Callable[[Status], None], lost: Callable[[], None] | None
) -> None:
    try:
        with link, link.makefile("rb") as lines:
            first = decode(lines.readline(), Answer)
            callback(msgspec.convert(first.result, Status))
            for line in lines:
                callback(decode(line, _Pushed).data)
    except (OSError, MzError):
        return
    finally:
        if lost is not None:
            lost()


def service_command(
    data: Path | str,
    camera: str = "generated",
    place: str = "",
    *,
    resume: bool = False,
    min_free_bytes: int | None = None,
    overlay: bool = True,
    buffer_seconds: int | None = None,
    arm_on_scene: bool = False,
    sound: str = "",
    network: str = "",
    python: str = sys.executable,
) -> list[str]:
    """Return the one command line that starts a capture service."""
    command = [python, "-m", "field_app.service", "--data", str(data), "--camera", camera]
    if place:
        command += ["--place", place]
    if resume:
        command.append("--resume")
    if min_free_bytes is not None:
        command += ["--min-free-bytes", str(min_free_bytes)]
    if not overlay:
        command.append("--no-overlay")
    if buffer_seconds is not None:
        command += ["--buffer-seconds", str(buffer_seconds)]
    if arm_on_scene:
        command.append("--arm-on-scene")
    if sound:
        command += ["--sound", sound]
    if network:
        command += ["--network", network]
    return command


def start_service(
    data: Path | str,
    camera: str = "generated",
    place: str = "",
    *,
    extra_env: dict[str, str] | None = None,
    **more: Any,
) -> subprocess.Popen[bytes]:
    """Start a capture service as a process of its own; its log is `<data>/service.log`.

    more: what else `service_command` takes.
    """
    folder = Path(data)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = service_command(folder, camera, place, **more)
    root = Path(__file__).resolve().parent.parent
    with (folder / LOG_NAME).open("ab") as out:
        return subprocess.Popen(
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True, env={**os.environ, **(extra_env or {})},
        )  # fmt: skip
