"""The HTTP port's routes of exports: packages and films, at once or as jobs."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import IO

import msgspec
import structlog
from aiohttp import web

from media_relay.bundles import MAX_REQUEST_BYTES, check_paths, footing_of
from media_relay.exports import Made, Progress
from media_relay.http_answers import body_of, json_answer, stream
from media_relay.http_rooms import HttpRooms, Route, optional_number, rendition_of
from media_relay.sight import sight_of
from media_relay.tickets import require
from schemas.bundle import BundleRequest
from schemas.exports import ExportOrder
from schemas.sign import decode
from schemas.ticket import Act, Ticket

MAX_ORDER_BYTES = 256 * 1024
CLIP_HEADER = "X-Mz-Clip"
"""Names the header that says as JSON what a clip holds and which fragments it lacks."""

_log = structlog.get_logger()


async def _bundle(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.StreamResponse:
    file = await _pack(rooms, ticket, await _asked(request, ticket), Progress())
    _log.info("bundle.packed", holder=ticket.holder)
    headers = {"Content-Disposition": 'attachment; filename="evidence.zip"'}
    return await stream(request, file, "application/zip", headers)


async def _clip(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.StreamResponse:
    recording = request.query.get("recording", "")
    require(ticket.recordings, recording)
    clip = await rooms.clips.clip(
        recording, rendition_of(request.query.get("rendition", "1")),
        optional_number(request, "from_wall_ms"), optional_number(request, "to_wall_ms"),
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
    return await stream(request, clip.file, "video/mp4", headers)


async def _asked(request: web.Request, ticket: Ticket) -> BundleRequest:
    asked = decode(await body_of(request, MAX_REQUEST_BYTES), BundleRequest)
    check_paths(asked)
    for recording in asked.recordings:
        require(ticket.recordings, recording)
    for sha256 in asked.exhibits:
        require(ticket.exhibits, sha256)
    return asked


async def _pack(
    rooms: HttpRooms, ticket: Ticket, asked: BundleRequest, progress: Progress
) -> IO[bytes]:
    progress.private = not set(asked.exhibits).isdisjoint(ticket.opened_exhibits)
    states = [await rooms.registry.get(one) for one in dict.fromkeys(asked.recordings)]
    with rooms.log.kept():
        for state in states:
            await rooms.heads.check(state)
        footings = [footing_of(state, sight_of(ticket, state.id)) for state in states]
        return await asyncio.to_thread(rooms.packer.pack, asked, footings, progress)


async def _order_bundle(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    asked = await _asked(request, ticket)

    async def work(progress: Progress) -> Made:
        return Made(await _pack(rooms, ticket, asked, progress), "application/zip", [])

    order = msgspec.json.encode(asked)
    return json_answer(
        rooms.exports.order(asked.bundle, ticket.holder, order, work, ticket.opens), 202
    )


async def _order_films(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    body = await body_of(request, MAX_ORDER_BYTES)
    asked = decode(body, ExportOrder)
    for film in asked.films:
        require(ticket.recordings, film.recording)
    work = partial(rooms.films.make, asked, partial(sight_of, ticket))
    order = msgspec.json.encode(asked)
    return json_answer(
        rooms.exports.order(asked.export, ticket.holder, order, work, ticket.opens), 202
    )


async def _state(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    return json_answer(rooms.exports.state(request.match_info["export"], ticket.holder))


async def _file(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.StreamResponse:
    path, media_type = rooms.exports.file(request.match_info["export"], ticket.holder, ticket.opens)
    headers = {"Content-Type": media_type, "Cache-Control": "no-store"}
    return web.FileResponse(path, headers=headers)


async def _drop(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    rooms.exports.drop(request.match_info["export"], ticket.holder)
    return web.json_response({"ok": True})


EXPORT_ROUTES = (
    Route("GET", "/v1/exports/mp4", Act.EXPORT, _clip),
    Route("POST", "/v1/bundles", Act.EXPORT, _bundle),
    Route("POST", "/v1/exports", Act.EXPORT, _order_films),
    Route("POST", "/v1/exports/bundle", Act.EXPORT, _order_bundle),
    Route("GET", "/v1/exports/{export}", Act.EXPORT, _state),
    Route("GET", "/v1/exports/{export}/file", Act.EXPORT, _file),
    Route("DELETE", "/v1/exports/{export}", Act.EXPORT, _drop),
)
