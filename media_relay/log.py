"""The log: what a record's acknowledgement `received` stands on.

`Log` is the narrow door, so that another engine can stand behind it: append → durable position,
read from a position, release and trim after read-back. `tests/unit/media_relay/test_log_door.py`
is what any engine must pass. `SharedLog` is the engine of one machine: one committer thread writes
for all recordings and syncs once for all that wait, begun at most 50 ms after the oldest of them,
or as soon as enough waits.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Protocol

import structlog

from media_relay.durable import make_folder, write_once
from media_relay.segment import (
    Logged,
    Record,
    SegmentReader,
    SegmentWriter,
    place,
    segment_path,
    segments,
)
from schemas import crash
from schemas.problems import Kind, MzError

COMMIT_WINDOW_S = 0.04
"""How long the committer gathers; with the wake-up of a thread it stays under 50 ms."""
COMMIT_BYTES = 4 * 1024 * 1024
"""So much is worth a sync of its own: devices that send ahead go on while it is written."""

Appended = Callable[[int], None]
Failed = Callable[[MzError], None]
Post = Callable[[Callable[[], None]], object]

_log = structlog.get_logger()


class Log(Protocol):
    """What holds every record until a part that was read back holds it.

    Positions are whole numbers of the engine's own; a later record has a higher one. Only `append`
    is bound to the thread that owns the callbacks, and these run there.
    """

    def replay(self) -> Iterator[Logged]:
        """Yield every durable record in order of its position. Call before `start`, once."""

    def start(self) -> None:
        """Take records from now on."""

    def append(self, kind: Record, data: bytes, appended: Appended, failed: Failed) -> None:
        """Queue a record: `appended(position)` follows when a power cut can no longer take it,
        or `failed` and it is in the log for nobody. In order of the calls."""

    def read(self, position: int) -> bytes:
        """Return the bytes of a record, exactly; `log.damaged`, `log.released`."""

    def read_all(self, positions: Iterable[int]) -> Iterator[bytes]:
        """Yield the bytes of records, in the order given; errors as `read`."""

    def release(self, positions: list[int]) -> None:
        """Say that these records were read back from a part (or stand in the index already)."""

    def kept(self) -> AbstractContextManager[None]:
        """Keep what is released while a reader is at work."""

    def trim(self) -> int:
        """Let go of the space of released records as far as the engine can; return how many
        pieces of it."""

    def stop(self) -> None:
        """Make durable what waits, answer it, and end."""


class _Waiting:
    __slots__ = ("appended", "data", "failed", "kind")

    def __init__(self, kind: Record, data: bytes, appended: Appended, failed: Failed) -> None:
        self.kind, self.data = kind, data
        self.appended, self.failed = appended, failed


class SharedLog:
    """Segments in one folder. `post` runs a function on the thread that owns the callbacks."""

    def __init__(self, folder: Path, aside: Path, segment_bytes: int, post: Post) -> None:
        self._folder, self._aside, self._segment_bytes = folder, aside, segment_bytes
        self._post = post
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._oldest = 0.0
        self._stopping = False
        self._broken: MzError | None = None
        self._live: dict[int, int] = {}
        self._held = 0
        self._guard = threading.Lock()
        self._newest = 0
        self._segment: SegmentWriter | None = None
        make_folder(folder)
        make_folder(aside)
        self._committer = threading.Thread(target=self._commit_for_ever, name="log", daemon=True)

    # recovery and reading

    def replay(self) -> Iterator[Logged]:
        """Yield every whole record; set what is torn aside. Call before `start`, once."""
        for number in segments(self._folder):
            self._live[number] = 0
            self._newest = number
            with SegmentReader(self._folder, number) as reader:
                for logged in reader:
                    self._live[number] += 1
                    yield logged
                torn = reader.torn()
            if torn:
                self._set_aside(number, reader.end, torn)

    def _set_aside(self, number: int, end: int, torn: bytes) -> None:
        """Cut what follows the last whole record; its bytes are kept: nothing is thrown away."""
        write_once(self._aside / f"torn-{number:010d}-{end}.bin", torn)
        with segment_path(self._folder, number).open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
        _log.warning("log.torn_tail", segment=number, offset=end, bytes=len(torn))

    def read(self, position: int) -> bytes:
        """Return the bytes of a record; `log.damaged`, or `log.released` if its segment is gone."""
        return next(self.read_all([position]))

    def read_all(self, positions: Iterable[int]) -> Iterator[bytes]:
        """Yield the bytes of records one after the other; each segment is opened once where
        records follow each other in it."""
        for number, offsets in groupby(map(place, positions), key=itemgetter(0)):
            with SegmentReader(self._folder, number) as reader:
                for _, offset in offsets:
                    found = reader.record(offset)
                    if found is None:
                        where = f"segment {number} at {offset}"
                        raise MzError("log.damaged", Kind.UNAVAILABLE, where)
                    yield found[1]

    # appending

    def start(self) -> None:
        """Begin a fresh segment and the committer thread."""
        self._roll()
        self._committer.start()

    def append(self, kind: Record, data: bytes, appended: Appended, failed: Failed) -> None:
        """Queue a record; `appended(position)` follows when it is durable, or `failed`."""
        with self._lock:
            if not self._waiting:
                self._oldest = time.monotonic()
                self._wake.notify()
            self._waiting.append(_Waiting(kind, data, appended, failed))
            before, self._waiting_bytes = self._waiting_bytes, self._waiting_bytes + len(data)
            if before < COMMIT_BYTES <= self._waiting_bytes:
                self._wake.notify()

    def stop(self) -> None:
        """Commit what waits and end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._committer.ident is not None:
            self._committer.join()
        if self._segment is not None:
            self._segment.close()
            self._segment = None

    def _commit_for_ever(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._stopping:
                    self._wake.wait()
                while not self._stopping and self._waiting_bytes < COMMIT_BYTES:
                    rest = self._oldest + COMMIT_WINDOW_S - time.monotonic()
                    if rest <= 0:
                        break
                    self._wake.wait(rest)
                batch, self._waiting, self._waiting_bytes = self._waiting, [], 0
                if not batch:
                    return
            self._commit(batch)

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            positions = self._write(batch)
        except (OSError, MzError) as error:
            refusal = MzError("relay.log_failed", Kind.UNAVAILABLE, str(error)[:200])
            _log.error("relay.log_failed", reason=str(error), records=len(batch))
            self._post(lambda: _each_failed(batch, refusal))
            return
        crash.point("relay.after_log_append_before_ack")
        self._post(lambda: _each_appended(batch, positions))

    def _write(self, batch: list[_Waiting]) -> list[int]:
        """Write and sync a batch; after an error the segment ends where it was durable."""
        if self._broken is not None:
            raise self._broken
        current = self._segment
        if current is None or current.size >= self._segment_bytes:
            current = self._roll()
        positions = current.write([(item.kind, item.data) for item in batch])
        crash.point("relay.before_fdatasync")
        try:
            current.sync()
        except OSError as error:
            # After a failed sync the kernel may have dropped the pages: no later sync can prove
            # that these bytes are on the disk, so this process never acknowledges again.
            self._broken = MzError("relay.log_failed", Kind.UNAVAILABLE, str(error)[:200])
            raise
        with self._guard:
            self._live[current.number] += len(batch)
        return positions

    def _roll(self) -> SegmentWriter:
        fresh = SegmentWriter(self._folder, self._newest + 1)
        if self._segment is not None:
            self._segment.close()
        with self._guard:
            self._live[fresh.number] = 0
            self._newest, self._segment = fresh.number, fresh
        return fresh

    # trimming

    def release(self, positions: list[int]) -> None:
        """Say that these records were read back from a part (or stand in the index already)."""
        with self._guard:
            for position in positions:
                self._live[position >> 32] -= 1

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Keep every segment while a reader is at work."""
        with self._guard:
            self._held += 1
        try:
            yield
        finally:
            with self._guard:
                self._held -= 1

    def trim(self) -> int:
        """Remove the segments of which every record was released; return how many."""
        with self._guard:
            if self._held:
                return 0
            done = [n for n, live in self._live.items() if live == 0 and n != self._newest]
            for number in done:
                segment_path(self._folder, number).unlink(missing_ok=True)
                del self._live[number]
        return len(done)


def _each_appended(batch: list[_Waiting], positions: list[int]) -> None:
    for item, position in zip(batch, positions, strict=True):
        item.appended(position)


def _each_failed(batch: list[_Waiting], error: MzError) -> None:
    for item in batch:
        item.failed(error)
