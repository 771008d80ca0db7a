"""The lines on the local socket: one asks, one answers."""

from __future__ import annotations

from typing import Any

import msgspec

from schemas.problems import Problem

SOCKET_NAME = "service.sock"
PREVIEW_NAME = "preview.sock"


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line to the service; `args` is the struct named below for the verb."""

    id: int
    verb: str
    args: dict[str, Any] = {}


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line from the service."""

    id: int
    ok: bool
    result: Any = None
    problem: Problem | None = None
