"""Field records: what officers do at the scene, signed by their device as exact bytes.

A record is an envelope `field_record/1`; its payload is a `FieldRecord`. A done act is never
refused: the centre takes an authentic record as recorded and lists its defects.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

FIELD_RECORD = "field_record/1"
LATE_NOTE_MS = 24 * 3_600_000
"""A fault note made later than this after its fault began is called late; it still explains."""


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


class ExhibitRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bytes kept by the vault under their digest: photo, signature image, paper."""

    sha256: str
    size: int
    media_type: str
    kind: str


class SignedHow(StrEnum):
    """How a person present signed (DOMAIN §2.1)."""

    SIGNED = "signed"  # 签名
    STAMPED = "stamped"  # 盖章
    FINGERPRINT = "fingerprint"  # 捺印
    REFUSED = "refused"  # 拒签
    UNABLE = "unable"  # 不能签
    NOT_YET = "not_yet"


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
    """One row of the list (清单). `photos` are SHA-256 of exhibits; value in fen."""

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


class FieldAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="field_act"):
    """An act by a form of `schemas.measures.forms`, in the version that the officer had.

    `facts`: fields of `schemas.measures.fields` by name, as stored: amounts in fen, yes as `1`,
    numbers that are secret masked. `photos`: SHA-256 of exhibits that show the act itself.
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


class OperationStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="operation_step"):
    """The crew departed, arrived, began, withdrew."""

    step: Step
    at_ms: int


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


class FaultCause(StrEnum):
    """Why nothing was recorded, or what was recorded is lost."""

    BATTERY = "battery"  # 更换电池或者电量耗尽
    STORAGE = "storage"  # 存储已满或者损坏
    CAMERA = "camera"  # 摄像头或者麦克风故障
    RESTART = "restart"  # 设备重启或者程序异常
    DAMAGE = "damage"  # 设备损坏或者遗失
    OTHER = "other"


class DeviceData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the signing device read of itself when the note was made; None: not readable.

    restarted: it was started again after the fault began.
    """

    app: str
    battery_percent: int | None = None
    free_bytes: int | None = None
    temperature_c: float | None = None
    restarted: bool | None = None


class FaultNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="fault_note"):
    """The written explanation of a technical failure, checked and signed by the presiding
    officer (庭审录音录像规定(2017) 4). It explains what `device` did not show in
    [from_ms, to_ms); explained never counts as recorded."""

    device: str
    from_ms: int
    to_ms: int
    cause: FaultCause
    text: str
    device_data: DeviceData


class RecorderReason(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="recorder_reason"
):
    """Why fewer than two recorders ran (the court's rule on work recorders)."""

    text: str


class PrivateReason(StrEnum):
    """Why viewing is closed."""

    SEARCH = "search"  # 人身搜查
    CHILD = "child"  # 未成年人
    UNDRESSED = "undressed"  # 更衣、如厕
    MEDICAL = "medical"  # 医疗
    OTHER = "other"


class PrivateInterval(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="private_interval"
):
    """Recording went on, viewing is closed from `from_ms` to `to_ms` by the device's wall clock;
    None: it runs. One record when it begins, another when it ends, both of one `interval`.

    Every fragment that was taken meanwhile says so in its own header.
    """

    interval: str
    from_ms: int
    reason: PrivateReason
    to_ms: int | None = None


class CrewStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="crew_start"):
    """An officer starts recording for the whole crew: the others' devices are told to start."""

    at_ms: int


class SilenceReason(StrEnum):
    """Why nothing will be heard of a device."""

    NO_SIGNAL = "no_signal"  # 地下室、电梯等无信号处
    COVERT = "covert"  # 行动保密，暂停通信
    DEVICE = "device"  # 更换电池或者设备
    OTHER = "other"


class PlannedSilence(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="planned_silence"
):
    """Nothing may be heard of this device from `from_ms` to `until_ms` by its wall clock; the desk
    need not worry before. Told again with the same `silence`, the later `until_ms` counts."""

    silence: str
    from_ms: int
    until_ms: int
    reason: SilenceReason


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
