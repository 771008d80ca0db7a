"""A viewer's bounded queue: a slow viewer jumps to the newest key-frame and slows nobody."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple, Protocol

from schemas.stream import Ended, Now, Private, Skipped, ToViewer

MAX_QUEUE_BYTES = 4 * 1024 * 1024
MAX_QUEUE_S = 3.0
ROOM_BYTES = 14
"""What the header of a WebSocket message needs at most."""
_AT_A_KEY_FRAME = -1
"""No fragment has this number, so only a key-frame is taken next."""


class Outlet(Protocol):
    """The socket of a viewer."""

    def blocked(self) -> bool:
        """Say whether the socket has more to send than it should hold."""

    def send_text(self, message: ToViewer) -> None:
        """Send a message."""

    def send_bytes(self, frame: bytes) -> None:
        """Send a frame."""

    def send_shared(self, message: bytearray) -> None:
        """Send what follows the first `ROOM_BYTES`, which are for the header. All viewers share
        it; what cannot be sent at once is copied."""


class Shot:
    """A fragment on its way to viewers."""

    __slots__ = ("_frame", "_message", "key_frame", "number", "recording", "size")

    def __init__(self, recording: str, number: int, key_frame: bool, frame: bytes) -> None:
        self.recording, self.number, self.key_frame = recording, number, key_frame
        self.size = len(frame)
        self._frame = frame
        self._message: bytearray | None = None

    def message(self) -> bytearray:
        """Return the frame as all viewers share it, made for the first of them."""
        if self._message is None:
            self._message = bytearray(ROOM_BYTES) + self._frame
            self._frame = b""
        return self._message


class _Queued(NamedTuple):
    """A fragment that waits; `skipped_from` if numbers before it were left out."""

    shot: Shot
    at: float
    skipped_from: int | None = None


class Viewer:
    """One person watching one device: what waits for the socket, and what was left out."""

    def __init__(self, outlet: Outlet, device: str, rendition: int) -> None:
        self.device, self.rendition = device, rendition
        self.rewinding = False
        self._outlet = outlet
        self._queue: deque[_Queued] = deque()
        self._queued_bytes = 0
        self._recording: str | None = None
        self._shown = 0
        self._next: int | None = None
        self._skipped_from: int | None = None

    @property
    def recording(self) -> str | None:
        """The recording that the viewer was told of last."""
        return self._recording

    def shows(self, recording: str, rendition: int) -> bool:
        """Say whether the viewer was told last of this rendition of this recording."""
        return self._recording == recording and self._shown == rendition

    def waits(self) -> bool:
        """Say whether the socket has enough to send, or something is queued."""
        return bool(self._queue) or self._outlet.blocked()

    def begin(self, now: Now, init: bytes, shots: list[Shot]) -> None:
        """Start a recording: its init frame and what there is since its newest key-frame."""
        self._queue.clear()
        self._queued_bytes = 0
        self._recording, self._shown = now.recording, now.info.rendition
        self._next, self._skipped_from = None, None
        self._outlet.send_text(now)
        self._outlet.send_bytes(init)
        for shot in shots:
            self.offer(shot)

    def end(self, final: bool) -> None:
        """Say that the recording ended, or that its device is gone for now."""
        if self._recording is not None:
            self.drain(all_of_it=True)
            self._outlet.send_text(Ended(self.device, self._recording, final))
            self._recording = None

    def withhold(self, told: Private) -> None:
        """Say that what follows is private; what still waits is left out with it."""
        if self._queue:
            self._leave_out_all(self._first_waiting())
        self._outlet.send_text(told)

    def offer(self, shot: Shot) -> None:
        """Take a fragment: sent at once, queued, or left out until the next key-frame."""
        if (
            shot.number == self._next
            and not self._queue
            and self._skipped_from is None
            and not self._outlet.blocked()
        ):  # as nearly always
            self._next += 1
            self._outlet.send_shared(shot.message())
            return
        if self._next is not None and shot.number < self._next:
            return
        if shot.number != self._next and not shot.key_frame:
            # A picture that refers to one that was never sent cannot be shown.
            if self._skipped_from is None and self._next is not None:
                self._skipped_from = self._next
            return
        if self._next is not None and shot.number != self._next and self._skipped_from is None:
            self._skipped_from = self._next
        self._next = shot.number + 1
        self._queue.append(_Queued(shot, time.monotonic(), self._skipped_from))
        self._skipped_from = None
        self._queued_bytes += shot.size
        self.drain()
        if self._over():
            self._jump()

    def drain(self, *, all_of_it: bool = False) -> None:
        """Send what waits, as long as the socket takes it."""
        while self._queue and (all_of_it or not self._outlet.blocked()):
            shot, _, skipped_from = self._queue.popleft()
            self._queued_bytes -= shot.size
            if skipped_from is not None:
                self._outlet.send_text(Skipped(shot.recording, skipped_from, shot.number - 1))
            self._outlet.send_shared(shot.message())

    def _over(self) -> bool:
        if not self._queue:
            return False
        waited = time.monotonic() - self._queue[0].at
        return self._queued_bytes > MAX_QUEUE_BYTES or waited > MAX_QUEUE_S

    def _jump(self) -> None:
        """Leave out all that waits before the newest key-frame, or everything without one."""
        first = self._first_waiting()
        newest = max(
            (at for at, queued in enumerate(self._queue) if at and queued.shot.key_frame),
            default=len(self._queue),
        )
        for _ in range(newest):
            self._queued_bytes -= self._queue.popleft().shot.size
        if self._queue and self._queued_bytes <= MAX_QUEUE_BYTES:
            self._queue[0] = self._queue[0]._replace(skipped_from=first)
            return
        self._leave_out_all(first)

    def _first_waiting(self) -> int:
        """Return the first number that was not sent."""
        oldest = self._queue[0]
        return oldest.shot.number if oldest.skipped_from is None else oldest.skipped_from

    def _leave_out_all(self, first: int) -> None:
        self._queue.clear()
        self._queued_bytes = 0
        self._skipped_from, self._next = first, _AT_A_KEY_FRAME
