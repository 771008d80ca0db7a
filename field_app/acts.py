"""What the officer does, made into signed records: a step, a measure, a photo, a marker, a note."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from sqlite3 import Connection

import msgspec

from field_app.awaited import Awaited
from field_app.capture.privacy import Privacy
from field_app.capture.recorder import Recorder
from field_app.device.identity import Identity
from field_app.device.machine import battery_percent, boot, temperature_c
from field_app.device.place import PlaceSource
from field_app.local_api.acts import (
    FaultNoteArgs,
    MarkerArgs,
    MeasureArgs,
    MemoTaken,
    PhotoArgs,
    PhotoTaken,
    RecorderReasonArgs,
    StepArgs,
    StoodBesideArgs,
)
from field_app.local_api.outbox import OutboxItem, OutboxItemArgs
from field_app.local_api.recording import AssignArgs, BeginPrivateArgs, StartCrewArgs
from field_app.local_api.safety import PlanSilenceArgs
from field_app.spool.outbox import ItemKind, NewRecord
from field_app.spool.spool import Spool
from field_app.steps import tells, title_of
from field_app.sync.session import Session
from field_app.sync.silence import Silence, SilentNow
from field_app.version import APP
from schemas import crash, exhibits, to_centre
from schemas.field_api import OperationBrief
from schemas.ids import id_bytes, new_id
from schemas.measures.forms import FORMS, takes_cash
from schemas.measures.people import attendee_word
from schemas.measures.served import served_of
from schemas.opened import OperationOpened
from schemas.problems import Kind, MzError
from schemas.recording_notes import (
    CrewStart,
    DepartureCheck,
    DeviceData,
    FaultNote,
    Noticed,
    PrivateInterval,
    RecorderReason,
    RecordingAssigned,
)
from schemas.records import (
    FIELD_RECORD,
    Body,
    ExhibitRef,
    FieldAct,
    FieldRecord,
    IntegrityValue,
    Marker,
    MarkerKind,
    OperationStep,
    SignedHow,
    Sos,
    Step,
    StoodBeside,
)
from schemas.second import ConfirmedHere
from schemas.sign import Envelope, decode, decode_payload, sha256_hex, sign_envelope
from schemas.time import mono_ms, now_ms


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
        awaited: Awaited,
    ) -> None:
        self._identity, self._spool, self._session = identity, spool, session
        self._recorder, self._place = recorder, place
        self._privacy, self._silence, self._awaited = privacy, silence, awaited
        self._started_ms, self._stepping = now_ms(), threading.Lock()

    def photo(self, args: PhotoArgs) -> PhotoTaken:
        """Keep a still of the running camera as an exhibit; `photo.no_picture`.

        It is private if its picture is, or if an interval runs now.
        """
        still, at_ms = self._recorder.gop.still(), now_ms()
        private = self._privacy.interval() or still.private
        kind, title = (ItemKind.PAGE, "签名页") if args.page else (ItemKind.PHOTO, "照片")
        self._spool.outbox.put_exhibit(still.data, title, at_ms, kind, private)
        return PhotoTaken(sha256_hex(still.data), len(still.data), at_ms)

    def memo(self, data: bytes) -> MemoTaken:
        """Keep what was said about a thing; private while an interval runs."""
        private = self._privacy.interval()
        self._spool.outbox.put_exhibit(data, "语音备忘", now_ms(), ItemKind.MEMO, private)
        return MemoTaken(sha256_hex(data), len(data))

    def step(self, args: StepArgs) -> OutboxItem:
        """Keep a step of the crew; one that is kept already stays as it is, and nothing is added;
        `operation.unknown`."""
        return self._keep_step(args.operation, OperationStep(args.step, now_ms()))

    def opened(self, brief: OperationBrief, body: OperationOpened) -> OutboxItem:
        """Keep an operation that the officer opened, the record that says so and his arrival, all
        or none."""
        operation, case = brief.operation, brief.case
        arrival = OperationStep(Step.ON_SCENE, body.opened_ms)
        records = [
            self._sign(operation, body, ItemKind.NOTE, "开立计划外行动", case=case),
            self._sign(operation, arrival, ItemKind.STEP, title_of(arrival), case=case),
        ]
        with self._session.opening(brief) as beside:
            return self._put(records, beside)

    def arrived(self, operation: str, at_ms: int, record: str) -> None:
        """Keep an arrival that no officer reported, marked so; after his word it adds nothing."""
        self._keep_step(operation, OperationStep(Step.ON_SCENE, at_ms, by_position=True), record)

    def _keep_step(self, operation: str, body: OperationStep, record: str = "") -> OutboxItem:
        with self._stepping:
            for kept in self._spool.outbox.records(operation, ItemKind.STEP):
                if tells(kept.record, body.step):
                    return self._spool.outbox.item(kept.record.record)
            title = title_of(body)
            return self._put([self._sign(operation, body, ItemKind.STEP, title, record=record)])

    def save_measure(self, args: MeasureArgs) -> OutboxItem:
        """Keep a measure or another act with the exhibits it names; again, with the same id, it
        changes nothing.

        Errors: `operation.unknown`, `exhibit.unknown`, `id.malformed`, `cash.second_missing`.
        """
        self._require_two_for_cash(args)
        record = args.record or new_id()

        def signed() -> list[NewRecord]:
            act = self._sign(
                args.operation, self._with_secrets(args, record), ItemKind.MEASURE,
                _title(args.body), args.second_officer, record=record, papers=args.papers,
            )  # fmt: skip
            return [act, *self._refusals(args)]

        return self._put_form(record, args.draft, signed)

    def _with_secrets(self, args: MeasureArgs, record: str) -> FieldAct:
        """Return the act with its whole numbers, encrypted to the centre if it told its key."""
        public = self._session.secrets_key()
        if public is None or not args.secrets:
            return args.body
        kept = {
            f"{to_centre.PREFIX}{name}": to_centre.encrypt(number, public, record, name)
            for name, number in args.secrets.items()
        }
        return msgspec.structs.replace(args.body, facts={**args.body.facts, **kept})

    def _require_two_for_cash(self, args: MeasureArgs) -> None:
        officer = self._identity.officer.officer
        if takes_cash(args.body.facts) and args.second_officer in (None, "", officer):
            raise MzError("cash.second_missing", Kind.REFUSED)

    def _refusals(self, args: MeasureArgs) -> list[NewRecord]:
        """Mark the moment, for a refusal is found again in the footage: to assist, to open, to
        sign."""
        form, facts = FORMS.get(args.body.form), args.body.facts
        told = []
        if form is not None and form.refusal:
            told.append(facts.get("refusal", "") or facts.get("refused_why", ""))
        told += [
            f"{attendee_word(one.kind)}拒绝签名：{one.refusal_reason}"
            for one in args.body.attendees
            if one.attended and one.signed is SignedHow.REFUSED
        ]
        if not told:
            return []
        body = Marker(now_ms(), MarkerKind.OBSTRUCTION, "；".join(told)[:200])
        return [self._sign(args.operation, body, ItemKind.MARKER, "标记")]

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
        """Keep the explanation of a failure with what this device reads of itself; again, with the
        same id, it changes nothing.

        Errors: `operation.unknown`, `fault.no_interval`, `id.malformed`. Whether the officer
        presides is for the centre and the verifier to judge.
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
        record, kind = args.record or new_id(), ItemKind.NOTE
        return self._put_form(
            record, args.draft,
            lambda: [self._sign(args.operation, body, kind, "故障说明", record=record)],
        )  # fmt: skip

    def recorder_reason(self, args: RecorderReasonArgs) -> OutboxItem:
        """Keep why fewer than two recorders run; `operation.unknown`."""
        body = RecorderReason(args.text.strip())
        return self._keep(args.operation, body, ItemKind.NOTE, "记录仪不足两台的说明")

    def start_crew(self, args: StartCrewArgs) -> OutboxItem:
        """Keep that the whole crew is to record; `operation.unknown`."""
        return self._keep(args.operation, CrewStart(now_ms()), ItemKind.NOTE, "全组开始录制")

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

    def assign(self, args: AssignArgs) -> OutboxItem:
        """Keep that a recording which was begun first belongs to an operation.

        Errors: `recording.unknown`, `recording.already_assigned`, `operation.unknown`.
        """
        self._spool.assigned.require_none(args.recording)
        opening = self._spool.footage.recording(args.recording).opening
        body = RecordingAssigned(args.recording, opening.opened_wall_ms)
        item = self._keep(args.operation, body, ItemKind.NOTE, "录制归入行动")
        self._spool.assigned.keep(args.recording, args.operation)
        return item

    def confirmed_here(
        self, operation: str, case: str, body: ConfirmedHere, act: str
    ) -> OutboxItem:
        """Keep that the second officer signed an act with his own key on this device."""
        title = "第二名执行人员确认在场"
        return self._put(
            [self._sign(operation, body, ItemKind.NOTE, title, case=case)],
            partial(self._awaited.drop_in, record=act),
        )

    def departure(self, operation: str, body: DepartureCheck) -> OutboxItem:
        """Keep what the device found when it tested itself; `operation.unknown`."""
        return self._keep(operation, body, ItemKind.NOTE, "出发前自检")

    def integrity(
        self,
        operation: str,
        body: IntegrityValue,
        code: str,
        beside: Callable[[Connection], None],
    ) -> OutboxItem:
        """Keep that people signed an integrity value, and what is written `beside` it;
        `operation.unknown`, `exhibit.unknown`."""
        title = f"完整性校验值 {code}"
        return self._put([self._sign(operation, body, ItemKind.NOTE, title)], beside)

    def noticed(self, operation: str, body: Noticed) -> OutboxItem:
        """Keep what the device noticed by itself; `operation.unknown`."""
        return self._keep(operation, body, ItemKind.NOTE, "设备自动提示")

    def require_enrolled(self) -> None:
        """Raise `device.not_enrolled` unless this device may sign for an officer."""
        self._identity.court()

    def sos(self, operation: str, case: str, body: Sos) -> OutboxItem:
        """Keep an alarm, or that the officer closed it; both go before all else."""
        title = "紧急求助" if body.closed_ms is None else "紧急求助：本人解除"
        return self._keep(operation, body, ItemKind.SOS, title, case=case)

    def send_as_new(self, args: OutboxItemArgs) -> OutboxItem:
        """Keep a record that the centre refused as a conflict once more, under a new id: what it
        says is the same, and what the centre holds under the old id stands too.

        Errors: `outbox.unknown`, `outbox.not_refused`, `outbox.no_conflict`.
        """
        item = self._spool.outbox.item(args.item)
        if item.problem != "record.conflict":
            raise MzError("outbox.no_conflict", Kind.CONFLICT, item.problem)
        envelope = decode(self._spool.outbox.body(item.item), Envelope)
        record = decode_payload(envelope, FIELD_RECORD, FieldRecord)
        again = msgspec.json.encode(msgspec.structs.replace(record, record=new_id()))
        signed = sign_envelope(self._identity.signer, FIELD_RECORD, again)
        new = NewRecord(signed, ItemKind(item.kind), item.title, item.made_ms)

        def sign_anew(db: Connection) -> None:
            self._awaited.drop_in(db, item.item)
            self._awaited.note_in(db, new)

        return self._spool.outbox.put_instead(item.item, new, sign_anew)

    def _keep_silence(self, now: SilentNow) -> OutboxItem:
        return self._keep(now.operation, now.plan, ItemKind.NOTE, "计划静默", case=now.case)

    def _keep(
        self, operation: str, body: Body, kind: ItemKind, title: str, case: str | None = None
    ) -> OutboxItem:
        return self._put([self._sign(operation, body, kind, title, case=case)])

    def _put_form(
        self, record: str, draft: str, signed: Callable[[], list[NewRecord]]
    ) -> OutboxItem:
        """Keep the records of a form and drop its draft, both or neither; a form that is kept
        under this id already stays as it is."""
        id_bytes(record)
        drop = partial(self._spool.drafts.drop_in, name=draft)
        if not self._spool.outbox.has(record):
            return self._put(signed(), drop)
        self._spool.drafts.drop(draft)
        return self._spool.outbox.item(record)

    def _put(
        self, records: Sequence[NewRecord], beside: Callable[[Connection], None] | None = None
    ) -> OutboxItem:
        def also(db: Connection) -> None:
            for one in records:
                self._awaited.note_in(db, one)
            if beside is not None:
                beside(db)

        item = self._spool.outbox.put_records(records, also)
        crash.point("field.after_record_kept")
        return item

    def _sign(
        self,
        operation: str,
        body: Body,
        kind: ItemKind,
        title: str,
        second: str | None = None,
        case: str | None = None,
        record: str = "",
        papers: Sequence[str] = (),
    ) -> NewRecord:
        """case: for an operation that may no longer be one of the day; None: the session knows."""
        at_ms = now_ms()
        message = FieldRecord(
            record=record or new_id(), device=self._identity.device,
            officer=self._identity.officer.officer,
            operation=operation,
            case=self._session.operation(operation).case if case is None else case,
            recorded_wall_ms=at_ms, recorded_mono_ms=mono_ms(), boot=boot(), app=APP, body=body,
            second_officer=second, place=self._place.now(), footage=self._recorder.at(),
            exhibits=self._exhibits(body, papers),
        )  # fmt: skip
        envelope = sign_envelope(self._identity.signer, FIELD_RECORD, msgspec.json.encode(message))
        return NewRecord(envelope, kind, title, at_ms)

    def _exhibits(self, body: Body, papers: Sequence[str]) -> list[ExhibitRef]:
        """Return what an act names by digest, each once, with the kind and size kept here."""
        digests = dict.fromkeys([*papers, *exhibits.named(body)])
        return [self._spool.outbox.exhibit_ref(sha256) for sha256 in digests]


def _title(body: FieldAct) -> str:
    name = FORMS[body.form].zh if body.form in FORMS else body.form[:40]
    rows = len(body.items) or len(served_of(body))
    return f"{name} {rows} 项" if rows else name
