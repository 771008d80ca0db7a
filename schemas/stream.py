"""Messages on the relay's WebSockets. Text frames are tagged JSON (`"t"`), binary frames are
fragment (`MZF1`), init (`MZI1`) and head (`MZH1`) frames of `schemas.media`.

Device, both lanes:   Publish → Welcome; then Open, binary frames, Ask;
                      relay: Got, Received, Archived, Missing, Holdings, Watchers, Fault.
Viewer:               Watch → Welcome; then relay: Now, init frame, fragment frames, Skipped,
                      Private, Ended, Fault.
A `Fault` with `fatal` closes the socket.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import msgspec

from schemas.media.opening import RenditionInfo
from schemas.problems import Kind, MzError, Problem
from schemas.ranges import Range
from schemas.sign import Envelope

MAX_TEXT_BYTES = 64 * 1024
ARCHIVED = "archived/1"


class Lane(StrEnum):
    """The live lane may drop, the archive lane may not."""

    LIVE = "live"
    ARCHIVE = "archive"


class _Message(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="t", omit_defaults=True
):
    pass


class Publish(_Message, tag="publish", frozen=True):
    """First frame of a device's socket."""

    ticket: str
    lane: Lane
    v: int = 1


class Watch(_Message, tag="watch", frozen=True):
    """First frame of a viewer's socket: one device's live pictures, in one rendition.

    With `from_wall_ms` (the device's clock, ms) they begin at the key-frame before it, two minutes
    ago at most, and catch up at twice the speed at most.
    """

    ticket: str
    device: str
    rendition: int = 1
    v: int = 1
    from_wall_ms: int | None = None


class Open(_Message, tag="open", frozen=True):
    """The opening of a recording, before its first frame on either lane; repeating it is safe."""

    opening: Envelope


class Ask(_Message, tag="ask", frozen=True):
    """What does the relay hold of this recording? Answered by one `Holdings` a rendition."""

    recording: str


class Welcome(_Message, tag="welcome", frozen=True):
    """The ticket is good. `at_ms` is the relay's wall clock."""

    relay: str
    at_ms: int


class Got(_Message, tag="got", frozen=True):
    """Arrived, for flow control only."""

    recording: str
    rendition: int
    ranges: list[Range]


class Received(_Message, tag="received", frozen=True):
    """Durable in the relay's log."""

    recording: str
    rendition: int
    ranges: list[Range]


class RenditionRanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fragment numbers of one rendition."""

    rendition: int
    ranges: list[Range]


class ArchivedStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `archived/1`, signed by the relay: the closed part was read back and hashed.

    `domains` names the failure domains that hold it, `required` how many the policy asks for;
    a device may delete only with `len(domains) >= required >= 2`.
    """

    relay: str
    recording: str
    part: str
    part_sha256: str
    part_bytes: int
    fragments: list[RenditionRanges]
    domains: list[str]
    required: int
    at_ms: int


class Archived(_Message, tag="archived", frozen=True):
    """A signed `ArchivedStatement`."""

    statement: Envelope


class Missing(_Message, tag="missing", frozen=True):
    """The relay lacks these numbers and asks for them."""

    recording: str
    rendition: int
    ranges: list[Range]


class Holdings(_Message, tag="holdings", frozen=True):
    """What the relay holds: the opening?, the init segment?, ranges durable and archived."""

    recording: str
    rendition: int
    opened: bool
    init: bool
    received: list[Range]
    archived: list[Range]
    final: bool = False


class Watchers(_Message, tag="watchers", frozen=True):
    """How many people watch this device now."""

    device: str
    count: int


class Now(_Message, tag="now", frozen=True):
    """To a viewer: fragments of this recording follow, after its init frame."""

    device: str
    recording: str
    opened_wall_ms: int
    info: RenditionInfo


class Skipped(_Message, tag="skipped", frozen=True):
    """To a slow viewer: these fragments were not sent, the next is a key-frame."""

    recording: str
    first: int
    last: int


class Private(_Message, tag="private", frozen=True):
    """To a viewer: a private interval runs since this wall clock of the device; recording goes on,
    nothing of it is sent. The next fragment, a key-frame, ends it."""

    device: str
    recording: str
    since_wall_ms: int


class Ended(_Message, tag="ended", frozen=True):
    """To a viewer: the recording ended (`final`) or its device is gone for now."""

    device: str
    recording: str
    final: bool


class Fault(_Message, tag="fault", frozen=True):
    """A refusal; names the fragment it is about where there is one."""

    problem: Problem
    recording: str | None = None
    rendition: int | None = None
    number: int | None = None
    fatal: bool = False


FromDevice = Publish | Open | Ask
ToDevice = Welcome | Got | Received | Archived | Missing | Holdings | Watchers | Fault
FromViewer = Watch
ToViewer = Welcome | Now | Skipped | Private | Ended | Fault
First = Publish | Watch

_from_device: msgspec.json.Decoder[FromDevice] = msgspec.json.Decoder(FromDevice)
_to_device: msgspec.json.Decoder[ToDevice] = msgspec.json.Decoder(ToDevice)
_to_viewer: msgspec.json.Decoder[ToViewer] = msgspec.json.Decoder(ToViewer)
_first: msgspec.json.Decoder[First] = msgspec.json.Decoder(First)
_M = TypeVar("_M")


def encode_text(message: _Message) -> bytes:
    """Return the text frame of a message."""
    return msgspec.json.encode(message)


def _decode(decoder: msgspec.json.Decoder[_M], raw: bytes | str) -> _M:
    if len(raw) > MAX_TEXT_BYTES:
        raise MzError("message.too_large", Kind.TOO_LARGE, f"{len(raw)} bytes")
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        unknown = "Invalid value" in str(error) and "$.t" in str(error)
        code = "message.unknown" if unknown else "message.malformed"
        raise MzError(code, Kind.INVALID, str(error)[:200]) from error


def decode_first(raw: bytes | str) -> First:
    """Return the first message of any socket."""
    return _decode(_first, raw)


def decode_from_device(raw: bytes | str) -> FromDevice:
    """Return a device's message; `message.malformed`, `message.unknown`, `message.too_large`."""
    return _decode(_from_device, raw)


def decode_to_device(raw: bytes | str) -> ToDevice:
    """Return a relay's message to a device."""
    return _decode(_to_device, raw)


def decode_to_viewer(raw: bytes | str) -> ToViewer:
    """Return a relay's message to a viewer."""
    return _decode(_to_viewer, raw)
