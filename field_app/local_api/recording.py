"""Recording on the local socket: begun, stopped, seen by nobody, and how far it got."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schemas.field_api import CrewAsked
from schemas.recording_notes import PrivateReason


class StartArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """start → Status. Without an operation the recording is assigned later."""

    operation: str | None = None


class StopArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """stop → Status. A reason is required."""

    reason: str


class StartCrewArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """start_crew → OutboxItem: starts this device and asks the crew's other devices to start."""

    operation: str


class CrewNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The crew was asked to record. changed_ms: when the last change of it was heard of here, by
    this device's wall clock."""

    asked: CrewAsked
    changed_ms: int


class BeginPrivateArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """begin_private → OutboxItem: recording goes on, viewing is closed until `end_private`."""

    operation: str
    reason: PrivateReason


class AssignArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """assign → OutboxItem: a recording that was begun first belongs to this operation."""

    recording: str
    operation: str


class KeyArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """key → KeyDone: a volume key was pressed, or held for two seconds; the operation at hand."""

    held: bool
    operation: str | None = None


class KeyDone(StrEnum):
    """What a key did."""

    STARTED = "started"
    MARKED = "marked"
    STOPPED = "stopped"
    NOTHING = "nothing"


class FootageBy(StrEnum):
    """Over what kept footage may go; alarms, records and what is live go over any link."""

    ANY = "any"
    UNMETERED = "unmetered"


class FootageByArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """footage_by → Status."""

    by: FootageBy


class RecordingStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recording by the numbers of its full rendition; counts are fragments."""

    recording: str
    operation: str | None
    started_wall_ms: int
    ended: bool
    recorded: int
    received: int
    archived: int
    archived_to_ms: int | None
