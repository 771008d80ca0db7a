"""The HTTP port: each route names the act that its ticket must allow, decodes, calls, answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from media_relay.apart import film_of
from media_relay.bundles import MAX_REQUEST_BYTES
from media_relay.http_answers import answers, body_of, json_answer, let_in, stream
from media_relay.http_exports import EXPORT_ROUTES
from media_relay.http_imports import IMPORT_ROUTES
from media_relay.http_rooms import HttpRooms, Route, number_of, rendition_of
from media_relay.sight import Sight, sight_of
from media_relay.tickets import publisher_of, require
from media_relay.vault import Shelf
from schemas.feed import SpaceLevel
from schemas.media.head import NO_FRAGMENT
from schemas.problems import Kind, MzError
from schemas.sign import Envelope, decode
from schemas.ticket import Act, Ticket

MAX_ORDER_BYTES = 64 * 1024
MAX_GROUP = 10_000
SHEET_HEADER = "X-Mz-Sheet"
"""Names the header that says as JSON what the pictures of a contact sheet are."""
_CHUNK = 256 * 1024
_M3U8 = "application/vnd.apple.mpegurl"
_SEGMENT = re.compile(r"(\d{1,10})-(\d{1,10})")


async def _holdings(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording = request.match_info["recording"]
    require(ticket.recordings, recording)
    return json_answer(await rooms.footage.holdings(recording, sight_of(ticket, recording)))


async def _playlist(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    text = await rooms.footage.playlist(recording, rendition, sight_of(ticket, recording))
    return web.Response(text=text, content_type=_M3U8, headers={"Cache-Control": "no-cache"})


async def _track(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    return json_answer(await rooms.footage.track(recording, rendition, sight_of(ticket, recording)))


async def _init(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    return _media(await rooms.footage.init(recording, rendition), sight_of(ticket, recording))


async def _group(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    found = _SEGMENT.fullmatch(request.match_info["numbers"])
    first, last = (int(found[1]), int(found[2])) if found else (1, 0)
    if not first <= last < min(first + MAX_GROUP, NO_FRAGMENT):
        raise MzError("playback.gap", Kind.NOT_FOUND, "no such entry")
    sight = sight_of(ticket, recording)
    return _media(await rooms.footage.group(recording, rendition, first, last, sight), sight)


async def _put_exhibit(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    device = publisher_of(ticket).device
    chunks = request.content.iter_chunked(_CHUNK)
    new = await rooms.exhibits.put(request.match_info["sha256"], chunks, device)
    return web.json_response({"ok": True}, status=201 if new else 200)


async def _put_quarantined(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    sha256 = request.match_info["sha256"]
    require(ticket.exhibits, sha256)
    chunks = request.content.iter_chunked(_CHUNK)
    new = await rooms.exhibits.put(sha256, chunks, ticket.holder)
    return web.json_response({"ok": True}, status=201 if new else 200)


async def _examine(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    sha256 = request.match_info["sha256"]
    require(ticket.exhibits, sha256)
    film = await asyncio.to_thread(film_of, rooms.vault, sha256)
    return web.Response(
        body=film, content_type="video/mp4", headers={"Cache-Control": "no-store"}
    )  # fmt: skip


async def _get_exhibit(
    rooms: HttpRooms, request: web.Request, ticket: Ticket
) -> web.StreamResponse:
    sha256 = request.match_info["sha256"]
    require(ticket.exhibits, sha256)
    file = rooms.vault.open(Shelf.EXHIBITS, sha256)
    headers = {"Content-Length": str(rooms.vault.size(Shelf.EXHIBITS, sha256))}
    if sha256 in ticket.opened_exhibits:
        headers["Cache-Control"] = "no-store"
    return await stream(request, file, "application/octet-stream", headers)


async def _still(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    wall_ms = number_of(request.query.get("wall_ms", ""))
    sight = sight_of(ticket, recording)
    picture = await rooms.clips.still(recording, rendition, wall_ms, sight)
    return web.Response(body=picture, content_type="image/jpeg", headers=_kept(sight))


async def _sheet(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    sight = sight_of(ticket, recording)
    sheet = await rooms.sheets.sheet(
        recording, rendition, number_of(request.query.get("from_wall_ms", "")),
        number_of(request.query.get("to_wall_ms", "")),
        number_of(request.query.get("count", "20")), sight,
    )  # fmt: skip
    headers = {
        **_kept(sight),
        SHEET_HEADER: msgspec.json.encode(sheet.facts).decode("ascii"),
        "Access-Control-Expose-Headers": SHEET_HEADER,
    }
    return web.Response(body=sheet.picture, content_type="image/jpeg", headers=headers)


async def _feed(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    query = request.query
    page = await rooms.feed.page(
        rooms.index, query.get("epoch", ""), number_of(query.get("after", "0")),
        number_of(query.get("limit", "100")), number_of(query.get("wait_ms", "0")),
    )  # fmt: skip
    return json_answer(page)


async def _order(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    await rooms.orders.apply(decode(await body_of(request, MAX_ORDER_BYTES), Envelope))
    return web.json_response({"ok": True})


ROUTES = (
    Route("GET", "/v1/recordings/{recording}/holdings", Act.PLAY, _holdings),
    Route("GET", "/v1/recordings/{recording}/{rendition}/index.m3u8", Act.PLAY, _playlist),
    Route("GET", "/v1/recordings/{recording}/{rendition}/track", Act.PLAY, _track),
    Route("GET", "/v1/recordings/{recording}/{rendition}/init.mp4", Act.PLAY, _init),
    Route("GET", "/v1/recordings/{recording}/{rendition}/{numbers}.m4s", Act.PLAY, _group),
    Route("GET", "/v1/recordings/{recording}/{rendition}/still", Act.PLAY, _still),
    Route("GET", "/v1/recordings/{recording}/{rendition}/sheet", Act.PLAY, _sheet),
    Route("PUT", "/v1/exhibits/{sha256}", Act.PUBLISH, _put_exhibit),
    Route("PUT", "/v1/quarantine/{sha256}", Act.QUARANTINE, _put_quarantined),
    Route("GET", "/v1/quarantine/{sha256}", Act.EXAMINE, _examine),
    Route("GET", "/v1/exhibits/{sha256}", Act.PLAY, _get_exhibit),
    Route("GET", "/v1/feed", Act.FEED, _feed),
    Route("POST", "/v1/orders", Act.FEED, _order),
    *EXPORT_ROUTES,
    *IMPORT_ROUTES,
)
"""Every route but `/v1/health`, which is open to all: it says that the relay runs, which failure
domains do not take what they are given (`CODE NAME`), and whether the disk is too full for new
recordings; no more."""


def make_app(rooms: HttpRooms) -> web.Application:
    """Return the application of all routes."""
    app = web.Application(
        middlewares=[answers(rooms.allow_origin)], client_max_size=MAX_REQUEST_BYTES
    )
    app.on_response_prepare.append(let_in(rooms.allow_origin))

    async def health(request: web.Request) -> web.Response:
        alarms = [f"{code} {name}" for name, code in sorted(rooms.domains.down.items())]
        if rooms.space.level is SpaceLevel.FULL:
            alarms.append("relay.disk_full data")
        return web.json_response({"ok": True, "relay": rooms.relay, "alarms": alarms})

    app.router.add_get("/v1/health", health)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _guarded(rooms, route))
    return app


def _guarded(
    rooms: HttpRooms, route: Route
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler behind its ticket."""

    async def handle(request: web.Request) -> web.StreamResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise MzError("ticket.missing", Kind.UNAUTHENTICATED, "no bearer ticket")
        return await route.handler(rooms, request, rooms.desk.check(token.strip(), route.act))

    return handle


def _media(data: bytes, sight: Sight) -> web.Response:
    return web.Response(body=data, content_type="video/mp4", headers=_kept(sight))


def _kept(sight: Sight) -> dict[str, str]:
    """Return what the browser may keep: nothing that it could show after an opening is over."""
    return {"Cache-Control": "no-store" if sight.opened else "private, max-age=3600"}


def _footage(request: web.Request, ticket: Ticket) -> tuple[str, int]:
    recording, rendition = request.match_info["recording"], request.match_info["rendition"]
    require(ticket.recordings, recording)
    return recording, rendition_of(rendition)
