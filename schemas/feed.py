"""The feed: what a relay tells the centre, in order, for ever; and the centre's orders to it.

`GET /v1/feed?epoch=E&after=S&limit=N&wait_ms=W` → `FeedPage`. The cursor is (relay, epoch, seq);
an unknown epoch (the relay's index was rebuilt) answers from the start of the new one, and every
item is safe to apply again. Orders: `POST /v1/orders` with an envelope `relay_order/1` signed by
the centre; each is applied once by its id and answered by an `OrderApplied` item.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schemas.bridge import ImportStage, LiveSource, SourceState
from schemas.ranges import Range
from schemas.sign import Envelope
from schemas.stream import RenditionRanges, TalkEnd
from schemas.ticket import Publisher

RELAY_ORDER = "relay_order/1"
TALK_BURST = "talk_burst/1"


class _Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="t"):
    seq: int
    at_ms: int


class RecordingOpened(_Item, tag="recording_opened", frozen=True):
    """A verified opening; `quarantined`: its device was revoked, two persons took it over."""

    opening: Envelope
    quarantined: bool = False


class FragmentsReceived(_Item, tag="fragments_received", frozen=True):
    """Durable ranges since the last such item, and the wall clocks they span (device's)."""

    recording: str
    rendition: int
    ranges: list[Range]
    first_wall_ms: int
    last_wall_ms: int
    bytes: int


class SpanHeld(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run of consecutive fragments with the device wall clock of its start and end, ms."""

    first: int
    last: int
    start_wall_ms: int
    end_wall_ms: int


class PartArchived(_Item, tag="part_archived", frozen=True):
    """A part was read back and hashed; the relay's signed statement, and its spans by rendition.

    `unsigned` names fragments beyond the last good head: kept and marked.
    """

    statement: Envelope
    spans: list[tuple[int, list[SpanHeld]]]
    unsigned: list[RenditionRanges]


class RecordingEnded(_Item, tag="recording_ended", frozen=True):
    """The final head of a rendition; `last` is its last number (None: no fragment was made)."""

    recording: str
    rendition: int
    last: int | None
    head: bytes
    wall_ms: int


class ChainBroken(_Item, tag="chain_broken", frozen=True):
    """A fragment whose link or signature does not fit; kept, marked, alarmed."""

    recording: str
    rendition: int
    number: int
    code: str


class ConflictFound(_Item, tag="conflict_found", frozen=True):
    """Other bytes under a known number: kept aside under their digest."""

    recording: str
    rendition: int
    number: int
    held_sha256: str
    other_sha256: str


class ExhibitStored(_Item, tag="exhibit_stored", frozen=True):
    """An exhibit is durable in the vault."""

    sha256: str
    size: int
    device: str


class DeviceConnected(_Item, tag="device_connected", frozen=True):
    """A device's live lane opened or closed."""

    device: str
    connected: bool


class OrderApplied(_Item, tag="order_applied", frozen=True):
    """The outcome of an order: `done`, or the code of the refusal."""

    order: str
    outcome: str


class HeadsVerified(_Item, tag="heads_verified", frozen=True):
    """A later head covers fragments that an earlier `part_archived` called unsigned."""

    recording: str
    rendition: int
    ranges: list[Range]


class PartDamaged(_Item, tag="part_damaged", frozen=True):
    """A part was read again and one of its copies is missing or is not what its name says.

    `repaired_from` names the failure domain whose good copy replaced it; None: none was found.
    """

    recording: str
    part_sha256: str
    domain: str
    code: str
    repaired_from: str | None = None


class ExhibitDamaged(_Item, tag="exhibit_damaged", frozen=True):
    """An exhibit was read again and one of its copies is missing or is not what its name says.

    `repaired_from` as in `PartDamaged`.
    """

    sha256: str
    domain: str
    code: str
    repaired_from: str | None = None


class DomainChanged(_Item, tag="domain_changed", frozen=True):
    """A failure domain of the vault stopped taking parts (`code` says why), or takes them again."""

    domain: str
    available: bool
    code: str = ""


class TalkBurst(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `talk_burst/1`, signed by the relay, where custody begins: who spoke (a staff or
    device id), to which devices and members of staff at a desk, and the Ogg Opus file of what
    arrived. Its digest names an exhibit. Times are the relay's wall clock. `private`: the private
    intervals that ran on one of these devices meanwhile; listening is closed."""

    relay: str
    burst: str
    operation: str | None
    speaker: str
    desk: bool
    devices: list[str]
    began_ms: int
    ended_ms: int
    end: TalkEnd
    duration_ms: int
    sha256: str
    size: int
    staff: list[str] = []
    private: list[str] = []


class TalkKept(_Item, tag="talk_kept", frozen=True):
    """A burst of talk is durable in the vault: a signed `TalkBurst`."""

    statement: Envelope


class CopyMade(_Item, tag="copy_made", frozen=True):
    """A derived copy was made for an export: a signed `derived/1`."""

    statement: Envelope


class ImportChanged(_Item, tag="import_changed", frozen=True):
    """An imported file reached another stage. `sha256` is the original's once all of it came;
    `code` says why it failed, or what is wrong with footage that was kept."""

    recording: str
    stage: ImportStage
    sha256: str = ""
    code: str = ""


class SourceChanged(_Item, tag="source_changed", frozen=True):
    """A live source over a bridge reached another state; `code` is its last error."""

    source: str
    state: SourceState
    code: str = ""


class SpaceLevel(StrEnum):
    """How full a relay's disk is."""

    AMPLE = "ample"
    LOW = "low"  # soon new recordings are refused
    FULL = "full"  # new recordings are refused; what runs goes on, nothing is evicted


class SpaceChanged(_Item, tag="space_changed", frozen=True):
    """The relay's disk reached another level: so much is free, and below `min_free_bytes` no new
    recording is taken."""

    level: SpaceLevel
    free_bytes: int
    min_free_bytes: int


FeedItem = (
    RecordingOpened
    | FragmentsReceived
    | PartArchived
    | RecordingEnded
    | ChainBroken
    | ConflictFound
    | ExhibitStored
    | DeviceConnected
    | OrderApplied
    | HeadsVerified
    | PartDamaged
    | ExhibitDamaged
    | DomainChanged
    | TalkKept
    | ImportChanged
    | SourceChanged
    | CopyMade
    | SpaceChanged
)


class FeedPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page; ask again with `epoch` and `next_after`."""

    relay: str
    epoch: str
    items: list[FeedItem]
    next_after: int


class OrderKind(StrEnum):
    """What the centre may order."""

    REVOKE_DEVICE = "revoke_device"
    HOLD_RECORDING = "hold_recording"
    DELETE_PART = "delete_part"
    SET_SOURCE = "set_source"
    CLOSE_PRIVATE = "close_private"
    TAKE_FOOTAGE = "take_footage"


class TakenFootage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Footage of a revoked device that two persons took over: whose it is, and the wall clock, ms,
    from which on its device was not believed."""

    recording: str
    publisher: Publisher
    before_ms: int


class RelayOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `relay_order/1`. `subject`: device id, recording id, part SHA-256 (also of one in
    the quarantine), live source, or the holder of tickets; what `set_source` wants stands in
    `source`, what `take_footage` takes in `footage`.
    `close_private` ends every ticket that opens private footage to that holder and was signed by
    then."""

    order: str
    kind: OrderKind
    subject: str
    at_ms: int
    reason: str
    source: LiveSource | None = None
    footage: TakenFootage | None = None
