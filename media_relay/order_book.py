"""The centre's orders that were done, kept outside the index: a lost index forgets none of them.

orders/<SHA-256 of the order's payload>.json      write-once `KeptOrder`
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from media_relay.durable import make_folder, write_once
from media_relay.trust import Trust
from schemas.feed import RELAY_ORDER, OrderKind, RelayOrder
from schemas.keys import Use
from schemas.problems import MzError
from schemas.sign import Envelope, decode, decode_payload

_log = structlog.get_logger()


class KeptOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed order as it came; with the order to delete a part, what the relay stated of it."""

    envelope: Envelope
    statement: Envelope | None = None


class ReadOrder(NamedTuple):
    """A kept order whose signature is good."""

    kept: KeptOrder
    order: RelayOrder


class OrderBook:
    """The folder of the orders that were done."""

    def __init__(self, folder: Path, trust: Trust) -> None:
        self._folder, self._trust = folder, trust
        make_folder(folder)

    def keep(self, kept: KeptOrder) -> None:
        """Write an order durably, once."""
        path = self._folder / f"{kept.envelope.payload_sha256()}.json"
        write_once(path, msgspec.json.encode(kept))

    def read(self) -> list[ReadOrder]:
        """Return the orders in the order in which they were given; a changed file is alarmed."""
        found = []
        for path in self._folder.glob("*.json"):
            try:
                found.append(self._read(path))
            except (MzError, OSError) as error:
                _log.error("order.not_restored", file=path.name, reason=str(error)[:200])
        return sorted(found, key=lambda one: (one.order.at_ms, one.order.order))

    def _read(self, path: Path) -> ReadOrder:
        kept = decode(path.read_bytes(), KeptOrder)
        order = decode_payload(kept.envelope, RELAY_ORDER, RelayOrder)
        self._trust.ring.check(kept.envelope, Use.CENTRE, order.at_ms)
        return ReadOrder(kept, order)


def deleted_parts(orders: list[ReadOrder]) -> list[str]:
    """Return the digests of the parts that were deleted by order."""
    return [one.order.subject for one in orders if one.order.kind is OrderKind.DELETE_PART]
