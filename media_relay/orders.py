"""The centre's orders: signed, applied once by their id, kept, answered in the feed."""

from __future__ import annotations

import asyncio
from sqlite3 import Connection
from typing import Protocol

import msgspec
import structlog

from media_relay import feed, shelf
from media_relay.index import Index
from media_relay.lanes import Lanes
from media_relay.order_book import KeptOrder, OrderBook, ReadOrder
from media_relay.tickets import TicketDesk, device_revoked
from media_relay.trust import Trust
from media_relay.vault import LocalVault, Shelf
from schemas.bridge import LiveSource
from schemas.feed import RELAY_ORDER, OrderApplied, OrderKind, RelayOrder, TakenFootage
from schemas.keys import Use
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode, decode_payload
from schemas.time import now_ms

DONE = "done"

_log = structlog.get_logger()


def revoked_devices(connection: Connection) -> set[str]:
    """Return the devices that an order revoked."""
    return {device for (device,) in connection.execute("SELECT device FROM revoked_devices")}


def closed_private(connection: Connection) -> dict[str, int]:
    """Return up to when tickets that open private footage are over, by their holder."""
    return dict(connection.execute("SELECT holder, at_ms FROM closed_private").fetchall())


class LiveDoor(Protocol):
    """The live sources, as orders reach them."""

    def set(self, wanted: LiveSource) -> None:
        """Take what is wanted of a source."""

    def revoke(self, source: str) -> None:
        """End a source for good."""


class FootageDoor(Protocol):
    """Where footage of a revoked device comes in."""

    async def take(self, sha256: str, taken: TakenFootage) -> None:
        """Take in what two persons took over; again is no change."""


class Orders:
    """Applies orders to index, vault and open sockets."""

    def __init__(
        self, trust: Trust, index: Index, vault: LocalVault, lanes: Lanes, desk: TicketDesk,
        book: OrderBook, live: LiveDoor, footage: FootageDoor,
    ) -> None:  # fmt: skip
        self._live, self._footage = live, footage
        self._trust, self._index, self._vault = trust, index, vault
        self._lanes, self._desk, self._book = lanes, desk, book

    async def apply(self, envelope: Envelope) -> str:
        """Apply an order; return its outcome: `done`, or the code of a refusal.

        Errors: `keys.*`, `sign.*`, `message.*`; `order.conflict` for another order of this id.
        """
        self._trust.ring.check(envelope, Use.CENTRE, now_ms())
        order = decode_payload(envelope, RELAY_ORDER, RelayOrder)
        refusal = await self._take(order) if order.kind is OrderKind.TAKE_FOOTAGE else ""
        outcome = await self._index.run(
            lambda connection: _record(connection, order, envelope, self._book, refusal)
        )
        if outcome == DONE:
            await self._act(order)
        _log.info("order.applied", order=order.order, kind=order.kind, outcome=outcome)
        return outcome

    async def _take(self, order: RelayOrder) -> str:
        """Take footage in, before the order is kept: a relay that dies meanwhile gets it again.
        Return the code of a refusal; raise what may go better later."""
        if order.footage is None:
            return "message.malformed"
        try:
            await self._footage.take(order.subject, order.footage)
        except MzError as error:
            if error.kind is Kind.UNAVAILABLE:
                raise
            return error.code
        return ""

    async def _act(self, order: RelayOrder) -> None:
        """Do what the index already says; doing it again is safe."""
        if order.kind is OrderKind.REVOKE_DEVICE:
            self._desk.revoked_devices.add(order.subject)
            self._lanes.end_device(order.subject, device_revoked(order.subject))
            self._live.revoke(order.subject)
        elif order.kind is OrderKind.DELETE_PART:
            await asyncio.to_thread(self._vault.remove, Shelf.PARTS, order.subject)
        elif order.kind is OrderKind.CLOSE_PRIVATE:
            self._desk.closed_private = await self._index.run(closed_private)
        elif order.kind is OrderKind.SET_SOURCE:
            for wanted in await self._index.run(wanted_sources):
                if wanted.source == order.subject:
                    self._live.set(wanted)


def wanted_sources(connection: Connection) -> list[LiveSource]:
    """Return the live sources as they were ordered last."""
    return [decode(raw, LiveSource) for (raw,) in connection.execute("SELECT wanted FROM sources")]


async def restore_orders(index: Index, orders: list[ReadOrder]) -> None:
    """Write kept orders into an index that does not know them; call when the parts are known."""

    def job(connection: Connection) -> None:
        for kept, order in orders:
            if kept.statement is not None:
                shelf.put_tombstone(connection, kept.statement, order.order)
            outcome = _record(connection, order, kept.envelope, None)
            if outcome != DONE:
                _log.error("order.not_restored", order=order.order, outcome=outcome)

    await index.run(job)


def _record(
    connection: Connection, order: RelayOrder, envelope: Envelope, book: OrderBook | None,
    refusal: str = "",
) -> str:  # fmt: skip
    """Write an order with its outcome and effect, once; keep it in the book first if it is new."""
    digest = envelope.payload_sha256()
    known = connection.execute(
        'SELECT payload_sha256, outcome FROM orders WHERE "order" = ?', (order.order,)
    ).fetchone()
    if known is not None:
        if known[0] != digest:
            raise MzError("order.conflict", Kind.CONFLICT, order.order)
        return str(known[1])
    outcome = refusal or _EFFECTS[order.kind](connection, order)
    if outcome == DONE and book is not None:
        book.keep(KeptOrder(envelope, _statement_about(connection, order)))
    connection.execute("INSERT INTO orders VALUES (?, ?, ?)", (order.order, digest, outcome))
    feed.put(connection, OrderApplied(0, 0, order.order, outcome))
    return outcome


def _statement_about(connection: Connection, order: RelayOrder) -> Envelope | None:
    """Return what the relay stated of a part that is deleted: the book keeps it with the order."""
    if order.kind is not OrderKind.DELETE_PART:
        return None
    row = connection.execute(
        "SELECT statement FROM parts WHERE sha256 = ?", (order.subject,)
    ).fetchone()
    return decode(row[0], Envelope)


def _revoke(connection: Connection, order: RelayOrder) -> str:
    connection.execute(
        "INSERT OR IGNORE INTO revoked_devices VALUES (?, ?)", (order.subject, order.order)
    )
    return DONE


def _hold(connection: Connection, order: RelayOrder) -> str:
    cursor = connection.execute(
        "UPDATE recordings SET held = 1 WHERE recording = ?", (order.subject,)
    )
    return DONE if cursor.rowcount else "recording.unknown"


def _delete(connection: Connection, order: RelayOrder) -> str:
    """Put the tombstone; the file goes after the commit, or at the next start."""
    row = connection.execute(
        "SELECT r.held FROM parts p JOIN recordings r ON r.recording = p.recording"
        " WHERE p.sha256 = ?",
        (order.subject,),
    ).fetchone()
    if row is None:
        return "part.unknown"
    if row[0]:
        return "recording.held"
    connection.execute(
        "UPDATE parts SET deleted_by = ? WHERE sha256 = ?", (order.order, order.subject)
    )
    return DONE


def _set_source(connection: Connection, order: RelayOrder) -> str:
    """Keep what is wanted of a source; an order that was overtaken changes nothing."""
    if order.source is None or order.source.source != order.subject:
        return "message.malformed"
    connection.execute(
        "INSERT INTO sources VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE"
        " SET at_ms = excluded.at_ms, wanted = excluded.wanted WHERE excluded.at_ms >= at_ms",
        (order.subject, order.at_ms, msgspec.json.encode(order.source)),
    )
    return DONE


def _close_private(connection: Connection, order: RelayOrder) -> str:
    """Keep the latest moment by holder, in whatever order the orders come."""
    connection.execute(
        "INSERT INTO closed_private VALUES (?, ?) ON CONFLICT (holder) DO UPDATE"
        " SET at_ms = max(at_ms, excluded.at_ms)",
        (order.subject, order.at_ms),
    )
    return DONE


def _taken(_connection: Connection, _order: RelayOrder) -> str:
    """What was taken in stands in the log and in parts."""
    return DONE


_EFFECTS = {
    OrderKind.REVOKE_DEVICE: _revoke,
    OrderKind.HOLD_RECORDING: _hold,
    OrderKind.DELETE_PART: _delete,
    OrderKind.SET_SOURCE: _set_source,
    OrderKind.CLOSE_PRIVATE: _close_private,
    OrderKind.TAKE_FOOTAGE: _taken,
}
