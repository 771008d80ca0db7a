"""Signed heads: a device's word for its chain, checked before anything is built on it.

The first head of a rendition and the final one are checked as they come: who signs with a wrong
key hears of it at once, and an end is an end. The others wait in the log, durable like the
fragments, and are checked together before a part of their recording is closed, before holdings are
told and before a package is made. So checking, which costs as much as receiving four fragments,
stays off the road of a fragment to its viewers. A bad one never gets into a part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from sqlite3 import Connection

import structlog

from media_relay import feed, shelf
from media_relay.chain import Break
from media_relay.entries import InLog
from media_relay.hub import Hub
from media_relay.index import Index
from media_relay.lanes import Lanes
from media_relay.log import Log
from media_relay.recordings import RecordingState, Sender
from media_relay.segment import Record
from schemas.feed import ChainBroken, RecordingEnded
from schemas.media.head import NO_FRAGMENT, Head, check_head, decode_head
from schemas.problems import Kind, MzError
from schemas.stream import Fault

_log = structlog.get_logger()

Tell = Callable[[MzError, str, int | None, int | None], None]
"""Says what was refused: error, recording, rendition, number."""


class Heads:
    """Takes the heads of all devices."""

    def __init__(self, log: Log, index: Index, hub: Hub, lanes: Lanes) -> None:
        self._log, self._index, self._hub, self._lanes = log, index, hub, lanes

    def take(self, state: RecordingState, raw: bytes, sender: Sender) -> None:
        """Take a signed head; `head.malformed`, and of the first and the final one
        `head.bad_signature`."""
        head = decode_head(raw)
        rendition = state.rendition(head.rendition)
        if rendition.knows_head(head):
            return
        at_once = head.final or not rendition.chain.signed
        breaks: list[Break] = []
        if at_once:
            check_head(raw, state.public)
            breaks = rendition.chain.vouch(head.number, head.link)
        seen = (head.number, head.final)
        rendition.heads_seen.add(seen)

        def appended(position: int) -> None:
            entry = InLog(position, Record.HEAD, len(raw), head.rendition, head=head)
            state.add_pending(entry)
            if not at_once:
                state.unchecked.append((entry, raw))
            if head.final:
                self._end(state, head, raw)

        def failed(error: MzError) -> None:
            rendition.heads_seen.discard(seen)
            sender.end(error)

        self._log.append(Record.HEAD, raw, appended, failed)
        for broken in breaks:
            tell_broken(self._index, state, head.rendition, broken, sender.fault)

    def _end(self, state: RecordingState, head: Head, raw: bytes) -> None:
        state.set_final(head)
        self._hub.end(state, head.rendition)
        self._index.post(lambda connection: feed.put(connection, ended_item(head, raw)))
        _log.info("recording.ended", recording=state.id, rendition=int(head.rendition))

    async def check(self, state: RecordingState) -> None:
        """Check what waits; afterwards no head of this recording is durable and unchecked.

        Without the device's key (a recording rebuilt from its parts) they go on waiting: it comes
        with the device. Between two heads the loop goes on.
        """
        while state.unchecked and state.public:
            self._check(state, *state.unchecked.popleft())
            await asyncio.sleep(0)

    def _check(self, state: RecordingState, entry: InLog, raw: bytes) -> None:
        try:
            head = check_head(raw, state.public)
        except MzError as error:
            state.drop_head(entry)
            self._log.release([entry.position])
            _log.error(error.code, recording=state.id, detail=error.detail)
            bad = decode_head(raw)
            self._fault(state)(error, state.id, int(bad.rendition), bad.number)
            return
        for broken in state.rendition(head.rendition).chain.vouch(head.number, head.link):
            tell_broken(self._index, state, head.rendition, broken, self._fault(state))

    def _fault(self, state: RecordingState) -> Tell:
        """Return what tells the device, by whichever lane it has open."""

        def tell(error: MzError, recording: str, rendition: int | None, number: int | None) -> None:
            self._lanes.tell(state.device, Fault(error.problem(), recording, rendition, number))

        return tell


def tell_broken(
    index: Index, state: RecordingState, rendition: int, broken: Break, tell: Tell
) -> None:
    """Mark a number whose link or head does not fit, once in the index and the feed, and tell."""
    item = ChainBroken(0, 0, state.id, rendition, broken.number, broken.code)

    def job(connection: Connection) -> None:
        if shelf.put_broken(connection, item):
            feed.put(connection, item)

    index.post(job)
    _log.error(broken.code, recording=state.id, rendition=rendition, number=broken.number)
    tell(MzError(broken.code, Kind.INVALID, "kept and marked"), state.id, rendition, broken.number)


def ended_item(head: Head, raw: bytes) -> RecordingEnded:
    """Return the feed's item for a final head."""
    last = None if head.number == NO_FRAGMENT else head.number
    return RecordingEnded(0, 0, head.recording, int(head.rendition), last, raw, head.wall_ms)
