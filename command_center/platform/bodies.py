"""Reading request bodies as strict messages of the wire."""

from __future__ import annotations

from typing import TypeVar

from flask import request

from schemas.problems import Kind, MzError
from schemas.sign import decode

M = TypeVar("M")
_TYPES = frozenset({"", "application/json"})


def read_message(model: type[M], limit: int) -> M:
    """Return the JSON body as `model`.

    Errors: `request.wrong_type` for a body that calls itself anything but JSON,
    `message.too_large` over `limit` bytes, `message.malformed` for what is no such message
    (unknown fields included).
    """
    if request.mimetype not in _TYPES:
        raise MzError("request.wrong_type", Kind.INVALID, request.mimetype[:80])
    if request.content_length is None or request.content_length > limit:
        raise MzError("message.too_large", Kind.TOO_LARGE, f"at most {limit} bytes, with a length")
    return decode(request.get_data(cache=False), model)
