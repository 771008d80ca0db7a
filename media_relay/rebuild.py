"""`python -m media_relay.rebuild --settings FILE`: make the index anew from the parts alone.

The relay must be stopped. The old index is kept beside the new one under another name. Steps:
1. parts and exhibits that stand only in another failure domain are copied back into the first one;
2. every part is read back, and recordings, fragments, heads and broken links are written into a
   new index; what the log holds beyond the parts is written after them;
3. the orders that were done are written into it.
The feed begins a new epoch, from which the centre reads everything again; every item is safe to
apply twice. A relay that starts without an index does steps 2 and 3 by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from pathlib import Path

import msgspec
import structlog

from media_relay.domains import Domains, open_domains
from media_relay.durable import sync_folder
from media_relay.index import connect
from media_relay.order_book import OrderBook, deleted_parts
from media_relay.ports import take_folder
from media_relay.relay import Relay
from media_relay.settings import Settings, load_settings
from media_relay.trust import Trust, load_trust
from media_relay.vault import LocalVault, Shelf
from schemas.problems import MzError
from schemas.time import now_ms

_log = structlog.get_logger()
_INDEX = "index.db"


class Rebuilt(msgspec.Struct, frozen=True):
    """What the new index holds, and what could not be read."""

    epoch: str
    recordings: int
    parts: int
    fragments: int
    exhibits: int
    fetched: int
    refused: list[str]


def _put_old_index_by(settings: Settings) -> None:
    """Give the old index another name; its write-ahead log first, so that none is left to be
    taken for the new index's own."""
    path = settings.data / _INDEX
    if path.exists():
        try:
            connection = connect(path)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
        except sqlite3.Error as error:
            _log.warning("index.unreadable", reason=str(error)[:200])
    old = f"{_INDEX}.old-{now_ms()}"
    for ending in ("-wal", "-shm", ""):
        if (settings.data / (_INDEX + ending)).exists():
            (settings.data / (_INDEX + ending)).rename(settings.data / (old + ending))
    sync_folder(settings.data)


def _fetch(settings: Settings, trust: Trust) -> tuple[int, list[str]]:
    """Copy into the first domain what stands only in another one; return how many, and which
    files or domains refused."""
    vault = LocalVault(settings.vault)
    domains = open_domains(settings, vault, lambda _name, _available, _code: None)
    gone = set(deleted_parts(OrderBook(settings.data / "orders", trust).read()))
    here = {(shelf, sha256) for shelf in Shelf for sha256 in vault.names(shelf)}
    deleted = {(Shelf.PARTS, sha256) for sha256 in gone}
    fetched, refused = 0, list[str]()
    for name in domains.names[1:]:
        domain = domains.get(name)
        try:
            there = {(shelf, sha256) for shelf in Shelf for sha256 in domain.names(shelf)}
        except (MzError, OSError) as error:
            refused.append(f"{name}: {error}"[:200])
            continue
        for shelf, sha256 in sorted(there - here - deleted):
            if _fetch_one(domains, name, shelf, sha256, refused):
                here.add((shelf, sha256))
                fetched += 1
    return fetched, refused


def _fetch_one(domains: Domains, name: str, shelf: Shelf, sha256: str, refused: list[str]) -> bool:
    try:
        domains.copy_from(name, domains.primary, shelf, sha256)
    except (MzError, OSError) as error:
        refused.append(f"{name} {sha256}: {error}"[:200])
        return False
    return True


async def _recover(settings: Settings, trust: Trust) -> None:
    relay = Relay(settings, trust)
    try:
        await relay.recover()
    finally:
        await relay.close()


def _count(settings: Settings, fetched: int, refused: list[str]) -> Rebuilt:
    connection = connect(settings.data / _INDEX, read_only=True)

    def one(query: str) -> int:
        return int(connection.execute(query).fetchone()[0])

    try:
        known = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM parts")}
        vault = LocalVault(settings.vault, read_only=True)
        unread = [f"part {name}" for name in vault.names(Shelf.PARTS) if name not in known]
        (epoch,) = connection.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
        return Rebuilt(
            epoch, one("SELECT count(*) FROM recordings"), one("SELECT count(*) FROM parts"),
            one("SELECT count(*) FROM entries"), one("SELECT count(*) FROM exhibits"), fetched,
            [*refused, *unread],
        )  # fmt: skip
    finally:
        connection.close()


def rebuild(settings: Settings) -> Rebuilt:
    """Rebuild the index of a stopped relay.

    Errors: `relay.data_in_use`, `keys.*`, `index.failed`.
    """
    trust = load_trust(settings.data / "keys")
    take_folder(settings.data)
    fetched, refused = _fetch(settings, trust)
    _put_old_index_by(settings)
    asyncio.run(_recover(settings, trust))
    return _count(settings, fetched, refused)


def main(arguments: list[str] | None = None) -> int:
    """Print what the new index holds as JSON; return 0, 1 if a part or domain could not be read,
    2 if nothing could be done."""
    parser = argparse.ArgumentParser(prog="media_relay.rebuild", description=__doc__)
    parser.add_argument("--settings", type=Path, required=True, help="TOML file")
    options = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        done = rebuild(load_settings(options.settings))
    except MzError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(msgspec.json.encode(done).decode() + "\n")
    return 1 if done.refused else 0


if __name__ == "__main__":
    sys.exit(main())
