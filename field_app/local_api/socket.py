"""The lines on the local socket: one asks, one answers."""

from __future__ import annotations

from typing import Any

import msgspec

from schemas.problems import Problem

SOCKET_NAME = "service.sock"
PREVIEW_NAME = "preview.sock"
REPLAY_NAME = "replay.sock"


class ReplayArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one line to the replay socket: what was recorded from 5 s before a photo was taken, by
    its SHA-256, or before `at_ms` (wall clock, ms) of a recording. An `Answer` comes back, and if
    it is good, pictures as on the preview socket."""

    photo: str = ""
    recording: str = ""
    at_ms: int = 0


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
