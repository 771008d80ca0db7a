"""Field records: what officers do at the scene, signed by their device as exact bytes.

A record is an envelope `field_record/1`; its payload is a `FieldRecord`. A done act is never
refused: the centre takes an authentic record as recorded and lists its defects.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schemas.opened import OperationOpened
from schemas.recording_notes import (
    CrewStart,
    DepartureCheck,
    FaultNote,
    Noticed,
    PlannedSilence,
    PrivateInterval,
    RecorderReason,
    RecordingAssigned,
)
from schemas.second import ConfirmedHere

FIELD_RECORD = "field_record/1"


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A place in WGS-84 degrees with its accuracy in metres.

    mock: not measured by a receiver but given: on the command line, by a track that is replayed,
    or by another program of the device.
    """

    lat: float
    lon: float
    accuracy_m: float
    mock: bool = False


class FootageAt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The moment in the footage that shows something."""

    recording: str
    number: int
    wall_ms: int


class ExhibitRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Bytes kept by the vault under their digest: photo, signature image, paper. `private`: the
    private interval in which it was taken; viewing is closed."""

    sha256: str
    size: int
    media_type: str
    kind: str
    private: str = ""


class SignedHow(StrEnum):
    """How a person present signed (DOMAIN §2.1)."""

    SIGNED = "signed"  # 签名
    STAMPED = "stamped"  # 盖章
    FINGERPRINT = "fingerprint"  # 捺印
    REFUSED = "refused"  # 拒签
    UNABLE = "unable"  # 不能签
    NOT_YET = "not_yet"


SIGNED_SOMEHOW = (SignedHow.SIGNED, SignedHow.STAMPED, SignedHow.FINGERPRINT)


class Attendee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person of 民诉法(2023) 256: notified, present, signing or refusing."""

    kind: str
    name: str
    attended: bool
    signed: SignedHow = SignedHow.NOT_YET
    notified_how: str = ""
    refusal_reason: str = ""
    signature_sha256: str | None = None


class SeizedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the list (清单); value in fen. `photos` are SHA-256 of the exhibits that show or
    describe it: pictures, and voice memos by their media type."""

    number: int
    name: str
    quantity: int
    unit: str
    brand_model: str = ""
    serial: str = ""
    condition: str = ""
    estimated_value_fen: int | None = None
    photos: list[str] = []
    footage: FootageAt | None = None


class SeizeMovables(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="seize_movables"):
    """扣押 of movables: what 民诉法(2023) 256 and 查扣冻规定(2020) 18 want in list and record.

    `control_from/to` are the dates as written on the paper, ISO (YYYY-MM-DD); empty: not written
    at the scene. `not_exempt` is the officer's confirmation under 查扣冻规定(2020) 3.
    """

    started_ms: int
    finished_ms: int
    place_text: str
    items: list[SeizedItem]
    custodian: str
    storage_place: str
    attendees: list[Attendee]
    not_exempt: bool
    control_from: str = ""
    control_to: str = ""
    note: str = ""


class ActStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of a guided act (`schemas.measures.guide`): when it was done, or when and for which
    reason it was left out."""

    step: str
    at_ms: int
    skipped: str = ""


class Handwriting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exhibit of kind `signature`: a handwriting image (手写签名图像), written on glass after
    `paper`, the SHA-256 of the pages read, was shown. Strokes are points in `width` x `height`.

    It is an image of handwriting and no electronic signature; the record that names it is signed
    by the device.
    """

    paper: str
    kind: str
    name: str
    at_ms: int
    device: str
    width: int
    height: int
    strokes: list[list[tuple[int, int]]]


class SignedPages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exhibit of kind `signature`: somebody signed the printed pages of `paper`; `photos` are
    the SHA-256 of a photo of each page, in order. The signature itself is on the paper that the
    court keeps; both count."""

    paper: str
    kind: str
    name: str
    at_ms: int
    device: str
    photos: list[str]


class FieldAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="field_act"):
    """An act by a form of `schemas.measures.forms`, in the version that the officer had.

    `facts`: fields of `schemas.measures.fields` by name, as stored: amounts in fen, yes as `1`,
    numbers that are secret masked. `photos`: SHA-256 of exhibits that show the act itself;
    `pages`: of photos of the printed pages that somebody signed by hand, which are papers and show
    nothing of the act. Records of before the field name those among `photos`.
    """

    form: str
    version: int
    started_ms: int
    finished_ms: int
    place_text: str
    facts: dict[str, str]
    attendees: list[Attendee]
    steps: list[ActStep] = []
    items: list[SeizedItem] = []
    photos: list[str] = []
    custodian: str = ""
    storage_place: str = ""
    control_from: str = ""
    control_to: str = ""
    note: str = ""
    pages: list[str] | msgspec.UnsetType = msgspec.UNSET


class StoodBeside(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="stood_beside"):
    """The second officer, signed in on his own device, says that he stood beside an act of the
    operation between two times by his device's clock."""

    from_ms: int
    to_ms: int


class Step(StrEnum):
    """Steps of an operation that an officer reports (DOMAIN §5.5)."""

    DEPARTED = "departed"
    ON_SCENE = "on_scene"
    ACTING = "acting"
    WITHDRAWN = "withdrawn"


class OperationStep(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    tag="operation_step",
    omit_defaults=True,
):
    """The crew departed, arrived, began, withdrew.

    by_position: no officer said so; the device was measured to be at the operation's place.
    """

    step: Step
    at_ms: int
    by_position: bool = False


class MarkerKind(StrEnum):
    """What a marker (标记) points at."""

    IMPORTANT = "important"  # 重点
    OBSTRUCTION = "obstruction"  # 阻碍执行
    STATEMENT = "statement"  # 当事人陈述
    PROPERTY = "property"  # 财产
    OTHER = "other"


class Marker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="marker"):
    """A moment of the footage to find again; `at_ms` by the device's wall clock."""

    at_ms: int
    kind: MarkerKind
    text: str = ""


class SosCause(StrEnum):
    """What raised the alarm."""

    BUTTON = "button"  # 界面按钮
    KEYS = "keys"  # 实体按键
    TIMER = "timer"  # 到时未报平安
    DURESS = "duress"  # 胁迫口令


class Sos(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="sos"):
    """The officer asks for help (紧急求助). Told again with the same `sos` and `closed_ms` when he
    closed it by his PIN; the desk closes it after a call-back. With the cause `duress` that PIN was
    given under threat: the alarm stands.

    `seen`: the last known place, measured at `seen_ms` by the device's wall clock. `pin_set`: the
    device has a PIN by which it can be closed. The record's `operation` and `case` are empty where
    the officer is on none.
    """

    sos: str
    raised_ms: int
    cause: SosCause
    pin_set: bool
    seen: Where | None = None
    seen_ms: int | None = None
    closed_ms: int | None = None


class IntegrityValue(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="integrity_value"
):
    """People signed the integrity value of what was recorded and written until then.

    `statement`: the exact bytes of `schemas.integrity.IntegrityStatement`, whose digest the value
    is. `paper`: SHA-256 of the page that showed it; handwriting is bound to that page.
    """

    statement: bytes
    paper: str
    attendees: list[Attendee]


Body = (
    SeizeMovables
    | OperationStep
    | Marker
    | FaultNote
    | RecorderReason
    | PrivateInterval
    | CrewStart
    | PlannedSilence
    | FieldAct
    | StoodBeside
    | Sos
    | IntegrityValue
    | DepartureCheck
    | RecordingAssigned
    | Noticed
    | ConfirmedHere
    | OperationOpened
)


class FieldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of `field_record/1`. `officer` signed in; `second_officer` stood beside."""

    record: str
    device: str
    officer: str
    operation: str
    case: str
    recorded_wall_ms: int
    recorded_mono_ms: int
    boot: str
    app: str
    body: Body
    second_officer: str | None = None
    place: Where | None = None
    footage: FootageAt | None = None
    exhibits: list[ExhibitRef] = []
