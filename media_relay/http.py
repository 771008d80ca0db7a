"""The HTTP port: each route names the act that its ticket must allow, decodes, calls, answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import IO, Final, NamedTuple, TypeVar

import msgspec
import structlog
from aiohttp import web

from media_relay.bundles import MAX_REQUEST_BYTES, Packer, footing_of
from media_relay.clips import Clips
from media_relay.domains import Domains
from media_relay.exhibits import Exhibits
from media_relay.feed import Feed
from media_relay.footage import Footage
from media_relay.index import Index
from media_relay.log import SharedLog
from media_relay.orders import Orders
from media_relay.registry import Registry
from media_relay.sight import Sight, sight_of
from media_relay.tickets import TicketDesk, publisher_of, require
from media_relay.vault import LocalVault, Shelf
from schemas.bundle import BundleRequest
from schemas.media.head import NO_FRAGMENT
from schemas.problems import HTTP_STATUS, Kind, MzError
from schemas.sign import Envelope, decode
from schemas.ticket import Act, Ticket

MAX_ORDER_BYTES = 64 * 1024
MAX_GROUP = 10_000
CLIP_HEADER = "X-Mz-Clip"
"""Names the header that says as JSON what a clip holds and which fragments it lacks."""
_CHUNK = 256 * 1024
_M3U8 = "application/vnd.apple.mpegurl"
_SEGMENT = re.compile(r"(\d{1,10})-(\d{1,10})")

_log = structlog.get_logger()
M = TypeVar("M")


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
    registry: Registry
    log: SharedLog


Middleware = Callable[..., Awaitable[web.StreamResponse]]
Handler = Callable[[HttpRooms, web.Request, Ticket], Awaitable[web.StreamResponse]]


class Route(NamedTuple):
    """A route and the act of its ticket."""

    method: str
    path: str
    act: Act
    handler: Handler


async def _holdings(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording = request.match_info["recording"]
    require(ticket.recordings, recording)
    return _json(await rooms.footage.holdings(recording, sight_of(ticket, recording)))


async def _playlist(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    text = await rooms.footage.playlist(recording, rendition, sight_of(ticket, recording))
    return web.Response(text=text, content_type=_M3U8, headers={"Cache-Control": "no-cache"})


async def _track(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    return _json(await rooms.footage.track(recording, rendition, sight_of(ticket, recording)))


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


async def _get_exhibit(
    rooms: HttpRooms, request: web.Request, ticket: Ticket
) -> web.StreamResponse:
    sha256 = request.match_info["sha256"]
    require(ticket.exhibits, sha256)
    file = rooms.vault.open(Shelf.EXHIBITS, sha256)
    headers = {"Content-Length": str(rooms.vault.size(Shelf.EXHIBITS, sha256))}
    return await _stream(request, file, "application/octet-stream", headers)


async def _bundle(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.StreamResponse:
    asked = decode(await _body(request, MAX_REQUEST_BYTES), BundleRequest)
    for recording in asked.recordings:
        require(ticket.recordings, recording)
    for sha256 in asked.exhibits:
        require(ticket.exhibits, sha256)
    states = [await rooms.registry.get(one) for one in dict.fromkeys(asked.recordings)]
    with rooms.log.kept():
        footings = [footing_of(state, sight_of(ticket, state.id)) for state in states]
        file = await asyncio.to_thread(rooms.packer.pack, asked, footings)
    _log.info("bundle.packed", bundle=asked.bundle, holder=ticket.holder)
    headers = {"Content-Disposition": 'attachment; filename="evidence.zip"'}
    return await _stream(request, file, "application/zip", headers)


async def _clip(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.StreamResponse:
    recording = request.query.get("recording", "")
    require(ticket.recordings, recording)
    clip = await rooms.clips.clip(
        recording, _rendition(request.query.get("rendition", "1")),
        _optional_number(request, "from_wall_ms"), _optional_number(request, "to_wall_ms"),
        sight_of(ticket, recording),
    )  # fmt: skip
    _log.info("clip.made", recording=recording, holder=ticket.holder, bytes=clip.size)
    headers = {
        "Content-Length": str(clip.size),
        "Content-Disposition": 'attachment; filename="clip.mp4"',
        CLIP_HEADER: msgspec.json.encode(clip.facts).decode("ascii"),
        "Access-Control-Expose-Headers": CLIP_HEADER,
        "Cache-Control": "no-store",
    }
    return await _stream(request, clip.file, "video/mp4", headers)


async def _still(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    recording, rendition = _footage(request, ticket)
    wall_ms = _number(request.query.get("wall_ms", ""))
    sight = sight_of(ticket, recording)
    picture = await rooms.clips.still(recording, rendition, wall_ms, sight)
    return web.Response(body=picture, content_type="image/jpeg", headers=_kept(sight))


async def _feed(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    query = request.query
    page = await rooms.feed.page(
        rooms.index, query.get("epoch", ""), _number(query.get("after", "0")),
        _number(query.get("limit", "100")), _number(query.get("wait_ms", "0")),
    )  # fmt: skip
    return _json(page)


async def _order(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    await rooms.orders.apply(decode(await _body(request, MAX_ORDER_BYTES), Envelope))
    return web.json_response({"ok": True})


ROUTES = (
    Route("GET", "/v1/recordings/{recording}/holdings", Act.PLAY, _holdings),
    Route("GET", "/v1/recordings/{recording}/{rendition}/index.m3u8", Act.PLAY, _playlist),
    Route("GET", "/v1/recordings/{recording}/{rendition}/track", Act.PLAY, _track),
    Route("GET", "/v1/recordings/{recording}/{rendition}/init.mp4", Act.PLAY, _init),
    Route("GET", "/v1/recordings/{recording}/{rendition}/{numbers}.m4s", Act.PLAY, _group),
    Route("GET", "/v1/recordings/{recording}/{rendition}/still", Act.PLAY, _still),
    Route("GET", "/v1/exports/mp4", Act.EXPORT, _clip),
    Route("PUT", "/v1/exhibits/{sha256}", Act.PUBLISH, _put_exhibit),
    Route("GET", "/v1/exhibits/{sha256}", Act.PLAY, _get_exhibit),
    Route("POST", "/v1/bundles", Act.EXPORT, _bundle),
    Route("GET", "/v1/feed", Act.FEED, _feed),
    Route("POST", "/v1/orders", Act.FEED, _order),
)
"""Every route but `/v1/health`, which is open to all: it says that the relay runs and
which failure domains do not take what they are given (`CODE NAME`), no more."""

_HEADERS: Final = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Range",
    "Access-Control-Allow-Methods": "GET, PUT, POST, OPTIONS",
    "Access-Control-Max-Age": "600",
}


def make_app(rooms: HttpRooms) -> web.Application:
    """Return the application of all routes."""
    app = web.Application(
        middlewares=[_answers(rooms.allow_origin)], client_max_size=MAX_REQUEST_BYTES
    )
    app.on_response_prepare.append(_let_in(rooms.allow_origin))

    async def health(request: web.Request) -> web.Response:
        alarms = [f"{code} {name}" for name, code in sorted(rooms.domains.down.items())]
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


def _let_in(allow_origin: str) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what puts the headers on every answer: the desk's pages may read it, nobody guesses
    its type."""

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if allow_origin and request.headers.get("Origin") == allow_origin:
            response.headers["Access-Control-Allow-Origin"] = allow_origin
            response.headers["Vary"] = "Origin"

    return prepare


def _answers(allow_origin: str) -> Middleware:
    """Return the middleware that answers preflights and maps refusals to statuses."""

    @web.middleware
    async def middleware(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.method != "OPTIONS":
            return await _answer(request, handler)
        allowed = bool(allow_origin) and request.headers.get("Origin") == allow_origin
        return web.Response(status=204 if allowed else 403, headers=_HEADERS if allowed else {})

    return middleware


async def _answer(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except MzError as error:
        return _problem(error)
    except OSError as error:
        _log.error("vault.failed", reason=str(error)[:200])
        return _problem(MzError("vault.failed", Kind.UNAVAILABLE, "the disk refused"))
    except web.HTTPRequestEntityTooLarge:
        return _problem(MzError("message.too_large", Kind.TOO_LARGE, "body"))
    except web.HTTPException as error:
        kind = Kind.NOT_FOUND if error.status == 404 else Kind.INVALID
        code = "route.unknown" if error.status == 404 else "request.invalid"
        return _problem(MzError(code, kind, error.reason), error.status)


def _problem(error: MzError, status: int | None = None) -> web.Response:
    body = msgspec.json.encode(error.problem())
    return web.Response(
        body=body, status=status or HTTP_STATUS[error.kind], content_type="application/json"
    )


def _json(value: msgspec.Struct | list[M]) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value), content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


def _media(data: bytes, sight: Sight) -> web.Response:
    return web.Response(body=data, content_type="video/mp4", headers=_kept(sight))


def _kept(sight: Sight) -> dict[str, str]:
    """Return what the browser may keep: nothing that it could show after an opening is over."""
    return {"Cache-Control": "no-store" if sight.opened else "private, max-age=3600"}


def _footage(request: web.Request, ticket: Ticket) -> tuple[str, int]:
    recording, rendition = request.match_info["recording"], request.match_info["rendition"]
    require(ticket.recordings, recording)
    return recording, _rendition(rendition)


def _rendition(text: str) -> int:
    if text not in ("1", "2", "3"):
        raise MzError("opening.unknown_rendition", Kind.NOT_FOUND, text[:8])
    return int(text)


def _optional_number(request: web.Request, name: str) -> int | None:
    return _number(request.query[name]) if name in request.query else None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise MzError("request.invalid", Kind.INVALID, "not a number")
    return int(text)


async def _body(request: web.Request, limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise MzError("message.too_large", Kind.TOO_LARGE, f"over {limit} bytes")
    body = await request.read()
    if len(body) > limit:
        raise MzError("message.too_large", Kind.TOO_LARGE, f"over {limit} bytes")
    return body


async def _stream(
    request: web.Request, file: IO[bytes], content_type: str, headers: dict[str, str]
) -> web.StreamResponse:
    """Send an open file in chunks, read in a thread; the file is closed at the end."""
    response = web.StreamResponse(headers=headers)
    response.content_type = content_type
    try:
        await response.prepare(request)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            await response.write(chunk)
        await response.write_eof()
    finally:
        file.close()
    return response
