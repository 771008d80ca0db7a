"""The index: jobs that share a transaction, each undone alone; the feed numbers in its order."""

from __future__ import annotations

import asyncio
from pathlib import Path
from sqlite3 import Connection

import pytest

from media_relay import feed
from media_relay.feed import Feed
from media_relay.index import Index, connect
from media_relay.presence import put_presence
from schemas.feed import DeviceConnected
from schemas.problems import Kind, MzError


def put(connection: Connection) -> None:
    feed.put(connection, DeviceConnected(0, 0, "device", True))


def refuse(connection: Connection) -> None:
    put(connection)
    raise MzError("test.refused", Kind.REFUSED)


def break_sql(connection: Connection) -> None:
    connection.execute("INSERT INTO nowhere VALUES (1)")


def test_a_refusal_undoes_only_itself(tmp_path: Path) -> None:
    async def run() -> list[int]:
        index = Index(tmp_path / "index.db", lambda: None)
        jobs = [index.run(job) for job in (put, refuse, put, break_sql, put)]
        done = await asyncio.gather(*jobs, return_exceptions=True)
        assert [error.code for error in done if isinstance(error, MzError)] == [
            "test.refused",
            "index.failed",
        ]
        items = await index.run(lambda connection: feed.items_after(connection, 0, 10))
        index.stop()
        return [item.seq for item in items]

    seqs = asyncio.run(run())
    assert len(seqs) == 3
    assert seqs == sorted(set(seqs))


def test_what_was_answered_is_there_after_a_new_start_in_the_same_epoch(tmp_path: Path) -> None:
    async def run() -> tuple[str, int]:
        index = Index(tmp_path / "index.db", lambda: None)
        items = await index.run(lambda connection: feed.items_after(connection, 0, 10))
        await index.run(put)
        index.stop()
        return index.epoch, len(items)

    first, second = asyncio.run(run()), asyncio.run(run())
    assert first[0] == second[0]
    assert (first[1], second[1]) == (0, 1)


def test_presence_is_told_when_it_changes(tmp_path: Path) -> None:
    async def run() -> list[bool]:
        index = Index(tmp_path / "index.db", lambda: None)
        for connected in (True, True, False, False, True):
            await index.run(lambda c, to=connected: put_presence(c, "device", to))
        items = await index.run(lambda connection: feed.items_after(connection, 0, 10))
        index.stop()
        return [item.connected for item in items if isinstance(item, DeviceConnected)]

    assert asyncio.run(run()) == [True, False, True]


def test_reading_the_feed_wakes_nobody(tmp_path: Path) -> None:
    """A reader that waits must not be woken by its own reading, or it would never rest."""

    async def run() -> int:
        woken = 0

        def wake() -> None:
            nonlocal woken
            woken += 1
            pages.wake()

        pages = Feed("relay-1")
        index = Index(tmp_path / "index.db", wake)
        page = await pages.page(index, index.epoch, 0, 10, wait_ms=100)
        assert page.items == []
        quiet = woken
        waiting = asyncio.ensure_future(pages.page(index, index.epoch, 0, 10, wait_ms=30_000))
        await asyncio.sleep(0.05)
        await index.run(put)
        assert len((await waiting).items) == 1
        index.stop()
        return quiet

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize("after", [0, 1, 2])
def test_pages_go_on_from_their_cursor(tmp_path: Path, after: int) -> None:
    async def run() -> list[int]:
        index, pages = Index(tmp_path / "index.db", lambda: None), Feed("relay-1")
        for _ in range(3):
            await index.run(put)
        page = await pages.page(index, index.epoch, after, 10, wait_ms=0)
        other = await pages.page(index, "another epoch", after, 10, wait_ms=0)
        index.stop()
        assert [item.seq for item in other.items] == [1, 2, 3]
        return [item.seq for item in page.items]

    assert asyncio.run(run()) == [1, 2, 3][after:]


def test_an_index_of_before_learns_which_fragments_are_private(tmp_path: Path) -> None:
    async def columns() -> set[str]:
        index = Index(tmp_path / "index.db", lambda: None)
        rows = await index.run(
            lambda connection: connection.execute("PRAGMA table_info(entries)").fetchall()
        )
        index.stop()
        return {row[1] for row in rows}

    assert "private" in asyncio.run(columns())
    with connect(tmp_path / "index.db") as connection:
        connection.execute("ALTER TABLE entries DROP COLUMN private")
    assert "private" in asyncio.run(columns())
