"""What a device and the centre say to each other over HTTP and Socket.IO (`/device`).

POST /device/v1/enrol            Enrol → Enrolled           (one-time code; no session)
POST /device/v1/contact          Envelope(device_contact/1) → ContactReply
POST /device/v1/quarantine       Envelope(field_record/1) → Quarantined  (revoked; no session)
POST /device/v1/quarantine/footage   Envelope(footage_apart/1) → Quarantined  (revoked; no session)
with `Authorization: Bearer <session>` from the contact:
POST /device/v1/seconds          Envelope(second_key/1) → EnrolledSecond (`schemas.second`)
POST /device/v1/records          Envelope(field_record/1) → RecordReceipt
GET  /device/v1/orders?since=N   → Orders
POST /device/v1/orders/<id>/acknowledge   OrderAcknowledgement → Accepted
Socket.IO namespace /device, auth {"session": …}: the device emits `presence` (Presence as a dict,
acknowledged with {"ok": true}); the centre emits `hint` {"orders_seq": N}: read the orders again.
Errors: HTTP status by kind, body `Problem`.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schemas.sign import Envelope

DEVICE_CONTACT = "device_contact/1"
FOOTAGE_APART = "footage_apart/1"
SOON_S = 1_800
"""What ends within so long at the present rate is warned of, on the device and at the desk."""


class Enrol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device asks to be known: the one-time code, its own id, its raw Ed25519 public key."""

    code: str
    device: str
    name: str
    alg: str
    public: bytes
    protection: str
    app: str


class OfficerInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An officer as the device shows him."""

    officer: str
    name: str
    number: str
    role: str


class RelayAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the relay listens: `ws(s)://…` for lanes, `http(s)://…` for the rest."""

    relay: str
    stream_url: str
    http_url: str


class Enrolled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The device's certificate and whom it may trust from now on."""

    device: str
    court: str
    certificates: list[Envelope]
    root: str
    ingest_key: str
    ingest_public: bytes
    officer: OfficerInfo


class DeviceContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `device_contact/1`; `nonce` is fresh, `last_counter` the last recording's."""

    device: str
    nonce: str
    at_ms: int
    last_counter: int
    app: str


class CrewMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An officer of an operation's crew."""

    officer: str
    name: str
    role: str
    presiding: bool = False


class CaseStake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What control at the scene is measured by, as the centre knew it at the contact: what is owed
    and what its measures control, in fen; above `limit_percent` control is excessive (`law` says
    where that stands). `months`: the longest control periods by kind of property, of
    `months_law`."""

    owed_fen: int
    controlled_fen: int
    limit_percent: int
    law: str
    months: dict[str, int]
    months_law: str


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an operation's place lies: WGS-84 degrees, and how many metres around it still are
    there."""

    lat: float
    lon: float
    radius_m: int


class PaperToServe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An issued paper of a case. party: the name of whom it is for, empty: nobody in particular;
    served_on: on whom its service has taken effect."""

    paper: str
    number: str
    title: str
    party: str = ""
    served_on: list[str] = []


class OperationBrief(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operation as the officer needs it at the scene. Parties by role and name; papers: those
    that may be served, the newest."""

    operation: str
    case: str
    case_number: str
    title: str
    address: str
    planned_start_ms: int
    state: str
    parties: list[tuple[str, str]]
    crew: list[CrewMember]
    major_case: bool = False
    stake: CaseStake | None = None
    site: Site | None = None
    papers: list[PaperToServe] = []


class ContactReply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A session (bearer), a challenge, a publish ticket, the day's work, and the key to which
    numbers are encrypted that only the centre may read (`schemas.to_centre`). holder: who holds
    the device by the desk's ledger, None: nobody; a centre without a ledger names none.
    phone: the court's number to call."""

    session: str
    session_until_ms: int
    server_ms: int
    challenge: Envelope
    ticket: str
    ticket_until_ms: int
    relay: RelayAddress
    operations: list[OperationBrief]
    orders_seq: int
    secrets_key: Envelope | None = None
    holder: OfficerInfo | msgspec.UnsetType | None = msgspec.UNSET
    phone: str = ""


class Defect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something the law wants and the record lacks: stable code, Chinese sentence, source."""

    code: str
    text: str
    law: str


class RecordReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The centre holds the record; the same bytes again give the same receipt."""

    record: str
    sha256: str
    received_ms: int
    defects: list[Defect]
    measure: str | None = None


class FootageApart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `footage_apart/1`: a revoked device packed footage of one rendition of a recording
    into a part (`schemas.media.part`) that it names by id, digest and size. Wall clocks of its own,
    ms: of the first fragment's start and of the last one's."""

    part: str
    device: str
    opening: Envelope
    rendition: int
    sha256: str
    size: int
    first_wall_ms: int
    last_wall_ms: int


class Quarantined(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The centre keeps a revoked device's record or part apart; `ticket` lets it send the exhibits
    that the record names, or the part: PUT `/v1/quarantine/<sha256>` at the relay."""

    receipt: RecordReceipt
    ticket: str
    ticket_until_ms: int
    relay: RelayAddress


class OrderState(StrEnum):
    """States of an order (DOMAIN §5.5)."""

    SENT = "sent"
    RECEIVED = "received"
    READ = "read"
    DONE = "done"


class OrderAct(StrEnum):
    """What the device does by itself when an order comes."""

    NONE = "none"
    RECORD = "record"  # start recording, if the order is fresh


class OrderOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An order (指令) to this device's officer."""

    order: str
    seq: int
    operation: str
    text: str
    sender: str
    sent_ms: int
    state: OrderState
    act: OrderAct = OrderAct.NONE


class CrewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far an officer's device is that was asked to record; `done`: it records."""

    name: str
    state: OrderState


class CrewAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """This device's officer asked the crew of an operation to record. sent_ms: the centre's clock;
    late: some device has not fetched it in time, and the desk was told; too_late: his word reached
    the centre too late, and nobody was told to record."""

    order: str
    operation: str
    sent_ms: int
    late: bool
    answers: list[CrewAnswer]
    too_late: bool = False


class Orders(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Orders after `since`, ascending by seq; `asked`: what became of this officer's own asking,
    the last of each operation."""

    orders: list[OrderOut]
    seq: int
    asked: list[CrewAsked] = []


class OrderAcknowledgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The officer's side of an order; a state never goes back, repeats are safe."""

    state: OrderState
    at_ms: int


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Done, or done before."""

    ok: bool = True


class Presence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the officer is and how his device is; volatile, every 2 s while recording.

    link: "good" | "thin" | "lost"; backlog in fragments and bytes not yet `received`; rendition:
    what goes live now; drain_s: when nothing will wait, as the backlog shrank of late, None while
    it does not shrink; mock: the place is not a receiver's (`records.Where`); `…_left_s`: until the
    battery is empty, the storage full, the device too hot, at the rate of late; None: not in sight.
    """

    device: str
    operation: str | None
    at_ms: int
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    battery_percent: int | None
    link: str
    backlog_fragments: int
    backlog_bytes: int
    recording: str | None
    rendition: int = 1
    drain_s: int | None = None
    mock: bool = False
    battery_left_s: int | None = None
    storage_left_s: int | None = None
    hot_left_s: int | None = None
