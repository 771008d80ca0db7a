"""Peers of the centre as own processes, which say one JSON line for each thing that happened."""

from __future__ import annotations

import json
import subprocess
import threading
from typing import Any

from tests.patience import eventually


class Peer:
    """A process and what it says; its first line names the port on which it listens."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.facts: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.wait("listening")["port"])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.facts.append(json.loads(line))

    def of(self, event: str) -> list[dict[str, Any]]:
        return [fact for fact in list(self.facts) if fact["event"] == event]

    def wait(self, event: str, number: int = 1) -> dict[str, Any]:
        eventually(lambda: len(self.of(event)) >= number)
        return self.of(event)[number - 1]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
