"""Exhibits: bytes of photos, signatures and papers, kept by the vault under their digest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from sqlite3 import Connection

import structlog

from media_relay import feed
from media_relay.index import Index
from media_relay.vault import Half, LocalVault, Shelf
from schemas import crash
from schemas.feed import ExhibitStored
from schemas.problems import Kind, MzError

MAX_EXHIBIT_BYTES = 64 * 1024 * 1024

_log = structlog.get_logger()


class Exhibits:
    """Takes exhibits from devices and gives them to those whose ticket names them."""

    def __init__(self, vault: LocalVault, index: Index) -> None:
        self._vault, self._index = vault, index

    async def put(self, sha256: str, chunks: AsyncIterator[bytes], device: str) -> bool:
        """Store an exhibit; return whether it was new to the index.

        Errors: `vault.bad_name`, `exhibit.wrong_digest`, `exhibit.too_large`, `vault.failed`.
        """
        if not self._vault.holds(Shelf.EXHIBITS, sha256):
            half = self._vault.begin()
            try:
                await self._fill(half, sha256, chunks)
            except BaseException:
                half.drop()
                raise
            await asyncio.to_thread(self._vault.store, Shelf.EXHIBITS, half)
        crash.point("relay.after_exhibit_written")
        size = self._vault.size(Shelf.EXHIBITS, sha256)
        return await self._index.run(lambda connection: claim(connection, sha256, size, device))

    @staticmethod
    async def _fill(half: Half, sha256: str, chunks: AsyncIterator[bytes]) -> None:
        async for chunk in chunks:
            if half.size + len(chunk) > MAX_EXHIBIT_BYTES:
                raise MzError("exhibit.too_large", Kind.TOO_LARGE, f"over {MAX_EXHIBIT_BYTES}")
            try:
                await asyncio.to_thread(half.write, chunk)
            except OSError as error:
                raise MzError("vault.failed", Kind.UNAVAILABLE, str(error)[:200]) from error
        if half.sha256() != sha256:
            raise MzError("exhibit.wrong_digest", Kind.INVALID, f"the bytes are {half.sha256()}")


def claim(connection: Connection, sha256: str, size: int, device: str) -> bool:
    """Note who sent an exhibit, once, and tell the feed."""
    cursor = connection.execute(
        "INSERT INTO exhibits VALUES (?, ?, ?) ON CONFLICT (sha256)"
        " DO UPDATE SET device = excluded.device WHERE exhibits.device IS NULL",
        (sha256, size, device),
    )
    if cursor.rowcount != 1:
        return False
    feed.put(connection, ExhibitStored(0, 0, sha256, size, device))
    return True
