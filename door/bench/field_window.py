"""The officer's window as a process that measures itself (`field_app.screens.measured`)."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from door.places import CHECKOUT
from door.refusal import FAILED, Refusal

_GRACE_S = 10.0


class Window:
    """Opened offscreen on a data folder whose service runs."""

    def __init__(self, data: Path, touches: int) -> None:
        self._begun = time.monotonic()
        self._process = subprocess.Popen(
            [
                str(CHECKOUT.python), "-m", "field_app.screens.measured", "--data", str(data),
                "--touches", str(touches),
            ],
            cwd=CHECKOUT.root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
            env={**CHECKOUT.environment(), "SDL_VIDEODRIVER": "offscreen"},
        )  # fmt: skip
        self.pid = self._process.pid

    def __enter__(self) -> Window:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()

    def first_frame_ms(self) -> float:
        """Return how long it took from the start of the process to its first frame."""
        return (float(self._said("first_frame_at")) - self._begun) * 1000

    def touches(self) -> list[float]:
        """Return how long each touch took until the screen showed it, ms."""
        return [float(each) for each in self._said("touch_ms")]

    def _said(self, key: str) -> Any:
        for line in self._process.stdout or ():
            said = json.loads(line)
            if key in said:
                return said[key]
        raise Refusal("bench.stuck", "窗口没有打开", f"the window never said {key}", status=FAILED)
