"""A socket at the relay that talks or listens, as tests use it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from schemas.media.talk import TalkFrame, decode_talk, encode_talk
from schemas.stream import Talk, encode_text
from tests.patience import PATIENCE_S


class Radio:
    """One socket that talks or listens; what it heard is kept in order.

    What was heard answers one `until` only: nobody waits for what is already over.
    """

    def __init__(self, socket: ClientConnection, decode: Callable[[str], object]) -> None:
        self.socket, self._decode = socket, decode
        self.heard: list[object] = []
        self._unasked: list[object] = []

    def say(self, message: object) -> None:
        self.socket.send(encode_text(message).decode())

    def speak(self, burst: str, packets: tuple[bytes, ...], *, first: int = 0) -> None:
        for number, packet in enumerate(packets, start=first):
            self.socket.send(encode_talk(TalkFrame(burst, number, packet)))

    def until(
        self, kind: type | tuple[type, ...], fits: Callable[[object], bool] = lambda _: True
    ) -> object:
        deadline = time.monotonic() + PATIENCE_S
        for at, one in enumerate(self._unasked):
            if isinstance(one, kind) and fits(one):
                return self._unasked.pop(at)
        while True:
            raw = self.socket.recv(timeout=max(0.01, deadline - time.monotonic()))
            one = decode_talk(raw) if isinstance(raw, bytes) else self._decode(raw)
            self.heard.append(one)
            if isinstance(one, kind) and fits(one):
                return one
            self._unasked.append(one)

    def closed_with(self, code: str) -> None:
        with pytest.raises(ConnectionClosed) as closed:
            self.until(Talk)
        # Who is still sending when the relay closes may see the reset before the reason.
        if closed.value.rcvd is not None:
            assert closed.value.rcvd.reason == code
        else:
            assert code == "talk.too_fast"
