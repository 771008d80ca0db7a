"""The bounded queue of a viewer: nothing undecodable is sent, a slow one jumps and is told so."""

from __future__ import annotations

import pytest

from media_relay import viewer as room
from media_relay.viewer import ROOM_BYTES, Shot, Viewer
from schemas.media.opening import RenditionInfo
from schemas.stream import Ended, Now, Skipped, ToViewer

NOW = Now("device", "recording", 0, RenditionInfo(1, "avc1.42C015", "", 1000))


class Socket:
    """A viewer's socket that can be stuck."""

    def __init__(self) -> None:
        self.stuck = False
        self.sent: list[bytes | ToViewer] = []

    def blocked(self) -> bool:
        return self.stuck

    def send_text(self, message: ToViewer) -> None:
        self.sent.append(message)

    def send_bytes(self, frame: bytes) -> None:
        self.sent.append(frame)

    def send_shared(self, message: bytearray) -> None:
        self.sent.append(bytes(message[ROOM_BYTES:]))


def frame(number: int, size: int = 10) -> bytes:
    return b"%06d" % number + bytes(size - 6)


def shot(number: int, size: int = 10) -> Shot:
    """Return a fragment; each fifth begins with a key-frame."""
    return Shot("recording", number, number % 5 == 0, frame(number, size))


def numbers(sent: list[bytes | ToViewer]) -> list[int | str]:
    return [int(one[:6]) if isinstance(one, bytes) else type(one).__name__ for one in sent]


def begun(number: int = 0) -> tuple[Viewer, Socket]:
    socket = Socket()
    viewer = Viewer(socket, "device", 1)
    viewer.begin(NOW, b"000000init", [shot(number)])
    socket.sent.clear()
    return viewer, socket


def test_a_quick_viewer_gets_every_fragment() -> None:
    viewer, socket = begun()
    for number in range(1, 12):
        viewer.offer(shot(number))
    assert numbers(socket.sent) == list(range(1, 12))


def test_old_numbers_are_not_sent_again() -> None:
    viewer, socket = begun()
    viewer.offer(shot(1))
    viewer.offer(shot(0))
    viewer.offer(shot(1))
    assert numbers(socket.sent) == [1]


def test_after_a_hole_the_next_is_a_key_frame_and_the_viewer_is_told() -> None:
    viewer, socket = begun()
    for number in (1, 3, 4, 5, 6):
        viewer.offer(shot(number))
    assert socket.sent == [frame(1), Skipped("recording", 2, 4), frame(5), frame(6)]


def test_a_slow_viewer_jumps_to_the_newest_key_frame() -> None:
    viewer, socket = begun()
    socket.stuck = True
    size = room.MAX_QUEUE_BYTES // 8
    for number in range(1, 13):
        viewer.offer(shot(number, size))
    socket.stuck = False
    viewer.drain()
    first = socket.sent[0]
    assert isinstance(first, Skipped)
    assert first.first == 1
    sent = numbers(socket.sent[1:])
    assert sent == list(range(first.last + 1, 13))
    assert (first.last + 1) % 5 == 0


@pytest.mark.parametrize("size", [room.MAX_QUEUE_BYTES // 20, room.MAX_QUEUE_BYTES])
def test_a_stuck_viewer_never_holds_more_than_its_bound(size: int) -> None:
    viewer, socket = begun()
    socket.stuck = True
    for number in range(1, 60):
        viewer.offer(shot(number, size))
        assert viewer._queued_bytes <= room.MAX_QUEUE_BYTES
    socket.stuck = False
    viewer.drain()
    for number in range(60, 72):
        viewer.offer(shot(number, 10))
    sent = numbers(socket.sent)
    assert "Skipped" in sent
    assert sent[-1] == 71
    told = [m for m in socket.sent if isinstance(m, Skipped)]
    left_out = {n for m in told for n in range(m.first, m.last + 1)}
    assert left_out | {n for n in sent if isinstance(n, int)} == set(range(1, 72))


def test_a_viewer_that_waited_too_long_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("media_relay.viewer.time.monotonic", lambda: clock[0])
    viewer, socket = begun()
    socket.stuck = True
    for number in range(1, 22):
        clock[0] += 0.2
        viewer.offer(shot(number))
    socket.stuck = False
    viewer.drain()
    assert socket.sent[0] == Skipped("recording", 1, 14)
    assert numbers(socket.sent[1:]) == list(range(15, 22))


def test_the_end_comes_after_everything() -> None:
    viewer, socket = begun()
    socket.stuck = True
    viewer.offer(shot(1))
    viewer.end(final=True)
    assert socket.sent == [frame(1), Ended("device", "recording", final=True)]
    assert viewer.recording is None
