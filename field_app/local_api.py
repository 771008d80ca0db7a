"""What the UI (or any driver) and the capture service say on the local socket.

The service listens on the Unix socket `<data>/service.sock` (folder mode 0700). Lines of JSON:
request `{"id": 1, "verb": "start", "args": {...}}` → answer `{"id": 1, "ok": true, "result": …}`
or `{"id": 1, "ok": false, "problem": {"code", "kind", "detail"}}`. After the verb `subscribe` the
service pushes `{"event": "status", "data": Status}` on change, at most 5 a second, at least 1.

Preview frames come on `<data>/preview.sock`: each is a header of `>IIQ` (width, height, wall ms)
and the I420 planes; a slow reader misses frames, never delays the recorder.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec

from schemas.field_api import OfficerInfo, OperationBrief, OrderOut, OrderState
from schemas.problems import Problem
from schemas.records import (
    FaultCause,
    FieldAct,
    MarkerKind,
    PrivateReason,
    SeizeMovables,
    SilenceReason,
    Step,
)
from schemas.stream import Route

Pin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4,8}$")]
GRACE_MS = 5_000
"""How long an alarm may be taken back."""
SOCKET_NAME = "service.sock"
PREVIEW_NAME = "preview.sock"


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line to the service; `args` is the struct named below for the verb."""

    id: int
    verb: str
    args: dict[str, Any] = {}


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line from the service."""

    id: int
    ok: bool
    result: Any = None
    problem: Problem | None = None


class EnrolArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """enrol → Status."""

    centre_url: str
    code: str
    name: str


class StartArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """start → Status. Without an operation the recording is assigned later."""

    operation: str | None = None


class StopArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """stop → Status. A reason is required."""

    reason: str


class StepArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """step → OutboxItem: the crew departed, arrived, began, withdrew."""

    operation: str
    step: Step


class PhotoTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """photo → PhotoTaken: a still of the running camera, kept as an exhibit (JPEG)."""

    sha256: str
    size: int
    wall_ms: int


class MeasureArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """save_measure → OutboxItem: signs the exact bytes and queues them, one transaction.

    `record`: its id, made with the draft, so that saving again after a kill is the same record;
    empty: the service makes one. `draft` is kept no longer once the record is.
    `papers`: the typeset ones, by digest.
    """

    operation: str
    body: SeizeMovables | FieldAct
    second_officer: str | None = None
    record: str = ""
    draft: str = ""
    papers: list[str] = []


class TypesetArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """typeset → Typeset: record and list of an act as pages, kept as an exhibit; the same act
    gives the same bytes."""

    operation: str
    body: SeizeMovables | FieldAct
    second_officer: str | None = None


class Typeset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pages by their digest, and what they say, line by line."""

    sha256: str
    lines: list[str]


Point = tuple[
    Annotated[int, msgspec.Meta(ge=0, le=4096)], Annotated[int, msgspec.Meta(ge=0, le=4096)]
]
Stroke = Annotated[list[Point], msgspec.Meta(min_length=1, max_length=2_000)]


class SignArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """sign → Signed: a handwriting image bound to a typeset paper that is kept here."""

    paper: str
    kind: str
    name: str
    width: int
    height: int
    strokes: Annotated[list[Stroke], msgspec.Meta(min_length=1, max_length=200)]


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The handwriting image by its digest."""

    sha256: str


class StoodBesideArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """stood_beside → OutboxItem: this officer was there since `from_ms`, until now."""

    operation: str
    from_ms: int


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """keep_draft → None; drafts → list[Draft]. `text` is the window's own and as it likes."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    text: Annotated[str, msgspec.Meta(max_length=900_000)]


class DropDraftArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """drop_draft → None: the officer gave the form up."""

    name: str


class MarkerArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """marker → OutboxItem: marks this moment of the footage. Without `at_ms` it is now."""

    operation: str
    kind: MarkerKind = MarkerKind.IMPORTANT
    text: str = ""
    at_ms: int | None = None


class FaultNoteArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """fault_note → OutboxItem: explains what a device did not show in [from_ms, to_ms).

    Without `device` it is this one. The service adds what it reads of this device itself.
    """

    operation: str
    from_ms: int
    to_ms: int
    cause: FaultCause
    text: str
    device: str | None = None


class RecorderReasonArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """recorder_reason → OutboxItem: why fewer than two recorders run."""

    operation: str
    text: str


class StartCrewArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """start_crew → OutboxItem: starts this device and asks the crew's other devices to start."""

    operation: str


class BeginPrivateArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """begin_private → OutboxItem: recording goes on, viewing is closed until `end_private`."""

    operation: str
    reason: PrivateReason


class PlanSilenceArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """plan_silence → OutboxItem: the desk need not worry for so long; `end_silence` ends it."""

    operation: str
    minutes: Annotated[int, msgspec.Meta(ge=1, le=240)]
    reason: SilenceReason


class RaiseSosArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """raise_sos → Status: by the button or by the keys; `cancel_sos` takes it back in time."""

    cause: Literal["button", "keys"] = "button"


class CloseSosArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """close_sos → Status: the officer is safe; the desk calls back. No PIN where none is set."""

    pin: Pin | None = None


class SetPinArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """set_pin → Status: the PIN, and another one that raises a silent alarm; `former` where one
    was set before."""

    pin: Pin
    duress: Pin
    former: Pin | None = None


class GuardArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """guard → Status: the alarm is raised unless this is said again in time; 0 ends it."""

    minutes: Annotated[int, msgspec.Meta(ge=0, le=240)]


class TalkState(StrEnum):
    """What talk does now."""

    IDLE = "idle"
    ASKING = "asking"  # for the floor
    SPEAKING = "speaking"
    HEARING = "hearing"


class HearingArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """hearing → Status: how talk is to be heard; the loudspeaker only by this."""

    route: Route


class TalkStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Talk: how it is heard, the ways this device has, whether it can speak, and the burst of now
    or the last one; `problem` is the code why that one failed or was cut short."""

    route: Route
    routes: list[Route]
    can_speak: bool
    state: TalkState
    burst: str = ""
    by_desk: bool = False
    played_ms: int = 0
    problem: str = ""


NO_TALK = TalkStatus(Route.TEXT, [Route.TEXT], False, TalkState.IDLE)


class AcknowledgeArgs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """acknowledge → None."""

    order: str
    state: OrderState


class OutboxState(StrEnum):
    """Where a record or exhibit is."""

    KEPT = "kept"  # on this phone
    SENDING = "sending"
    RECEIVED = "received"  # the centre (or the vault, for exhibits) holds it
    FAILED = "failed"  # refused with a code; a person must look


class OutboxItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing on its way to the centre; `defects` are codes of the centre's receipt."""

    item: str
    kind: str
    title: str
    made_ms: int
    bytes: int
    state: OutboxState
    attempts: int
    problem: str = ""
    defects: list[str] = []


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


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a screen shows. link: "good" | "thin" | "lost" | "none" (not enrolled).

    `armed`: the camera runs and the pre-event buffer (of `buffer_seconds`) holds what it gives.
    `disk_refusal` is empty or the code why no new recording may begin (`spool.disk_full`).
    `camera_clock` lets a measuring driver turn a drawn frame number into wall time: the wall ms
    of the last frames drawn, as [frame, wall_ms] pairs (generated camera only).
    `private_since_ms`: a private interval runs since then, for `private_reason`.
    `silent_until_ms`: the desk was told that nothing may be heard until then.
    `sos_since_ms`: the alarm is raised since then; `sos_told`: it can no longer be taken back.
    `guard_until_ms`: the alarm raises itself then.
    """

    enrolled: bool
    device: str
    device_name: str
    court: str
    officer: OfficerInfo | None
    centre_url: str
    link: str
    last_contact_ms: int | None
    operations: list[OperationBrief]
    orders: list[OrderOut]
    recording: RecordingStatus | None
    recent: list[RecordingStatus]
    backlog_fragments: int
    backlog_bytes: int
    outbox_waiting: int
    watchers: int
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    free_bytes: int
    disk_refusal: str = ""
    alarm: str = ""
    armed: bool = False
    buffer_seconds: int = 0
    camera_clock: list[tuple[int, int]] = []
    private_since_ms: int | None = None
    private_reason: str = ""
    silent_until_ms: int | None = None
    sos_since_ms: int | None = None
    sos_told: bool = False
    guard_until_ms: int | None = None
    pin_set: bool = False
    talk: TalkStatus = NO_TALK


VERBS: dict[str, type | None] = {
    "status": None,
    "subscribe": None,
    "enrol": EnrolArgs,
    "contact": None,
    "start": StartArgs,
    "stop": StopArgs,
    "arm": None,
    "disarm": None,
    "step": StepArgs,
    "photo": None,
    "save_measure": MeasureArgs,
    "typeset": TypesetArgs,
    "sign": SignArgs,
    "stood_beside": StoodBesideArgs,
    "keep_draft": Draft,
    "drop_draft": DropDraftArgs,
    "drafts": None,
    "marker": MarkerArgs,
    "fault_note": FaultNoteArgs,
    "recorder_reason": RecorderReasonArgs,
    "start_crew": StartCrewArgs,
    "begin_private": BeginPrivateArgs,
    "end_private": None,
    "plan_silence": PlanSilenceArgs,
    "end_silence": None,
    "raise_sos": RaiseSosArgs,
    "cancel_sos": None,
    "close_sos": CloseSosArgs,
    "guard": GuardArgs,
    "set_pin": SetPinArgs,
    "acknowledge": AcknowledgeArgs,
    "talk_press": None,
    "talk_hold": None,
    "talk_release": None,
    "hearing": HearingArgs,
    "outbox": None,
    "shutdown": None,
}
