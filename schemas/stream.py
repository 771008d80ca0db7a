"""Messages on the relay's WebSockets. Text frames are tagged JSON (`"t"`), binary frames are
fragment (`MZF1`), init (`MZI1`) and head (`MZH1`) frames of `schemas.media`.

Device, both lanes:   Publish → Welcome; then Open, binary frames, Ask;
                      relay: Got, Received, Archived, Missing, Holdings, Watchers, Fault.
Viewer:               Watch → Welcome; then relay: Now, init frame, fragment frames, Skipped,
                      Private, Ended, Fault.
Talk (a desk):        Talk → Welcome and Hearer; then Hearing, Press, talk frames, Release;
                      relay: Hearer, Speaking, Heard, Silent, Fault, and once the desk said that
                      it hears: talk frames of its officers.
Talk (a device):      on its live lane: Hearing, Press, talk frames, Release, Played;
                      relay, once the device said how it hears: Speaking, talk frames, Silent.
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


class Talk(_Message, tag="talk", frozen=True):
    """First frame of a desk's socket to the officers whose devices its ticket names."""

    ticket: str
    v: int = 1


class Route(StrEnum):
    """How a device gives what it hears; `text`: it cannot, or its officer wants orders in writing;
    `away`: it is not connected."""

    EARPIECE = "earpiece"
    LOUDSPEAKER = "loudspeaker"
    TEXT = "text"
    AWAY = "away"


class Hearing(_Message, tag="hearing", frozen=True):
    """A device, or a desk, says how it hears; it is sent no talk before. `private`: the private
    interval that runs on the device; it may listen and not speak."""

    route: Route
    private: str = ""


class Press(_Message, tag="press", frozen=True):
    """A speaker asks for the floor; `burst` is an id of his own. Answered by `Speaking`.

    A device adds its newest publish `ticket`: his crew may be another than when it connected; and
    the `operation` that it records for, whose crew he speaks to before any other.
    """

    burst: str
    ticket: str = ""
    operation: str = ""


class Release(_Message, tag="release", frozen=True):
    """A speaker gives the floor back."""

    burst: str


class Played(_Message, tag="played", frozen=True):
    """A device has played so many milliseconds of a burst."""

    burst: str
    played_ms: int


class Hearer(_Message, tag="hearer", frozen=True):
    """To a desk: how a device hears."""

    device: str
    route: Route


class Speaking(_Message, tag="speaking", frozen=True):
    """Somebody has the floor, until `until_ms` (the relay's clock) at most. `speaker` is a staff or
    device id, `desk` says which."""

    burst: str
    speaker: str
    desk: bool
    until_ms: int


class Heard(_Message, tag="heard", frozen=True):
    """To a desk: a device has played so much of its burst."""

    burst: str
    device: str
    played_ms: int


class TalkEnd(StrEnum):
    """Why a burst ended."""

    RELEASED = "released"
    LIMIT = "limit"  # it took as long as one may speak
    LOST = "lost"  # the speaker's socket closed
    OVERRULED = "overruled"  # the desk took the floor from a device
    RELAY_ENDED = "relay_ended"  # the relay was killed or stopped


class Silent(_Message, tag="silent", frozen=True):
    """The floor is free again."""

    burst: str
    end: TalkEnd


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
    """Arrived, for flow control only, and not durable yet after a while.

    held_ms: how long the relay has had the newest of them.
    """

    recording: str
    rendition: int
    ranges: list[Range]
    held_ms: int = 0


class Received(_Message, tag="received", frozen=True):
    """Durable in the relay's log, and so arrived: it says what `got` would.

    held_ms: how long the relay has had the newest of them; 0 where `got` was said before.
    """

    recording: str
    rendition: int
    ranges: list[Range]
    held_ms: int = 0


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
    """How many people watch this device now, and which renditions beside the full one they wish
    for: a device on a good link sends those too."""

    device: str
    count: int
    renditions: list[int] = []


class Now(_Message, tag="now", frozen=True):
    """To a viewer: fragments of this recording follow, after its init frame.

    It comes again for the same recording when another rendition of it goes on.
    """

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


FromDevice = Publish | Open | Ask | Hearing | Press | Release | Played
ToDevice = (
    Welcome | Got | Received | Archived | Missing | Holdings | Watchers | Fault | Speaking | Silent
)
FromViewer = Watch
ToViewer = Welcome | Now | Skipped | Private | Ended | Fault
FromDesk = Talk | Hearing | Press | Release
ToDesk = Welcome | Hearer | Speaking | Heard | Silent | Fault
First = Publish | Watch | Talk

_from_device: msgspec.json.Decoder[FromDevice] = msgspec.json.Decoder(FromDevice)
_to_device: msgspec.json.Decoder[ToDevice] = msgspec.json.Decoder(ToDevice)
_to_viewer: msgspec.json.Decoder[ToViewer] = msgspec.json.Decoder(ToViewer)
_from_desk: msgspec.json.Decoder[FromDesk] = msgspec.json.Decoder(FromDesk)
_to_desk: msgspec.json.Decoder[ToDesk] = msgspec.json.Decoder(ToDesk)
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


def decode_from_desk(raw: bytes | str) -> FromDesk:
    """Return a talking desk's message; errors as `decode_from_device`."""
    return _decode(_from_desk, raw)


def decode_to_desk(raw: bytes | str) -> ToDesk:
    """Return a relay's message to a talking desk."""
    return _decode(_to_desk, raw)
