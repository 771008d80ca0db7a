"""Refusals as HTTP: one place maps kinds to statuses, for JSON callers and for pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import structlog
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from schemas.problems import HTTP_STATUS, Kind, MzError

log = structlog.get_logger()
Page = Callable[[MzError], Response]
"""A face's error page; the status is set by the caller."""

_HTTP_CODES = {
    400: ("request.malformed", Kind.INVALID),
    404: ("request.unknown_address", Kind.NOT_FOUND),
    405: ("request.wrong_method", Kind.INVALID),
    413: ("request.too_large", Kind.TOO_LARGE),
    415: ("request.wrong_type", Kind.INVALID),
}


def json_response(message: object, status: int = 200) -> Response:
    """Return a message of the wire as a JSON response."""
    return Response(msgspec.json.encode(message), status, mimetype="application/json")


def problem_response(error: MzError) -> Response:
    """Return a refusal as `Problem` JSON with the status of its kind."""
    return json_response(error.problem(), HTTP_STATUS[error.kind])


def register(app: Flask, pages: Mapping[str, Page]) -> None:
    """Map refusals; `pages` gives the error page of a path prefix, others get JSON."""

    def answer(error: MzError) -> Response:
        wants_json = (
            request.is_json
            or request.path.endswith(".json")
            or "X-Requested-With" in request.headers
        )
        for prefix, page in pages.items():
            if request.path.startswith(prefix) and not wants_json:
                response = page(error)
                if response.status_code == 200:
                    response.status_code = HTTP_STATUS[error.kind]
                return response
        return problem_response(error)

    def on_refusal(error: MzError) -> Response:
        log.info("request.refused", code=error.code, endpoint=request.endpoint)
        return answer(error)

    def on_http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error.get_response()
        code, kind = _HTTP_CODES.get(status, ("request.refused", Kind.REFUSED))
        return answer(MzError(code, kind))

    def on_defect(error: Exception) -> Response:
        log.error("request.defect", endpoint=request.endpoint, exc_info=error)
        return answer(MzError("centre.defect", Kind.UNAVAILABLE))

    app.register_error_handler(MzError, on_refusal)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_defect)
