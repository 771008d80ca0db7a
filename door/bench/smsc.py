"""The SMSC of the benches: a process of its own that takes every message and says when."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from door.places import CHECKOUT
from door.refusal import FAILED, Refusal
from door.web import node_here

_START_S = 15.0


@dataclass
class Smsc:
    """What the gateway saw: how often each text came to each number, and when the last did.

    `password_file`: what the court's settings name; the gateway reads the same file.
    """

    password_file: Path
    port: int = 0
    first_ms: int = 0
    last_ms: int = 0
    _parts: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    _listening: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Smsc:
        self.password_file.parent.mkdir(parents=True, exist_ok=True)
        self.password_file.write_text("bench\n")
        self.password_file.chmod(0o600)
        self._process = subprocess.Popen(
            [node_here(CHECKOUT), str(Path(__file__).with_suffix(".mjs")), str(self.password_file)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()
        if not self._listening.wait(_START_S):
            self._process.kill()
            raise Refusal("bench.server_failed", "短信中心没有启动", "the SMSC did not come up",
                          status=FAILED)  # fmt: skip
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(_START_S)

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        for line in self._process.stdout:
            fact = json.loads(line)
            if "port" in fact:
                self.port = int(fact["port"])
                self._listening.set()
                continue
            self.first_ms = self.first_ms or int(fact["at_ms"])
            self.last_ms = int(fact["at_ms"])
            self._parts[fact["number"], int(fact["part"]), fact["text"]] += 1

    def settings(self) -> str:
        """Return the section that leads a court's text messages here."""
        return (
            '[sms]\nprovider = "smpp"\nhost = "127.0.0.1"\n'
            f'port = {self.port}\nsystem_id = "court"\n'
            f'password_file = "{self.password_file}"\nsource = "1069012368"\n'
        )

    def beginnings(self) -> dict[tuple[str, str], int]:
        """Return how often the first part of each message came: (number, its text) to times."""
        return {(number, text): n for (number, part, text), n in self._parts.items() if part == 1}

    @property
    def taken(self) -> int:
        """How many short messages came, parts and repeats counted."""
        return self._parts.total()

    def wait_taken(self, number: int, seconds: float) -> None:
        """Wait until so many short messages came; `bench.stuck` when they do not."""
        until = time.monotonic() + seconds
        while self.taken < number:
            if time.monotonic() > until:
                raise Refusal("bench.stuck", f"短信中心只收到{self.taken}条",
                              f"the SMSC got {self.taken} messages", status=FAILED)  # fmt: skip
            time.sleep(0.02)
