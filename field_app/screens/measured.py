"""The real window, touched by a program: `python -m field_app.screens.measured --data DIR`.

It attaches to the running service of the folder, writes the monotonic time of its first frame,
is touched on its tabs at random moments, writes how long each touch took until the screen showed
it, and stays idle until it is told to end. One JSON line each on standard output; for benches.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from field_app.main import prepare_kivy

_PAUSE_S = (0.15, 0.45)
_PATIENCE_S, _WARM_S = 30.0, 4.0
_PLACES = ("outbox", "me", "today")


def say(**facts: Any) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


class Touched:
    """The window with a program's finger on it, and the times of what it showed."""

    def __init__(self, data: Path) -> None:
        from field_app.client import ServiceClient, start_service
        from field_app.screens.app import FieldWindow

        self.window = FieldWindow(
            data, partial(ServiceClient, data), partial(start_service, data), "zh-CN"
        )
        self._moments: SimpleQueue[tuple[float, Callable[[], None]]] = SimpleQueue()
        self._pending: list[float] = []
        self._shown_ms: list[float] = []
        self._begun = threading.Event()

    @property
    def _screen(self) -> str:
        name: str = self.window.window_root.ids.screens.current
        return name

    def watch(self) -> None:
        """Tell the first frame, the first with the service's status, and when a touch showed."""
        from kivy.core.window import Window

        def first(*_: object) -> None:
            say(first_frame_at=time.monotonic())
            Window.unbind(on_flip=first)
            Window.bind(on_flip=self._flipped)

        Window.bind(on_flip=first)

    def _flipped(self, *_: object) -> None:
        now = time.monotonic()
        if not self._begun.is_set() and self.window.state.status is not None:
            say(known_at=now)
            self._begun.set()
        self._shown_ms.extend((now - at) * 1000 for at in self._pending)
        self._pending.clear()

    def take_next(self) -> None:
        """Do the next touch, if it is time: the loop asks as it asks real devices for theirs."""
        try:
            at, touch = self._moments.get_nowait()
        except Empty:
            return
        before = self._screen
        touch()
        if self._screen != before:
            self._pending.append(at)

    def touch_tabs(self, touches: int) -> None:
        """Touch the tabs at random moments, then tell how long each took; for a thread."""
        if not self._begun.wait(_PATIENCE_S):
            say(failed="no status of the service")
            return
        from kivy.tests.common import UnitTestTouch  # it brings pytest along

        time.sleep(_WARM_S)
        luck = random.Random(1)  # noqa: S311 - moments, repeatable
        for number in range(touches):
            keys = {key.value: key for key in self.window.window_root.ids.tabs.children}
            key = keys[_PLACES[number % len(_PLACES)]]
            finger = UnitTestTouch(*key.to_window(*key.center))
            for act in (finger.touch_down, finger.touch_up):
                time.sleep(luck.uniform(*_PAUSE_S))
                self._moments.put((time.monotonic(), act))
        time.sleep(1.0)
        say(touch_ms=self._shown_ms, screens=self._screen)


def run(data: Path, touches: int) -> None:
    """Open the window, touch it, stay."""
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.input.provider import MotionEventProvider

    touched = Touched(data)

    class Fingers(MotionEventProvider):
        """Stands where the loop asks for touches."""

        def update(self, dispatch_fn: Any) -> None:
            touched.take_next()

    touched.watch()
    Clock.schedule_once(lambda _dt: EventLoop.add_input_provider(Fingers("fingers", "")), 0)
    threading.Thread(target=touched.touch_tabs, args=(touches,), daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: touched.window.ask_to_stop())
    touched.window.run()


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m field_app.screens.measured")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--touches", type=int, default=40)
    read = parser.parse_args()
    prepare_kivy(1.0)
    run(read.data.resolve(), read.touches)
    return 0


if __name__ == "__main__":
    sys.exit(main())
