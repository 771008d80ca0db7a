"""The feed: what the centre reads from this relay, numbered in the order of the commits."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

import msgspec

from media_relay.index import Index
from schemas.feed import FeedItem, FeedPage
from schemas.time import now_ms

MAX_PAGE = 500
MAX_WAIT_MS = 30_000
_decoder: msgspec.json.Decoder[FeedItem] = msgspec.json.Decoder(FeedItem)


def put(connection: sqlite3.Connection, item: FeedItem) -> None:
    """Append an item in the transaction of what it tells; its seq and time are set here."""
    cursor = connection.execute("INSERT INTO feed (item) VALUES (x'')")
    seq = cursor.lastrowid
    assert seq is not None  # noqa: S101 - an INSERT has a row id
    raw = msgspec.json.encode(msgspec.structs.replace(item, seq=seq, at_ms=now_ms()))
    connection.execute("UPDATE feed SET item = ? WHERE seq = ?", (raw, seq))


def put_all(connection: sqlite3.Connection, items: Sequence[FeedItem]) -> None:
    """Append items, in their order."""
    for item in items:
        put(connection, item)


def items_after(connection: sqlite3.Connection, after: int, limit: int) -> list[FeedItem]:
    """Return up to `limit` items beyond a number, ascending."""
    rows = connection.execute(
        "SELECT item FROM feed WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    )
    return [_decoder.decode(raw) for (raw,) in rows]


class Feed:
    """Pages of the feed, with waiting for the next item."""

    def __init__(self, relay: str) -> None:
        self._relay = relay
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Say that something was committed."""
        self._news.set()
        self._news = asyncio.Event()

    async def page(
        self, index: Index, epoch: str, after: int, limit: int, wait_ms: int
    ) -> FeedPage:
        """Return the items after the cursor; an unknown epoch starts at the first item.

        It waits up to `wait_ms` (at most 30 s) for an item when there is none.
        """
        start = after if epoch == index.epoch else 0
        limit = max(1, min(limit, MAX_PAGE))
        deadline = asyncio.get_running_loop().time() + min(wait_ms, MAX_WAIT_MS) / 1000
        while True:
            news = self._news
            items = await index.run(lambda connection: items_after(connection, start, limit))
            left = deadline - asyncio.get_running_loop().time()
            if items or left <= 0:
                last = items[-1].seq if items else start
                return FeedPage(self._relay, index.epoch, items, last)
            try:
                await asyncio.wait_for(news.wait(), left)
            except TimeoutError:
                pass
