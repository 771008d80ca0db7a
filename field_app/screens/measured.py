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


def run(data: Path, touches: int) -> None:
    """Open the window, touch it, stay."""
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.core.window import Window
    from kivy.input.provider import MotionEventProvider

    from field_app.client import ServiceClient, start_service
    from field_app.screens.app import FieldWindow

    moments: SimpleQueue[tuple[float, Callable[[], None]]] = SimpleQueue()
    pending: list[float] = []
    shown_ms: list[float] = []

    class Fingers(MotionEventProvider):
        """Hands on touches where the loop asks real devices for theirs."""

        def update(self, dispatch_fn: Any) -> None:
            try:
                at, touch = moments.get_nowait()
            except Empty:
                return
            before = window.window_root.ids.screens.current
            touch()
            if window.window_root.ids.screens.current != before:
                pending.append(at)

    window = FieldWindow(data, partial(ServiceClient, data), partial(start_service, data), "zh-CN")

    def flipped(*_: object) -> None:
        now = time.monotonic()
        if not shown_ms and not pending and window.state.status is not None and not begun.is_set():
            say(known_at=now)
            begun.set()
        shown_ms.extend((now - at) * 1000 for at in pending)
        pending.clear()

    begun = threading.Event()

    def first(*_: object) -> None:
        say(first_frame_at=time.monotonic())
        Window.unbind(on_flip=first)
        Window.bind(on_flip=flipped)

    def touch_tabs() -> None:
        if not begun.wait(_PATIENCE_S):
            say(failed="no status of the service")
            return
        from kivy.tests.common import UnitTestTouch  # it brings pytest along

        time.sleep(_WARM_S)
        luck = random.Random(1)  # noqa: S311 - moments, repeatable
        for number in range(touches):
            keys = {key.value: key for key in window.window_root.ids.tabs.children}
            key = keys[_PLACES[number % len(_PLACES)]]
            finger = UnitTestTouch(*key.to_window(*key.center))
            for act in (finger.touch_down, finger.touch_up):
                time.sleep(luck.uniform(*_PAUSE_S))
                moments.put((time.monotonic(), act))
        time.sleep(1.0)
        say(touch_ms=shown_ms, screens=window.window_root.ids.screens.current)

    Window.bind(on_flip=first)
    Clock.schedule_once(lambda _dt: EventLoop.add_input_provider(Fingers("fingers", "")), 0)
    threading.Thread(target=touch_tabs, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: window.ask_to_stop())
    window.run()


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
