"""Starting again after any end: the vault's parts, then the log, give back what was known.

A part without a row in the index was named before the process died: it is adopted. With an empty
index every part is adopted, in a new epoch of the feed. What the log holds beyond the parts
becomes pending again.
"""

from __future__ import annotations

import asyncio
from functools import partial
from sqlite3 import Connection

import structlog

from media_relay import feed, shelf
from media_relay.chain import Link
from media_relay.domains import Domains
from media_relay.entries import Facts, InLog
from media_relay.heads import ended_item
from media_relay.intake import Intake, LoggedOpening, Rooms
from media_relay.order_book import ReadOrder, deleted_parts
from media_relay.orders import restore_orders
from media_relay.parts import PartCloser, PartRead, read_back
from media_relay.recordings import RecordingState
from media_relay.segment import Logged, Record
from media_relay.vault import LocalVault, Shelf
from schemas import ranges
from schemas.feed import ChainBroken
from schemas.media.fragment import decode_header, link
from schemas.media.head import decode_head
from schemas.media.opening import OPENING, RecordingOpening, split_init
from schemas.problems import MzError
from schemas.sign import decode, decode_payload

_log = structlog.get_logger()


async def recover(
    rooms: Rooms, vault: LocalVault, closer: PartCloser, intake: Intake, orders: list[ReadOrder],
    domains: Domains,
) -> None:  # fmt: skip
    """Bring index, registry and log to one state; call before the doors open."""
    for sha256 in deleted_parts(orders):
        vault.remove(Shelf.PARTS, sha256)
    later = await _adopt_parts(rooms, vault, closer, domains)
    await _adopt_exhibits(rooms, vault)
    released = []
    for logged in rooms.log.replay():
        if not await _take_up(rooms, intake, logged):
            released.append(logged.position)
    for read, names in later:
        await _wait_or_adopt(rooms, closer, read, names)
    rooms.log.release(released)
    rooms.log.trim()
    await restore_orders(rooms.index, orders)


# parts and exhibits that the index does not know


async def _adopt_parts(
    rooms: Rooms, vault: LocalVault, closer: PartCloser, domains: Domains
) -> list[tuple[PartRead, list[str]]]:
    """Adopt the parts that the index does not know; return those that lack copies."""
    known, later = await rooms.index.run(_known_parts), []
    strangers = [name for name in vault.names(Shelf.PARTS) if name not in known]
    reads = []
    for sha256 in strangers:
        try:
            reads.append(await asyncio.to_thread(read_back, vault, sha256))
        except MzError as error:
            _log.error("part.not_adopted", sha256=sha256, code=error.code)
    for read in sorted(reads, key=lambda one: (one.preamble.recording, one.preamble.serial)):
        names = [domains.primary, *await domains.copy(Shelf.PARTS, read.sha256)]
        if len(names) < rooms.settings.required_domains:
            later.append((read, names))
        else:
            await _adopt(rooms, closer, read, names)
    return later


async def _adopt(rooms: Rooms, closer: PartCloser, read: PartRead, names: list[str]) -> None:
    state = await _state_of(rooms, read)
    broken = _count_in(state, read)
    await closer.commit(state, read, names)
    await rooms.index.run(partial(_tell_found, broken=broken, heads=read.heads))
    if not state.pending:
        rooms.registry.drop(state.id)
    _log.warning("part.adopted", recording=state.id, part=read.preamble.part, domains=len(names))


async def _wait_or_adopt(
    rooms: Rooms, closer: PartCloser, read: PartRead, names: list[str]
) -> None:
    """A part that lacks copies waits as long as the log holds all of it. One that the log does
    not hold was archived before the index was lost: it is adopted by what can be said of it now,
    and the sweep of the copies says more when there are more."""
    state = rooms.registry.here(read.preamble.recording)
    pending = state.pending if state is not None else []
    held = {(entry.rendition, entry.fragment.number) for entry in pending if entry.fragment}
    if all((row.rendition, row.fragment.number) in held for row in read.rows):
        closer.wait_for(read.preamble.recording, read)
    else:
        await _adopt(rooms, closer, read, names)


def _known_parts(connection: Connection) -> set[str]:
    return {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM parts")}


async def _state_of(rooms: Rooms, read: PartRead) -> RecordingState:
    found = await rooms.registry.find(read.preamble.recording)
    if found is None:
        opening = decode_payload(read.opening, OPENING, RecordingOpening)
        # A part does not carry the device's certificate: the key is learnt again when the
        # device opens the recording, and was checked before the part was closed.
        found = RecordingState(opening, read.opening, b"", quarantined=False)
    return found


def _count_in(state: RecordingState, read: PartRead) -> list[ChainBroken]:
    """Take a part's fragments and heads into the state; return what does not fit.

    The heads' signatures were checked before the part was closed.
    """
    found: list[ChainBroken] = []
    for number, frame in read.inits.items():
        state.rendition(number).init = split_init(frame)[2]
    for row in read.rows:
        chain = state.rendition(row.rendition).chain
        if not ranges.holds(chain.held, row.fragment.number):
            breaks = chain.accept(row.fragment.number, row.link)
            found += [ChainBroken(0, 0, state.id, row.rendition, *one) for one in breaks]
    for raw in read.heads:
        head = decode_head(raw)
        breaks = state.rendition(head.rendition).chain.vouch(head.number, head.link)
        found += [ChainBroken(0, 0, state.id, int(head.rendition), *one) for one in breaks]
    return found


def _tell_found(connection: Connection, broken: list[ChainBroken], heads: list[bytes]) -> None:
    """Write what a part says beside its fragments: broken links, and the end."""
    for item in broken:
        if shelf.put_broken(connection, item):
            feed.put(connection, item)
    for raw in heads:
        head = decode_head(raw)
        if head.final:
            feed.put(connection, ended_item(head, raw))


async def _adopt_exhibits(rooms: Rooms, vault: LocalVault) -> None:
    names = [(name, vault.size(Shelf.EXHIBITS, name)) for name in vault.names(Shelf.EXHIBITS)]

    def job(connection: Connection) -> None:
        connection.executemany("INSERT OR IGNORE INTO exhibits VALUES (?, ?, NULL)", names)

    await rooms.index.run(job)


# the log


async def _take_up(rooms: Rooms, intake: Intake, logged: Logged) -> bool:
    """Take a record of the log up; return False if a part holds it already."""
    match logged.kind:
        case Record.OPENING:
            return await _take_opening(rooms, intake, logged)
        case Record.INIT:
            return await _take_init(rooms, logged)
        case Record.FRAGMENT:
            return await _take_fragment(rooms, logged)
        case Record.HEAD:
            return await _take_head(rooms, logged)


async def _take_opening(rooms: Rooms, intake: Intake, logged: Logged) -> bool:
    kept = decode(logged.data, LoggedOpening)
    opening = decode_payload(kept.opening, OPENING, RecordingOpening)
    state = await rooms.registry.find(opening.recording)
    if state is None:
        state = RecordingState(opening, kept.opening, kept.public, kept.quarantined)
        rooms.registry.add(state)
    if not state.public:
        await intake.learn_key(state, kept.public)
    intake.tell_opened(state)
    if state.serial:
        return False
    state.add_pending(InLog(logged.position, logged.kind, len(logged.data), 0))
    return True


async def _take_init(rooms: Rooms, logged: Logged) -> bool:
    recording, number, init = split_init(logged.data)
    state = await rooms.registry.get(recording)
    rendition = state.rendition(number)
    if rendition.init is not None:
        return False
    rendition.init = init
    state.add_pending(InLog(logged.position, logged.kind, len(logged.data), int(number)))
    return True


async def _take_fragment(rooms: Rooms, logged: Logged) -> bool:
    header = decode_header(logged.data)
    state = await rooms.registry.get(header.recording)
    rendition = state.rendition(header.rendition)
    if ranges.holds(rendition.chain.held, header.number):
        return False
    own = Link(header.previous, link(logged.data, header.hash_alg))
    rendition.chain.accept(header.number, own)
    rendition.received = ranges.add(rendition.received, header.number, header.number)
    rendition.unreported.add(header.number, header.wall_ms, len(logged.data))
    facts = Facts.of(header)
    state.add_pending(
        InLog(logged.position, logged.kind, len(logged.data), int(header.rendition), fragment=facts)
    )
    return True


async def _take_head(rooms: Rooms, logged: Logged) -> bool:
    head = decode_head(logged.data)
    state = await rooms.registry.get(head.recording)
    rendition = state.rendition(head.rendition)
    if rendition.knows_head(head):
        return False
    rendition.heads_seen.add((head.number, head.final))
    entry = InLog(logged.position, logged.kind, len(logged.data), int(head.rendition), head=head)
    state.add_pending(entry)
    if not head.final:
        state.unchecked.append((entry, logged.data))
    else:  # checked before it was written into the log
        rendition.chain.vouch(head.number, head.link)
        state.set_final(head)
        item = ended_item(head, logged.data)
        await rooms.index.run(lambda connection: feed.put(connection, item))
    return True
