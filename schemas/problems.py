"""The one error of the house, and the catalogue of its codes.

Every refusal has a stable code `thing.reason` and a kind; faces map the kind to an HTTP
status or a socket answer in one place. The catalogue below is documented in
`docs/errors.md`; a test keeps both equal.
"""

from __future__ import annotations

import enum

import msgspec


class Kind(enum.StrEnum):
    """What sort of refusal it is; HTTP statuses follow from it."""

    INVALID = "invalid"  # 400 the input is wrong and stays wrong
    UNAUTHENTICATED = "unauthenticated"  # 401 who are you
    REFUSED = "refused"  # 403 known, but may not
    NOT_FOUND = "not_found"  # 404
    CONFLICT = "conflict"  # 409 other bytes under a known id
    TOO_LARGE = "too_large"  # 413
    THROTTLED = "throttled"  # 429
    UNAVAILABLE = "unavailable"  # 503 try again later


HTTP_STATUS = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.REFUSED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}


class Problem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refusal as it crosses the wire: stable code, kind, one sentence for the log."""

    code: str
    kind: Kind
    detail: str = ""


class MzError(Exception):
    """A refusal with a stable code. `detail` names ids and limits, never persons or secrets."""

    def __init__(self, code: str, kind: Kind, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.kind, self.detail = code, kind, detail

    def problem(self) -> Problem:
        """Return the form that crosses the wire."""
        return Problem(self.code, self.kind, self.detail)
