"""The shared log: what a record's acknowledgement `received` stands on.

A narrow door, so that another engine can stand behind it: append → durable position, read from
a position, release after read-back. One committer thread writes for all recordings and syncs
once for all that wait, begun at most 50 ms after the oldest of them.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import structlog

from media_relay import segment
from media_relay.durable import make_folder, sync_folder, write_once
from media_relay.segment import Logged, Record
from schemas import crash
from schemas.problems import Kind, MzError

COMMIT_WINDOW_S = 0.04
"""How long the committer gathers; with the wake-up of a thread it stays under 50 ms."""

Appended = Callable[[int], None]
Failed = Callable[[MzError], None]
Post = Callable[[Callable[[], None]], object]

_log = structlog.get_logger()


class _Waiting(NamedTuple):
    kind: Record
    data: bytes
    appended: Appended
    failed: Failed


class SharedLog:
    """Segments in one folder. `post` runs a function on the thread that owns the callbacks."""

    def __init__(self, folder: Path, aside: Path, segment_bytes: int, post: Post) -> None:
        self._folder, self._aside, self._segment_bytes = folder, aside, segment_bytes
        self._post = post
        self._wake = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._oldest = 0.0
        self._stopping = False
        self._broken: MzError | None = None
        self._live: dict[int, int] = {}
        self._held = 0
        self._guard = threading.Lock()
        self._number, self._descriptor, self._offset = 0, -1, 0
        make_folder(folder)
        make_folder(aside)
        self._thread = threading.Thread(target=self._commit_for_ever, name="log", daemon=True)

    # recovery and reading

    def replay(self) -> Iterator[Logged]:
        """Yield every whole record; set what is torn aside. Call before `start`, once."""
        for number in segment.segments(self._folder):
            path = segment.segment_path(self._folder, number)
            self._live[number] = 0
            self._number = max(self._number, number)
            end = segment.HEADER_BYTES
            for logged in segment.scan(path, number):
                end = (logged.position & 0xFFFFFFFF) + segment.RECORD_BYTES + len(logged.data)
                self._live[number] += 1
                yield logged
            self._set_torn_aside(path, number, end)

    def _set_torn_aside(self, path: Path, number: int, end: int) -> None:
        """Cut what follows the last whole record; its bytes are kept: nothing is thrown away."""
        size = path.stat().st_size
        if size <= end:
            return
        with path.open("r+b") as file:
            file.seek(end)
            write_once(self._aside / f"torn-{number:010d}-{end}.bin", file.read())
            file.truncate(end)
            os.fsync(file.fileno())
        _log.warning("log.torn_tail", segment=number, offset=end, bytes=size - end)

    def read(self, position: int) -> bytes:
        """Return the bytes of a record; `log.damaged`, or `log.released` if its segment is gone."""
        number, offset = segment.place(position)
        try:
            descriptor = os.open(segment.segment_path(self._folder, number), os.O_RDONLY)
        except FileNotFoundError as error:
            raise MzError("log.released", Kind.UNAVAILABLE, f"segment {number}") from error
        try:
            found = segment.read_record(descriptor, offset)
        finally:
            os.close(descriptor)
        if found is None:
            raise MzError("log.damaged", Kind.UNAVAILABLE, f"segment {number} at {offset}")
        return found[1]

    # appending

    def start(self) -> None:
        """Begin a fresh segment and the committer thread."""
        self._roll()
        self._thread.start()

    def append(self, kind: Record, data: bytes, appended: Appended, failed: Failed) -> None:
        """Queue a record; `appended(position)` follows when it is durable, or `failed`."""
        with self._wake:
            if not self._waiting:
                self._oldest = time.monotonic()
                self._wake.notify()
            self._waiting.append(_Waiting(kind, data, appended, failed))

    def stop(self) -> None:
        """Commit what waits and end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _commit_for_ever(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._stopping:
                    self._wake.wait()
                while not self._stopping:
                    rest = self._oldest + COMMIT_WINDOW_S - time.monotonic()
                    if rest <= 0:
                        break
                    self._wake.wait(rest)
                batch, self._waiting = self._waiting, []
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
        if self._offset >= self._segment_bytes:
            self._roll()
        chunks: list[bytes] = []
        positions, at = [], self._offset
        for item in batch:
            positions.append(self._number << 32 | at)
            chunks += segment.pack_record(item.kind, item.data)
            at += segment.RECORD_BYTES + len(item.data)
        try:
            _write_all(self._descriptor, b"".join(chunks))
        except OSError:
            os.ftruncate(self._descriptor, self._offset)
            raise
        crash.point("relay.before_fdatasync")
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            # After a failed sync the kernel may have dropped the pages: no later sync can prove
            # that these bytes are on the disk, so this process never acknowledges again.
            self._broken = MzError("relay.log_failed", Kind.UNAVAILABLE, str(error)[:200])
            raise
        self._offset = at
        with self._guard:
            self._live[self._number] += len(batch)
        return positions

    def _roll(self) -> None:
        number = self._number + 1
        path = segment.segment_path(self._folder, number)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            _write_all(descriptor, segment.segment_header(number))
            os.fsync(descriptor)
            sync_folder(self._folder)
        except OSError:
            os.close(descriptor)
            path.unlink()
            raise
        if self._descriptor >= 0:
            os.close(self._descriptor)
        with self._guard:
            self._live[number] = 0
            self._number, self._descriptor = number, descriptor
            self._offset = segment.HEADER_BYTES

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
            done = [n for n, live in self._live.items() if live == 0 and n != self._number]
            for number in done:
                segment.segment_path(self._folder, number).unlink(missing_ok=True)
                del self._live[number]
        return len(done)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _each_appended(batch: list[_Waiting], positions: list[int]) -> None:
    for item, position in zip(batch, positions, strict=True):
        item.appended(position)


def _each_failed(batch: list[_Waiting], error: MzError) -> None:
    for item in batch:
        item.failed(error)
