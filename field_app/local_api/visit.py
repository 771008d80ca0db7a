"""A visit on the local socket: the check before it, its ending, the integrity value."""

from __future__ import annotations

from typing import Annotated

import msgspec

from schemas.integrity import OtherDevice
from schemas.opened import OpenedKind
from schemas.recording_notes import Checked
from schemas.records import Attendee


class OperationArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ending → Ending: what this device holds of an operation; check_departure → None: the
    device tests itself, `Status.departure` tells."""

    operation: str


class OpenOperationArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """open_operation → OperationBrief: an operation that the officer came upon, under an id that
    the driver made. `place_text` empty: where the device is measured to be. `case`: one of the
    day's operations; else `case_number` as he wrote it, empty while he does not know it. `crew`:
    of `colleagues`."""

    operation: str
    kind: OpenedKind
    place_text: Annotated[str, msgspec.Meta(max_length=200)] = ""
    case: str = ""
    case_number: Annotated[str, msgspec.Meta(max_length=60)] = ""
    crew: Annotated[list[str], msgspec.Meta(max_length=20)] = []
    companions: Annotated[str, msgspec.Meta(max_length=100)] = ""


class SiteNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far this device is from an operation's place. inside: surely within its fence or not;
    None: the fix is missing or too coarse. `entered_ms`: within since then, and the officer is
    asked whether he arrived. `step`: the furthest that this device reported."""

    operation: str
    distance_m: int | None = None
    inside: bool | None = None
    entered_ms: int | None = None
    step: str = ""


class DepartureNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pre-departure check as far as it has come; `problem`: why its record was not kept."""

    operation: str
    began_ms: int
    checked: list[Checked] = []
    ended: bool = False
    problem: str = ""


class StateValueArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """state_value → Stated: states the integrity value as of now, on a page to be signed.
    `others`: of the crew, with the codes that their own devices showed."""

    operation: str
    others: Annotated[list[OtherDevice], msgspec.Meta(max_length=40)]


class ConfirmValueArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """confirm_value → OutboxItem: signs and keeps the value that was stated last, with who signed
    its page or refused. `draft` is kept no longer once the record is."""

    operation: str
    attendees: Annotated[list[Attendee], msgspec.Meta(max_length=60)]
    draft: str = ""


class Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An integrity value: short code, what its QR code says, its page and what that says."""

    code: str
    qr: str
    paper: str
    lines: list[str]
    at_ms: int
    fragments: int
    unsigned_tail: int


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What this device holds of an operation: when it recorded by its wall clock and when not
    between arrival and withdrawal (or now), what was written, what lacks a signature. `unsent`:
    records that wait; `refused`: items of its records and exhibits that the other side refused, the
    newest first; `set_aside`: refused records in whose place another went. `people`: (kind, name)
    of those present at its acts. `stated`: the value stated last; `confirmed`: the short codes of
    values that were signed."""

    arrived_ms: int | None
    withdrawn_ms: int | None
    recorded: list[tuple[int, int]]
    missing: list[tuple[int, int]]
    fragments: int
    unsent_fragments: int
    unsent: int
    refused: list[str]
    set_aside: int
    acts: int
    photos: int
    signatures: int
    refusals: int
    unsigned: list[str]
    people: list[tuple[str, str]]
    stated: Stated | None = None
    confirmed: list[str] = []
