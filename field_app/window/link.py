"""The window's road to the capture service: never on the UI's thread.

One thread keeps the service alive and subscribed, one makes the calls in order. Everything that
comes back is handed to `post`, which the window maps to Kivy's Clock.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import msgspec

from field_app.local_api.status import Status
from schemas import crash
from schemas.problems import Kind, MzError

Post = Callable[[Callable[[], None]], None]
Done = Callable[[Any], None]
Failed = Callable[[MzError], None]

_RETRY_SECONDS = 0.5
_WATCH_SECONDS = 2.0
_START_PATIENCE_SECONDS = 10.0


class Client(Protocol):
    """What the window asks of `field_app.client.ServiceClient`."""

    def connect(self, timeout: float) -> Any: ...

    def call(self, verb: str, **args: Any) -> Any: ...

    def subscribe(self, callback: Callable[[Status], None]) -> Any: ...

    def close(self) -> None: ...


def has_work(status: Status) -> bool:
    """Tell whether the service records, watches over the officer or has anything left to send."""
    recording = status.recording is not None and not status.recording.ended
    watches = status.sos_since_ms is not None or status.guard_until_ms is not None
    return recording or watches or status.backlog_fragments > 0 or status.outbox_waiting > 0


class Started(Protocol):
    """A service process that was started (`subprocess.Popen`)."""

    def poll(self) -> int | None: ...


class ServiceLink:
    """Attaches to the service (starting it when absent), calls it, and tells what it says."""

    def __init__(
        self,
        make_client: Callable[[], Client],
        start_service: Callable[[], Started],
        post: Post,
        on_status: Callable[[Status], None],
        on_attached: Callable[[bool], None],
    ) -> None:
        self._make_client, self._start_service, self._post = make_client, start_service, post
        self._on_status, self._on_attached = on_status, on_attached
        self._calls: queue.Queue[tuple[str, dict[str, Any], Done, Failed] | None] = queue.Queue()
        self._caller = make_client()
        self._started: Started | None = None
        self._closing = threading.Event()
        self._attached = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, name="window-watch", daemon=True),
            threading.Thread(target=self._work, name="window-calls", daemon=True),
        ]

    def open(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()

    def close(self, timeout: float = 3.0) -> None:
        """Let go of the service, waiting for calls under way up to `timeout`.

        It goes on, unless this window started it and it has no work.
        """
        self._closing.set()
        self._calls.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout)
        if self._started is not None:
            self._stop_idle_service()

    def _stop_idle_service(self) -> None:
        try:
            if not has_work(msgspec.convert(self._caller.call("status"), Status)):
                self._caller.call("shutdown")
        except MzError:
            return  # it ended by itself, or goes on: both are safe

    def call(self, verb: str, done: Done, failed: Failed, **args: Any) -> None:
        """Ask the service; `done(result)` or `failed(error)` follows through `post`."""
        self._calls.put((verb, args, done, failed))

    def _work(self) -> None:
        while (job := self._calls.get()) is not None:
            verb, args, done, failed = job
            try:
                result = self._ask(verb, args)
            except MzError as error:
                self._post(partial(failed, error))
            else:
                self._post(partial(done, result))

    def _ask(self, verb: str, args: dict[str, Any]) -> Any:
        """Call the service; an unreachable one is an error, never a silent repeat."""
        if not self._attached.wait(_START_PATIENCE_SECONDS):
            raise MzError("service.unreachable", Kind.UNAVAILABLE)
        return self._caller.call(verb, **args)

    def _watch(self) -> None:
        while not self._closing.is_set():
            client = self._attach()
            if client is None:
                continue
            try:
                while not self._closing.wait(_WATCH_SECONDS):
                    self._tell(client.call("status"))
            except MzError:
                pass  # the service ended: say so below, then attach again
            finally:
                client.close()
            if not self._closing.is_set():
                self._tell_attached(False)

    def _attach(self) -> Client | None:
        """Return a client of the running service, or start it and return None for now."""
        watcher = self._make_client()
        try:
            watcher.connect(0)
            self._tell(watcher.call("status"))
            watcher.subscribe(self._tell)
        except (OSError, MzError):
            self._tell_attached(False)
            if self._started is None or self._started.poll() is not None:
                self._started = self._start_service()
                crash.point("window.after_service_started")
            self._closing.wait(_RETRY_SECONDS)
            return None
        self._tell_attached(True)
        return watcher

    def _tell(self, said: Any) -> None:
        status = msgspec.convert(said, Status)
        self._post(lambda: self._on_status(status))

    def _tell_attached(self, attached: bool) -> None:
        if attached:
            self._attached.set()
        else:
            self._attached.clear()
        self._post(lambda: self._on_attached(attached))
