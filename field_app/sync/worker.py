"""A thread that does its round when woken, and now and then by itself."""

from __future__ import annotations

import threading

import structlog

from field_app.sync.backoff import Backoff
from schemas.problems import MzError

log = structlog.get_logger()


class Worker(threading.Thread):
    """Calls `work`; after an error it waits with back-off, whatever wakes it meanwhile."""

    def __init__(self, name: str, every_s: float) -> None:
        super().__init__(name=name, daemon=True)
        self._every_s = every_s
        self._wake = threading.Event()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work until stopped."""
        backoff = Backoff(0.3, 10.0)
        while True:
            self._wake.clear()
            if self._stopping.is_set():
                return
            try:
                self.work()
            except MzError as error:
                log.info("worker.waits", worker=self.name, code=error.code)
                self._stopping.wait(backoff.seconds())
            else:
                backoff.reset()
                self._wake.wait(self._every_s)

    def work(self) -> None:
        """Do one round; a coded error means: try again later."""
        raise NotImplementedError

    def wake(self) -> None:
        """Do a round soon."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread after the round at hand."""
        self._stopping.set()
        self._wake.set()
