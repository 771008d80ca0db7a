"""A viewer without a picture: how old is what comes, and in which rendition?"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from schemas.media.fragment import MAGIC, Rendition, decode_header
from schemas.stream import Watch, encode_text

_TICK_S = 0.1


class Ear:
    """Watches one device at the relay; `made` is the desk's answer with ticket and address."""

    def __init__(self, made: dict[str, Any], rendition: Rendition = Rendition.FULL) -> None:
        """Connect and ask for the full rendition, as a spotlight does, or for another."""
        self._socket: ClientConnection = connect(
            f"{made['stream_url']}/v1/stream", max_size=None, proxy=None
        )
        watch = Watch(made["ticket"], made["device"], rendition)
        self._socket.send(encode_text(watch).decode())
        self._newest = (0, 0)
        self._thread = threading.Thread(target=self._hear, name="ear", daemon=True)
        self._thread.start()

    def _hear(self) -> None:
        try:
            for frame in self._socket:
                if isinstance(frame, bytes) and frame[:4] == MAGIC:
                    header = decode_header(frame)
                    self._newest = header.wall_ms, int(header.rendition)
        except ConnectionClosed:
            return

    def listen(self, seconds: float) -> tuple[list[float], Counter[int]]:
        """Return the age of the newest fragment (its first moment), ms, ten times a second, and
        how often which rendition was the newest."""
        ages, renditions = [], Counter[int]()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            wall_ms, rendition = self._newest
            ages.append(time.time() * 1000 - wall_ms)
            renditions[rendition] += 1
            time.sleep(_TICK_S)
        return ages, renditions

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._thread.join()
