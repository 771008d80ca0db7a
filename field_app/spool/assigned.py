"""Recordings that were begun without an operation, and to which each belongs since."""

from __future__ import annotations

import msgspec

from field_app.spool.facts import Facts
from field_app.spool.footage import Footage
from schemas.problems import Kind, MzError


class KeptAssignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operation to which the officer assigned a recording."""

    operation: str


class Assigned:
    """What the openings say, and what the officer said afterwards."""

    def __init__(self, footage: Footage, facts: Facts) -> None:
        self._footage, self._facts = footage, facts
        self._known: dict[str, str] = {}

    def operation(self, recording: str) -> str | None:
        """Return the operation of a recording, None while it has none; `recording.unknown`."""
        stated = self._footage.recording(recording).opening.operation
        if stated is not None or recording in self._known:
            return stated or self._known[recording]
        kept = self._facts.get(f"assigned/{recording}", KeptAssignment)
        if kept is None:
            return None
        self._known[recording] = kept.operation
        return kept.operation

    def require_none(self, recording: str) -> None:
        """Raise `recording.already_assigned` unless a recording has no operation yet."""
        if self.operation(recording) is not None:
            raise MzError("recording.already_assigned", Kind.CONFLICT, recording)

    def keep(self, recording: str, operation: str) -> None:
        """Keep to which operation a recording belongs."""
        self._facts.put(f"assigned/{recording}", KeptAssignment(operation))
        self._known[recording] = operation
