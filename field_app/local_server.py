"""The service's side of the local sockets: one thread a connection, one JSON line a message."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import structlog

from field_app import local_socket
from field_app.capture.preview import Preview
from field_app.local_api.socket import (
    PREVIEW_NAME,
    REPLAY_NAME,
    SOCKET_NAME,
    Answer,
    ReplayArgs,
    Request,
)
from field_app.local_api.status import Status
from field_app.replay import Replay
from schemas.problems import Kind, MzError, Problem
from schemas.sign import decode

log = structlog.get_logger()
MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_REPLAY_BYTES = 4 * 1024
_REPLAY_WAIT_SECONDS = 3.0
_FASTEST_PUSH_SECONDS, _LOOK_SECONDS, _SLOWEST_PUSH_SECONDS = 0.1, 0.4, 1.0

_TOO_LARGE = Answer(
    0, False, problem=Problem("message.too_large", Kind.TOO_LARGE, f"> {MAX_LINE_BYTES} bytes")
)

Handler = Callable[[str, dict[str, Any]], Any]


class LocalServer:
    """Answers requests through `handle(verb, args)`, pushes the status, hands out previews."""

    def __init__(
        self,
        folder: Path,
        handle: Handler,
        status: Callable[[], Status],
        preview: Preview,
        replay: Replay,
    ) -> None:
        """Listen in `folder`; serve nothing before `start`."""
        self._handle, self._status, self._preview = handle, status, preview
        self._replay, self._replaying = replay, threading.Lock()
        self._stopping = threading.Event()
        self._verbs_done, self._done = 0, threading.Condition()
        self._doors = [
            (local_socket.listen(folder / SOCKET_NAME), self._serve_requests),
            (local_socket.listen(folder / PREVIEW_NAME), self._serve_preview),
            (local_socket.listen(folder / REPLAY_NAME), self._serve_replay),
        ]

    def start(self) -> None:
        """Serve from now on."""
        for door, serve in self._doors:
            threading.Thread(target=self._accept, args=(door, serve), daemon=True).start()

    def stop(self) -> None:
        """Close the doors."""
        self._stopping.set()
        with self._done:
            self._done.notify_all()
        for door, _ in self._doors:
            door.close()

    def _accept(self, door: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        while not self._stopping.is_set():
            try:
                link, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=self._guard, args=(link, serve), daemon=True).start()

    def _guard(self, link: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        with link:
            try:
                serve(link)
            except OSError:
                return  # the other side is gone

    def _serve_preview(self, link: socket.socket) -> None:
        serial = 0
        with self._preview.watched():
            while not self._stopping.is_set() and not _is_gone(link):
                picture = self._preview.after(serial, 1.0)
                if picture is not None:
                    serial = picture.serial
                    link.sendall(picture.packed())

    def _serve_replay(self, link: socket.socket) -> None:
        """Play once to one who looks; whoever comes next waits until the former has gone."""
        with link.makefile("rb") as lines:
            line = lines.readline(MAX_REPLAY_BYTES)
        if not self._replaying.acquire(timeout=_REPLAY_WAIT_SECONDS):
            self._refuse(link, MzError("replay.busy", Kind.CONFLICT))
            return
        try:
            with closing(self._replay.pictures(decode(line, ReplayArgs))) as pictures:
                link.sendall(msgspec.json.encode(Answer(0, True)) + b"\n")
                for picture in pictures:
                    if self._stopping.is_set() or _is_gone(link):
                        return
                    link.sendall(picture.packed())
        except MzError as error:
            self._refuse(link, error)
        finally:
            self._replaying.release()

    def _refuse(self, link: socket.socket, error: MzError) -> None:
        answer = Answer(0, False, problem=error.problem())
        link.sendall(msgspec.json.encode(answer) + b"\n")

    def _serve_requests(self, link: socket.socket) -> None:
        writing = threading.Lock()
        with link.makefile("rb") as lines:
            while line := lines.readline(MAX_LINE_BYTES):
                whole = line.endswith(b"\n")
                while line and not line.endswith(b"\n"):
                    line = lines.readline(MAX_LINE_BYTES)  # let the rest of it pass by
                answer, subscribes = self._answer(line) if whole else (_TOO_LARGE, False)
                self._send(link, writing, answer)
                if subscribes:
                    push = threading.Thread(target=self._push, args=(link, writing), daemon=True)
                    push.start()

    def _answer(self, line: bytes) -> tuple[Answer, bool]:
        number = 0
        try:
            request = decode(line, Request)
            number = request.id
            if request.verb == "subscribe":
                return Answer(number, True, msgspec.to_builtins(self._status())), True
            return Answer(number, True, msgspec.to_builtins(self._do(request))), False
        except MzError as error:
            return Answer(number, False, problem=error.problem()), False
        except Exception as error:  # the recorder must outlive any fault in a verb
            log.exception("verb.failed")
            problem = Problem("service.fault", Kind.UNAVAILABLE, type(error).__name__)
            return Answer(number, False, problem=problem), False

    def _do(self, request: Request) -> Any:
        """Do a verb; who is pushed the status is shown what it changed, also by refusing."""
        try:
            return self._handle(request.verb, request.args)
        finally:
            if request.verb != "status":
                with self._done:
                    self._verbs_done += 1
                    self._done.notify_all()

    def _push(self, link: socket.socket, writing: threading.Lock) -> None:
        """Push the status when it changed: at once after a verb, but at most 10 a second; else it
        is looked for twice a second. At least once a second."""
        last, pushed_at = b"", 0.0
        while not self._stopping.is_set():
            done = self._verbs_done
            now = msgspec.json.encode({"event": "status", "data": self._status()})
            if now != last or time.monotonic() - pushed_at >= _SLOWEST_PUSH_SECONDS:
                try:
                    with writing:
                        link.sendall(now + b"\n")
                except OSError:
                    return
                last, pushed_at = now, time.monotonic()
            self._stopping.wait(_FASTEST_PUSH_SECONDS)
            self._wait_for_verb(done)

    def _wait_for_verb(self, done: int) -> None:
        """Return when one more than `done` verbs were done, or after a while, or to stop."""
        with self._done:
            self._done.wait_for(
                lambda: self._verbs_done != done or self._stopping.is_set(), _LOOK_SECONDS
            )

    def _send(self, link: socket.socket, writing: threading.Lock, answer: Answer) -> None:
        with writing:
            link.sendall(msgspec.json.encode(answer) + b"\n")


def _is_gone(link: socket.socket) -> bool:
    """Return whether the watcher has closed; he says nothing otherwise."""
    readable, _, _ = select.select([link], [], [], 0)
    return bool(readable) and not link.recv(64)
