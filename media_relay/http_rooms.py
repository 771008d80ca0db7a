"""What the HTTP port's routes work with, and what a route is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from aiohttp import web

from media_relay.bridge.imports import Imports
from media_relay.bundles import Packer
from media_relay.clips import Clips
from media_relay.domains import Domains
from media_relay.exhibits import Exhibits
from media_relay.exports import Exports
from media_relay.feed import Feed
from media_relay.films import Films
from media_relay.footage import Footage
from media_relay.heads import Heads
from media_relay.index import Index
from media_relay.log import SharedLog
from media_relay.orders import Orders
from media_relay.registry import Registry
from media_relay.sheets import Sheets
from media_relay.space import Space
from media_relay.tickets import TicketDesk
from media_relay.vault import LocalVault
from schemas.problems import Kind, MzError
from schemas.ticket import Act, Ticket


@dataclass(frozen=True)
class HttpRooms:
    """What the routes work with."""

    relay: str
    domains: Domains
    allow_origin: str
    desk: TicketDesk
    footage: Footage
    exhibits: Exhibits
    vault: LocalVault
    feed: Feed
    index: Index
    orders: Orders
    packer: Packer
    clips: Clips
    films: Films
    sheets: Sheets
    exports: Exports
    heads: Heads
    registry: Registry
    log: SharedLog
    imports: Imports
    space: Space


Handler = Callable[[HttpRooms, web.Request, Ticket], Awaitable[web.StreamResponse]]


class Route(NamedTuple):
    """A route and the act of its ticket."""

    method: str
    path: str
    act: Act
    handler: Handler


def rendition_of(text: str) -> int:
    """Return the number of a rendition; `opening.unknown_rendition`."""
    if text not in ("1", "2", "3"):
        raise MzError("opening.unknown_rendition", Kind.NOT_FOUND, text[:8])
    return int(text)


def optional_number(request: web.Request, name: str) -> int | None:
    """Return a number of the query, None where it is left out; `request.invalid`."""
    return number_of(request.query[name]) if name in request.query else None


def number_of(text: str) -> int:
    """Return a number of the query; `request.invalid`."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise MzError("request.invalid", Kind.INVALID, "not a number")
    return int(text)
