"""The HTTP port's routes of imports: bytes of a recorder's file, and how far it is."""

from __future__ import annotations

import asyncio

from aiohttp import web

from media_relay.http_answers import json_answer
from media_relay.http_rooms import HttpRooms, Route, number_of
from schemas.bridge import ImportTerms
from schemas.problems import Kind, MzError
from schemas.ticket import Act, Ticket

_CHUNK = 256 * 1024


async def _append(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    terms = _terms(request, ticket)
    chunks = request.content.iter_chunked(_CHUNK)
    offset = number_of(request.query.get("offset", ""))
    return json_answer(await rooms.imports.append(terms, offset, aiter(chunks)))


async def _status(rooms: HttpRooms, request: web.Request, ticket: Ticket) -> web.Response:
    return json_answer(await asyncio.to_thread(rooms.imports.status, _terms(request, ticket)))


def _terms(request: web.Request, ticket: Ticket) -> ImportTerms:
    """Return what the ticket says about the file that the address names."""
    if ticket.imported is None or ticket.imported.recording != request.match_info["recording"]:
        raise MzError("ticket.wrong_subject", Kind.REFUSED, request.match_info["recording"][:64])
    return ticket.imported


IMPORT_ROUTES = (
    Route("PUT", "/v1/imports/{recording}", Act.IMPORT, _append),
    Route("GET", "/v1/imports/{recording}", Act.IMPORT, _status),
)
