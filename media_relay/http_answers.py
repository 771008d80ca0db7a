"""How the HTTP port answers: JSON, problems, streams, and who may read them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import IO, Final, TypeVar

import msgspec
import structlog
from aiohttp import web

from schemas.problems import HTTP_STATUS, Kind, MzError

M = TypeVar("M")
Middleware = Callable[..., Awaitable[web.StreamResponse]]
_CHUNK = 256 * 1024

_log = structlog.get_logger()

_HEADERS: Final = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Range",
    "Access-Control-Allow-Methods": "GET, PUT, POST, DELETE, OPTIONS",
    "Access-Control-Max-Age": "600",
}


def let_in(allow_origin: str) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return what puts the headers on every answer: the desk's pages may read it, nobody guesses
    its type."""

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if allow_origin and request.headers.get("Origin") == allow_origin:
            response.headers["Access-Control-Allow-Origin"] = allow_origin
            response.headers["Vary"] = "Origin"

    return prepare


def answers(allow_origin: str) -> Middleware:
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


def json_answer(value: msgspec.Struct | list[M], status: int = 200) -> web.Response:
    """Return a message as an answer that nobody keeps."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


async def body_of(request: web.Request, limit: int) -> bytes:
    """Return the body; `message.too_large`."""
    if (request.content_length or 0) > limit:
        raise MzError("message.too_large", Kind.TOO_LARGE, f"over {limit} bytes")
    body = await request.read()
    if len(body) > limit:
        raise MzError("message.too_large", Kind.TOO_LARGE, f"over {limit} bytes")
    return body


async def stream(
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
