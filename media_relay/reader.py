"""Reading fragments back, wherever they stand, each compared with its own digest."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from sqlite3 import Connection
from typing import BinaryIO

from media_relay import shelf
from media_relay.entries import Facts, InLog, InPart
from media_relay.index import connect
from media_relay.log import SharedLog
from media_relay.recordings import RecordingState
from media_relay.vault import LocalVault, Shelf
from schemas.media.fragment import (
    HEADER_BYTES,
    Header,
    check_frame,
    decode_header,
)
from schemas.problems import Kind, MzError

Entry = InLog | InPart
MAX_NUMBER = 0xFFFFFFFE
_LONG = 100
_AHEAD_BYTES = 4 * 1024 * 1024
"""Whoever reads so many fragments has the disk asked for so much before it is needed: a part is out
of the cache once it was read back."""


def number_of(entry: Entry) -> int:
    """Return the fragment number of an entry."""
    if entry.fragment is None:
        raise MzError("index.failed", Kind.UNAVAILABLE, "an entry that is no fragment")
    return entry.fragment.number


def pending_of(state: RecordingState, rendition: int) -> list[InLog]:
    """Return the fragments of a rendition that no part holds yet."""
    return [
        entry
        for entry in state.pending
        if entry.rendition == rendition and entry.fragment is not None
    ]


class Reader:
    """Finds fragments in log and vault. The methods without `async` belong in a thread."""

    def __init__(self, log: SharedLog, vault: LocalVault, index_path: Path) -> None:
        self._log, self._vault, self._index_path = log, vault, index_path

    def connect(self) -> Connection:
        """Return a read-only connection to the index; the caller closes it."""
        return connect(self._index_path, read_only=True)

    def entries(
        self, state_id: str, rendition: int, pending: list[InLog], first: int = 0,
        last: int = MAX_NUMBER,
    ) -> list[Entry]:  # fmt: skip
        """Return the held fragments from `first` to `last`, ascending by number.

        Take `pending` before the call: what moves from the log to a part meanwhile is found in
        at least one of them, and the part's entry counts.
        """
        connection = self.connect()
        try:
            archived = list(shelf.entries_of(connection, state_id, rendition, first, last))
        finally:
            connection.close()
        found: dict[int, Entry] = {
            number_of(entry): entry for entry in pending if first <= number_of(entry) <= last
        }
        found.update({entry.fragment.number: entry for entry in archived})
        return [found[number] for number in sorted(found)]

    def facts(self, state_id: str, rendition: int, pending: list[InLog]) -> list[Facts]:
        """Return what playback needs of what is held, ascending; `pending` as in `entries`."""
        connection = self.connect()
        try:
            archived = list(shelf.facts_of(connection, state_id, rendition))
        finally:
            connection.close()
        known = {fact.number for fact in archived} if pending else set()
        waiting = [entry.fragment for entry in pending if entry.fragment is not None]
        fresh = [fact for fact in waiting if fact.number not in known]
        return sorted(archived + fresh) if fresh else archived

    def frames(self, entries: Sequence[Entry]) -> Iterator[bytes]:
        """Yield the frames of entries, one at a time; `vault.damaged`, `log.damaged`."""
        return map(self._checked, self._read(entries))

    def headers(self, entries: Sequence[Entry]) -> Iterator[Header]:
        """Yield the headers alone; `vault.damaged`. No digest is compared: for drawing, not for
        proof."""
        for head in self._read(entries, HEADER_BYTES):
            try:
                yield decode_header(head)
            except MzError as error:
                raise MzError("vault.damaged", Kind.UNAVAILABLE, error.detail) from error

    def _read(self, entries: Sequence[Entry], most: int = MAX_NUMBER) -> Iterator[bytes]:
        """Yield the bytes of entries, or their first `most`; of the log always all."""
        long = most == MAX_NUMBER and len(entries) >= _LONG
        with ExitStack() as stack:
            file: BinaryIO | None = None
            name, asked = "", 0
            for entry in entries:
                if isinstance(entry, InLog):
                    yield self._log.read(entry.position)
                    continue
                if file is None or entry.sha256 != name:
                    stack.close()
                    name = entry.sha256
                    file = stack.enter_context(self._vault.open(Shelf.PARTS, name))
                    asked = 0
                if long and entry.offset + entry.length > asked:
                    asked = entry.offset + _AHEAD_BYTES
                    os.posix_fadvise(
                        file.fileno(), entry.offset, _AHEAD_BYTES, os.POSIX_FADV_WILLNEED
                    )
                yield os.pread(file.fileno(), min(entry.length, most), entry.offset)

    def raw(self, entry: InLog) -> bytes:
        """Return the bytes of a record that no part holds yet."""
        return self._log.read(entry.position)

    @staticmethod
    def _checked(frame: bytes) -> bytes:
        try:
            check_frame(frame)
        except MzError as error:
            raise MzError("vault.damaged", Kind.UNAVAILABLE, error.detail) from error
        return frame

    def _frame(self, state_id: str, rendition: int, pending: list[InLog], number: int) -> bytes:
        found = self.entries(state_id, rendition, pending, number, number)
        if not found:
            raise MzError("fragment.not_held", Kind.NOT_FOUND, f"{state_id} #{number}")
        return next(self.frames(found))

    async def frame(self, state: RecordingState, rendition: int, number: int) -> bytes:
        """Return the frame that is held under a number; `fragment.not_held`."""
        pending = pending_of(state, rendition)
        with self._log.kept():
            return await asyncio.to_thread(self._frame, state.id, rendition, pending, number)
