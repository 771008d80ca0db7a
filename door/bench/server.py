"""A server program on the server's core: started, waited for, stopped."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from door.places import CHECKOUT
from door.refusal import FAILED, Refusal

_START_S, _STOP_S = 30.0, 20.0
_TAIL_LINES = 15


class Server:
    """A running process; leaving the block ends it."""

    def __init__(
        self, name: str, command: list[str], log: Path, ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Start it and wait until `ready`; `bench.server_failed` with its last lines."""
        self.name, self._log = name, log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**CHECKOUT.environment(), **(environment or {})},
            )  # fmt: skip
        until = time.monotonic() + _START_S
        while not ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise self.failure("did not come up")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def failure(self, what: str) -> Refusal:
        """Return the refusal of a bench whose server misbehaved."""
        lines = self._log.read_text("utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
        return Refusal(
            "bench.server_failed", f"{self.name} 运行失败：{what}", f"{self.name}: {what}",
            status=FAILED, tail="\n".join(lines),
        )  # fmt: skip

    def stop(self) -> None:
        """End it: SIGTERM, after a grace time SIGKILL."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
