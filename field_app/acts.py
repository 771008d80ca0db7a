"""What the officer does, made into signed records: a step, a measure, a photo, a marker, a note."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.device.identity import Identity
from field_app.device.machine import battery_percent, boot, temperature_c
from field_app.device.place import PlaceSource
from field_app.local_api import (
    BeginPrivateArgs,
    FaultNoteArgs,
    MarkerArgs,
    MeasureArgs,
    OutboxItem,
    PhotoTaken,
    PlanSilenceArgs,
    RecorderReasonArgs,
    SignArgs,
    Signed,
    StartCrewArgs,
    StepArgs,
    StoodBesideArgs,
    Typeset,
    TypesetArgs,
)
from field_app.papers.typeset import typeset
from field_app.papers.written import write
from field_app.spool.outbox import ItemKind
from field_app.spool.spool import Spool
from field_app.sync.session import Session
from field_app.sync.silence import Silence, SilentNow
from field_app.version import APP
from schemas import crash
from schemas.ids import id_bytes, new_id
from schemas.measures.forms import FORMS
from schemas.problems import Kind, MzError
from schemas.records import (
    FIELD_RECORD,
    Body,
    CrewStart,
    DeviceData,
    ExhibitRef,
    FaultNote,
    FieldAct,
    FieldRecord,
    Handwriting,
    Marker,
    MarkerKind,
    OperationStep,
    PrivateInterval,
    RecorderReason,
    SeizeMovables,
    Sos,
    Step,
    StoodBeside,
)
from schemas.sign import sha256_hex, sign_envelope
from schemas.time import mono_ms, now_ms

_STEP_TITLES = {
    Step.DEPARTED: "出发",
    Step.ON_SCENE: "到达现场",
    Step.ACTING: "开始执行",
    Step.WITHDRAWN: "撤离",
}
_MEDIA_TYPES = {
    ItemKind.PHOTO: "image/jpeg",
    ItemKind.PAPER: "application/pdf",
    ItemKind.SIGNATURE: "application/json",
}


class Acts:
    """Signs the exact bytes and keeps them in the outbox; sending is another's work."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        session: Session,
        recorder: Recorder,
        privacy: Privacy,
        silence: Silence,
        place: PlaceSource,
    ) -> None:
        self._identity, self._spool, self._session = identity, spool, session
        self._recorder, self._place = recorder, place
        self._privacy, self._silence = privacy, silence
        self._started_ms = now_ms()

    def photo(self) -> PhotoTaken:
        """Keep a still of the running camera as an exhibit; `photo.no_picture`."""
        data, at_ms = self._recorder.gop.still(), now_ms()
        self._spool.outbox.put_exhibit(data, "照片", at_ms)
        return PhotoTaken(sha256_hex(data), len(data), at_ms)

    def step(self, args: StepArgs) -> OutboxItem:
        """Keep a step of the crew; `operation.unknown`."""
        body = OperationStep(args.step, now_ms())
        return self._keep(args.operation, body, ItemKind.STEP, _STEP_TITLES[args.step])

    def save_measure(self, args: MeasureArgs) -> OutboxItem:
        """Keep a measure or another act with the exhibits it names; again, with the same id, it
        changes nothing.

        Errors: `operation.unknown`, `exhibit.unknown`, `id.malformed`.
        """
        if args.record:
            id_bytes(args.record)
        if args.record and self._spool.outbox.has(args.record):
            item = self._spool.outbox.item(args.record)
        else:
            self._mark_refusal(args)
            item = self._keep(
                args.operation, args.body, ItemKind.MEASURE, _title(args.body),
                args.second_officer, record=args.record, papers=args.papers,
            )  # fmt: skip
        if args.draft:
            self._spool.drafts.drop(args.draft)
        return item

    def typeset(self, args: TypesetArgs) -> Typeset:
        """Keep record and list of an act as pages; `operation.unknown`."""
        brief = self._session.operation(args.operation)
        enrolled = self._identity.court()[0].enrolled
        names = {one.officer: one.name for one in brief.crew}
        second = names.get(args.second_officer or "", "")
        officers = [name for name in (enrolled.officer.name, second) if name]
        paper = write(args.body, brief, enrolled.court, officers)
        data = typeset(paper)
        self._spool.outbox.put_exhibit(data, paper.title, now_ms(), ItemKind.PAPER)
        return Typeset(sha256_hex(data), paper.lines())

    def sign(self, args: SignArgs) -> Signed:
        """Keep a handwriting image bound to a kept paper; `exhibit.unknown`."""
        if self._spool.outbox.exhibit(args.paper)[0] is not ItemKind.PAPER:
            raise MzError("exhibit.unknown", Kind.INVALID, args.paper[:16])
        at_ms = now_ms()
        image = Handwriting(
            args.paper, args.kind, args.name, at_ms, self._identity.device, args.width,
            args.height, args.strokes,
        )  # fmt: skip
        data = msgspec.json.encode(image)
        self._spool.outbox.put_exhibit(data, f"手写签名图像 {args.name}", at_ms, ItemKind.SIGNATURE)
        return Signed(sha256_hex(data))

    def _mark_refusal(self, args: MeasureArgs) -> None:
        """A refusal is found again in the footage."""
        match args.body:
            case FieldAct(form=name) as body if name in FORMS and FORMS[name].refusal:
                text = body.facts.get("refusal", "")[:200]
                self.marker(MarkerArgs(args.operation, MarkerKind.OBSTRUCTION, text))

    def stood_beside(self, args: StoodBesideArgs) -> OutboxItem:
        """Keep that this officer stood beside until now; `operation.unknown`."""
        now = now_ms()
        body = StoodBeside(min(args.from_ms, now), now)
        return self._keep(args.operation, body, ItemKind.NOTE, "确认在场")

    def marker(self, args: MarkerArgs) -> OutboxItem:
        """Keep a marker of a moment, now unless it is given; `operation.unknown`."""
        at_ms = now_ms() if args.at_ms is None else args.at_ms
        body = Marker(at_ms, args.kind, args.text.strip())
        return self._keep(args.operation, body, ItemKind.MARKER, "标记")

    def fault_note(self, args: FaultNoteArgs) -> OutboxItem:
        """Keep the explanation of a failure with what this device reads of itself.

        Errors: `operation.unknown`, `fault.no_interval`. Whether the officer presides is for the
        centre and the verifier to judge.
        """
        if not 0 < args.from_ms < args.to_ms <= now_ms():
            raise MzError("fault.no_interval", Kind.INVALID, f"{args.from_ms} {args.to_ms}")
        data = DeviceData(
            APP, battery_percent(), self._spool.free_bytes(), temperature_c(),
            self._started_ms > args.from_ms,
        )  # fmt: skip
        device = args.device or self._identity.device
        text = args.text.strip()
        body = FaultNote(device, args.from_ms, args.to_ms, args.cause, text, data)
        return self._keep(args.operation, body, ItemKind.NOTE, "故障说明")

    def recorder_reason(self, args: RecorderReasonArgs) -> OutboxItem:
        """Keep why fewer than two recorders run; `operation.unknown`."""
        body = RecorderReason(args.text.strip())
        return self._keep(args.operation, body, ItemKind.NOTE, "记录仪不足两台的说明")

    def start_crew(self, args: StartCrewArgs) -> OutboxItem:
        """Keep that the whole crew is to record; `operation.unknown`."""
        body = CrewStart(now_ms())
        return self._keep(args.operation, body, ItemKind.NOTE, "全组开始录制")

    def begin_private(self, args: BeginPrivateArgs) -> OutboxItem:
        """Close viewing, then keep that it is closed; `operation.unknown`,
        `private.already_running`."""
        now = self._privacy.begin(self._session.operation(args.operation), args.reason)
        body = PrivateInterval(now.interval, now.from_ms, now.reason)
        return self._keep(now.operation, body, ItemKind.NOTE, "隐私时段开始", case=now.case)

    def end_private(self) -> OutboxItem:
        """Keep the whole interval, then let viewing be open; `private.not_running`."""
        now = self._privacy.running
        if now is None:
            raise MzError("private.not_running", Kind.CONFLICT)
        body = PrivateInterval(now.interval, now.from_ms, now.reason, max(now_ms(), now.from_ms))
        item = self._keep(now.operation, body, ItemKind.NOTE, "隐私时段结束", case=now.case)
        self._privacy.end()
        return item

    def plan_silence(self, args: PlanSilenceArgs) -> OutboxItem:
        """Keep for how long nothing may be heard of this device; `operation.unknown`."""
        operation = self._session.operation(args.operation)
        return self._keep_silence(self._silence.plan(operation, args.minutes, args.reason))

    def end_silence(self) -> OutboxItem:
        """Keep that the silence is over; `silence.not_planned`."""
        return self._keep_silence(self._silence.end())

    def require_enrolled(self) -> None:
        """Raise `device.not_enrolled` unless this device may sign for an officer."""
        self._identity.court()

    def sos(self, operation: str, case: str, body: Sos) -> OutboxItem:
        """Keep an alarm, or that the officer closed it; both go before all else."""
        title = "紧急求助" if body.closed_ms is None else "紧急求助：本人解除"
        return self._keep(operation, body, ItemKind.SOS, title, case=case)

    def _keep_silence(self, now: SilentNow) -> OutboxItem:
        return self._keep(now.operation, now.plan, ItemKind.NOTE, "计划静默", case=now.case)

    def _keep(
        self,
        operation: str,
        body: Body,
        kind: ItemKind,
        title: str,
        second: str | None = None,
        case: str | None = None,
        record: str = "",
        papers: Sequence[str] = (),
    ) -> OutboxItem:
        """case: for an operation that may no longer be one of the day; None: the session knows."""
        answer = self._identity.court()[0].enrolled
        at_ms = now_ms()
        message = FieldRecord(
            record=record or new_id(), device=self._identity.device, officer=answer.officer.officer,
            operation=operation,
            case=self._session.operation(operation).case if case is None else case,
            recorded_wall_ms=at_ms, recorded_mono_ms=mono_ms(), boot=boot(), app=APP, body=body,
            second_officer=second, place=self._place.now(), footage=self._recorder.at(),
            exhibits=self._exhibits(body, papers),
        )  # fmt: skip
        envelope = sign_envelope(self._identity.signer, FIELD_RECORD, msgspec.json.encode(message))
        item = self._spool.outbox.put_record(envelope, kind, title, at_ms)
        crash.point("field.after_record_kept")
        return item

    def _exhibits(self, body: Body, papers: Sequence[str]) -> list[ExhibitRef]:
        """Return what an act names by digest, each once, with the kind and size kept here."""
        named = list(papers)
        if isinstance(body, SeizeMovables | FieldAct):
            named += [sha256 for item in body.items for sha256 in item.photos]
            named += [one.signature_sha256 for one in body.attendees if one.signature_sha256]
        if isinstance(body, FieldAct):
            named += body.photos
        return [self._exhibit(sha256) for sha256 in dict.fromkeys(named)]

    def _exhibit(self, sha256: str) -> ExhibitRef:
        kind, size = self._spool.outbox.exhibit(sha256)
        return ExhibitRef(sha256, size, _MEDIA_TYPES[kind], kind)


def _title(body: SeizeMovables | FieldAct) -> str:
    match body:
        case SeizeMovables():
            return f"扣押动产 {len(body.items)} 项"
        case FieldAct(form=name):
            return FORMS[name].zh if name in FORMS else name[:40]
