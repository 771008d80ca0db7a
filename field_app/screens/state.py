"""What every screen binds to, and the one function that each action calls.

Results come back from the service on Kivy's clock; no function here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast

import msgspec
from kivy.event import EventDispatcher
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)

from field_app.local_api import (
    Draft,
    OutboxItem,
    OutboxState,
    PhotoTaken,
    RecordingStatus,
    Signed,
    Status,
    TalkStatus,
    Typeset,
)
from field_app.theme.sign_pad import Drawn
from field_app.window.act import ActDraft, AnyDraft, kept, restored, take_paper, to_write
from field_app.window.fault import FaultDraft
from field_app.window.frames import Frame
from field_app.window.seizure import AttendeeDraft, SeizureDraft
from field_app.window.steps import later
from field_app.window.words import tr, tr_problem
from schemas.field_api import OperationBrief, OrderAct, OrderOut, OrderState
from schemas.measures.forms import FORMS
from schemas.problems import MzError
from schemas.records import FieldAct, FootageAt, SeizeMovables, SignedHow, Step
from schemas.stream import Route
from schemas.time import now_ms

_JUST_NOW_MS = 30_000


class Caller(Protocol):
    """The road to the service (`field_app.window.link.ServiceLink`)."""

    def call(
        self,
        verb: str,
        done: Callable[[Any], None],
        failed: Callable[[MzError], None],
        **args: Any,
    ) -> None: ...


def _nothing(_result: Any) -> None:
    """The next status tells what changed."""


class State(EventDispatcher):
    """The newest facts of the service and what is half done in the window."""

    status = ObjectProperty(None, allownone=True)
    attached = BooleanProperty(False)
    outbox = ListProperty([])
    now_ms = NumericProperty(0)
    frame = ObjectProperty(None, allownone=True)
    operation_id = StringProperty("")
    toast = StringProperty("")
    toast_bad = BooleanProperty(False)
    busy = BooleanProperty(False)

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = now_ms()
        self.drafts: dict[str, AnyDraft] = {}
        self._kept: dict[str, str] | None = None
        self.notes: dict[str, FaultDraft] = {}
        self.photos: dict[str, Frame] = {}
        self._steps: dict[str, str] = {}
        self._caller: Caller | None = None

    def attach(self, caller: Caller) -> None:
        """Give the road to the service."""
        self._caller = caller

    # Facts

    def take_status(self, status: Status) -> None:
        """Show a new status; ask for the outbox again when it changed."""
        before = self.status
        self.status = status
        if status.recording is None:
            self.frame = None
        elif before is not None and before.recording is None:
            self._say_who_started(status)
        if before is not None:
            self._tell_talk(before.talk, status.talk)
        if before is None:
            self._read_drafts()
        if before is None or before.outbox_waiting != status.outbox_waiting:
            self.read_outbox()

    def _say_who_started(self, status: Status) -> None:
        """Tell the officer if another one of the crew started this device."""
        for order in status.orders:
            same = status.recording is not None and order.operation == status.recording.operation
            if same and order.act is OrderAct.RECORD and self.now_ms - order.sent_ms < _JUST_NOW_MS:
                self.say(tr("crew.started_by", name=order.sender))
                return

    def _tell_talk(self, before: TalkStatus, talk: TalkStatus) -> None:
        """Say once why a burst failed or was cut short."""
        if talk.problem and (before.burst, before.problem) != (talk.burst, talk.problem):
            self.say(tr_problem(talk.problem), bad=True)

    def operation(self, wanted: str = "") -> OperationBrief | None:
        """Return an operation by id: the one wanted, chosen, recorded, or else the first."""
        if self.status is None or not self.status.operations:
            return None
        by_id = {one.operation: one for one in self.status.operations}
        recorded = self.recording.operation if self.recording else None
        for one in (wanted, recorded, self.operation_id):
            if one and one in by_id:
                return by_id[one]
        return None if wanted else self.status.operations[0]

    def step_of(self, operation: OperationBrief) -> str:
        """Return the furthest state known: the centre's or what was reported here since."""
        return later(operation.state, self._steps.get(operation.operation, ""))

    @property
    def recording(self) -> RecordingStatus | None:
        """The recording that runs, if one does."""
        running = self.status.recording if self.status else None
        return running if running is not None and not running.ended else None

    @property
    def offline(self) -> bool:
        """Tell whether the centre is out of reach for an enrolled device."""
        return bool(self.status and self.status.enrolled and self.status.link == "lost")

    def open_orders(self) -> list[OrderOut]:
        """Return the orders not yet done, newest first."""
        orders = self.status.orders if self.status else []
        waiting = [order for order in orders if order.state is not OrderState.DONE]
        return sorted(waiting, key=lambda order: order.seq, reverse=True)

    def footage_now(self) -> FootageAt | None:
        """Return the moment of the running recording, to tie a thing to the footage."""
        running = self.recording
        if running is None or running.recorded <= 0:
            return None
        return FootageAt(running.recording, running.recorded - 1, now_ms())

    def draft_for(self, operation: OperationBrief) -> SeizureDraft:
        """Return the form of an operation for 扣押 of movables, begun on first use."""
        begun = SeizureDraft(operation.operation, now_ms(), operation.address)
        return cast(SeizureDraft, self.drafts.setdefault(begun.name, begun))

    def act_for(self, operation: OperationBrief, form: str) -> ActDraft:
        """Return an operation's form of an act, begun on first use."""
        begun = ActDraft(
            form, operation.operation, now_ms(), FORMS[form].version, operation.address
        )
        return cast(ActDraft, self.drafts.setdefault(begun.name, begun))

    def drop_draft(self, draft: AnyDraft) -> None:
        """Give a form up."""
        self._forget(draft)
        self._call("drop_draft", _nothing, name=draft.name)

    def keep_drafts(self) -> None:
        """Let the service keep what was typed since it was kept last: no kill loses it."""
        if self._kept is None:
            return
        for name, draft in self.drafts.items():
            text = kept(draft)
            if self._kept.get(name) != text:
                self._kept[name] = text
                failed = partial(self._not_kept, name)
                self._call("keep_draft", _nothing, failed, name=name, text=text)

    def _not_kept(self, name: str, error: MzError) -> None:
        """Try again at the next tick; a service that is away has its own banner."""
        if self._kept is not None and error.code == "service.unreachable":
            self._kept.pop(name, None)
        else:
            self._refused(error)

    def _read_drafts(self) -> None:
        """Ask for the forms that were half filled when the window was last open."""

        def done(result: Any) -> None:
            found = msgspec.convert(result, list[Draft])
            self._kept = {one.name: one.text for one in found}
            for one in found:
                draft = restored(one)
                if draft is not None:
                    self.drafts.setdefault(one.name, draft)

        self._call("drafts", done, _nothing)

    def _forget(self, draft: AnyDraft) -> None:
        self.drafts.pop(draft.name, None)
        if self._kept is not None:
            self._kept.pop(draft.name, None)

    def note_for(self, operation: OperationBrief) -> FaultDraft:
        """Return the fault note of an operation, begun on first use."""
        key = operation.operation
        return self.notes.setdefault(key, FaultDraft(operation=key))

    # Actions

    def enrol(
        self, centre_url: str, code: str, name: str, failed: Callable[[MzError], None]
    ) -> None:
        """Make this device known to the centre."""
        self.busy = True

        def done(_result: Any) -> None:
            self.busy = False

        def refused(error: MzError) -> None:
            self.busy = False
            failed(error)

        self._call("enrol", done, refused, centre_url=centre_url, code=code, name=name)

    def start(self) -> None:
        """Begin to record for the chosen operation, or unassigned when there is none."""
        operation = self.operation()
        self._call("start", _nothing, operation=operation.operation if operation else None)

    def start_crew(self, operation: str) -> None:
        """Begin to record, and let the devices of the whole crew begin."""

        def done(_result: Any) -> None:
            self.say(tr("crew.offline" if self.offline else "crew.asked"), bad=self.offline)
            self.read_outbox()

        self._call("start_crew", done, operation=operation)

    def stop(self, reason: str) -> None:
        """Stop recording for a reason."""
        self._call("stop", _nothing, reason=reason)

    def report(self, operation: str, step: Step) -> None:
        """Report a step; it shows at once and is kept until the centre has it."""

        def done(_result: Any) -> None:
            self._steps[operation] = later(step.value, self._steps.get(operation, ""))
            self.say(tr(f"step_done.{step.value}"))
            self.property("status").dispatch(self)
            self.read_outbox()

        self._call("step", done, operation=operation, step=step.value)

    def mark(self, operation: str) -> None:
        """Mark this moment of the footage; it is kept until the centre has it."""

        def done(_result: Any) -> None:
            self.say(tr("record.marker_kept"))
            self.read_outbox()

        self._call("marker", done, operation=operation)

    def photo(self, taken: Callable[[str], None]) -> None:
        """Take a still of the running camera; `taken(sha256)` when it is kept."""
        frame = self.frame

        def done(result: Any) -> None:
            still = msgspec.convert(result, PhotoTaken)
            if frame is not None:
                self.photos[still.sha256] = frame
            taken(still.sha256)

        self._call("photo", done)

    def save_measure(
        self, draft: AnyDraft, body: SeizeMovables | FieldAct, saved: Callable[[], None]
    ) -> None:
        """Sign and keep an act; `saved()` once it is on the disk of this device."""
        self.busy = True

        def done(_result: Any) -> None:
            self.busy = False
            self._forget(draft)
            self.read_outbox()
            saved()

        def failed(error: MzError) -> None:
            self.busy = False
            self._refused(error)

        self._call(
            "save_measure",
            done,
            failed,
            operation=draft.operation,
            body=msgspec.to_builtins(body),
            second_officer=draft.second_officer,
            record=draft.record,
            draft=draft.name,
            papers=[draft.paper.sha256] if draft.paper else [],
        )

    def typeset(self, draft: AnyDraft, made: Callable[[], None]) -> None:
        """Write record and list of an act as pages; `made()` when they are kept."""
        draft.finished_ms = now_ms()

        def done(result: Any) -> None:
            take_paper(draft, msgspec.convert(result, Typeset))
            made()

        self._call(
            "typeset", done, operation=draft.operation, second_officer=draft.second_officer,
            body=msgspec.to_builtins(to_write(draft, draft.finished_ms)),
        )  # fmt: skip

    def sign(
        self, draft: AnyDraft, person: AttendeeDraft, drawn: Drawn, signed: Callable[[], None]
    ) -> None:
        """Bind somebody's handwriting to the paper that he read; `signed()` when it is kept."""
        if draft.paper is None:
            return

        def done(result: Any) -> None:
            person.signature = msgspec.convert(result, Signed).sha256
            person.signed = SignedHow.SIGNED
            signed()

        self._call(
            "sign", done, paper=draft.paper.sha256, kind=person.kind, name=person.name.strip(),
            width=drawn.width, height=drawn.height, strokes=drawn.strokes,
        )  # fmt: skip

    def stand_beside(self, operation: str, from_ms: int) -> None:
        """Confirm on this officer's own device that he was there."""

        def done(_result: Any) -> None:
            self.say(tr("acts.beside_kept"))
            self.read_outbox()

        self._call("stood_beside", done, operation=operation, from_ms=from_ms)

    def explain_gap(
        self, draft: FaultDraft, interval: tuple[int, int], saved: Callable[[], None]
    ) -> None:
        """Sign and keep a fault note of this device; `saved()` once it is on its disk."""
        self.busy = True

        def done(_result: Any) -> None:
            self.busy = False
            self.notes.pop(draft.operation, None)
            self.say(tr("fault.kept"))
            self.read_outbox()
            saved()

        def failed(error: MzError) -> None:
            self.busy = False
            self._refused(error)

        self._call(
            "fault_note", done, failed, operation=draft.operation, from_ms=interval[0],
            to_ms=interval[1], cause=draft.cause, text=draft.text.strip(),
        )  # fmt: skip

    def explain_recorders(self, operation: str, text: str) -> None:
        """Sign and keep why fewer than two recorders run."""

        def done(_result: Any) -> None:
            self.say(tr("recorders.kept"))
            self.read_outbox()

        self._call("recorder_reason", done, operation=operation, text=text)

    def begin_private(self, operation: str, reason: str) -> None:
        """Close viewing while recording goes on."""

        def done(_result: Any) -> None:
            self.say(tr("private.begun"))
            self.read_outbox()

        self._call("begin_private", done, operation=operation, reason=reason)

    def end_private(self) -> None:
        """Let the picture be seen again."""

        def done(_result: Any) -> None:
            self.say(tr("private.ended"))
            self.read_outbox()

        self._call("end_private", done)

    def plan_silence(self, operation: str, minutes: int, reason: str) -> None:
        """Tell the desk that nothing may be heard of this device for so long."""

        def done(_result: Any) -> None:
            self.say(tr("silence.offline" if self.offline else "silence.told"), bad=self.offline)
            self.read_outbox()

        self._call(
            "plan_silence", done, operation=operation, minutes=minutes, reason=reason,
        )  # fmt: skip

    def end_silence(self) -> None:
        """Tell the desk that the silence is over."""
        self._call("end_silence", lambda _result: self.say(tr("silence.ended")))

    def acknowledge(self, order: str, state: OrderState) -> None:
        """Tell the centre that an order is read or done."""
        self._call("acknowledge", _nothing, order=order, state=state.value)

    def press_talk(self) -> None:
        """Ask for the floor; the next status tells whether it was given."""
        self._call("talk_press", _nothing)

    def hold_talk(self) -> None:
        """Say that the key is still held; a window that cannot say so speaks no more."""
        self._call("talk_hold", _nothing, _nothing)

    def release_talk(self) -> None:
        """Give the floor back."""
        self._call("talk_release", _nothing)

    def hear_by(self, route: Route) -> None:
        """Hear talk so from now on; the loudspeaker is the officer's consent."""
        self._call("hearing", _nothing, route=route.value)

    def raise_sos(self, cause: str = "button") -> None:
        """Call for help; it can be taken back for a few seconds."""
        self._call("raise_sos", _nothing, cause=cause)

    def cancel_sos(self) -> None:
        """Take the alarm back."""
        self._call("cancel_sos", lambda _result: self.say(tr("sos.cancelled")))

    def close_sos(self, pin: str) -> None:
        """Say by PIN that the officer is safe."""
        self._call("close_sos", lambda _result: self.say(tr("sos.closed")), pin=pin or None)

    def guard(self, minutes: int) -> None:
        """Have the alarm raised unless the officer reports again in so many minutes; 0: no more."""
        said = tr("guard.set", n=minutes) if minutes else tr("guard.ended")
        self._call("guard", lambda _result: self.say(said), minutes=minutes)

    def set_pin(self, pin: str, duress: str, former: str) -> None:
        """Set the PIN and the one under duress."""
        said = tr("pin.kept")
        self._call(
            "set_pin", lambda _result: self.say(said), pin=pin, duress=duress,
            former=former or None,
        )  # fmt: skip

    def contact(self) -> None:
        """Reach the centre now."""
        self._call("contact", lambda _result: self.say(tr("settings.contacted")))

    def read_outbox(self) -> None:
        """Ask what is on its way."""

        def done(result: Any) -> None:
            self.outbox = msgspec.convert(result, list[OutboxItem])

        self._call("outbox", done, _nothing)

    def waiting(self) -> list[OutboxItem]:
        """Return what the centre does not hold yet."""
        return [item for item in self.outbox if item.state is not OutboxState.RECEIVED]

    def say(self, text: str, bad: bool = False) -> None:
        """Tell the officer something in passing."""
        self.toast_bad = bad
        self.toast = ""
        self.toast = text

    def _refused(self, error: MzError) -> None:
        self.say(tr_problem(error.code), bad=True)

    def _call(
        self,
        verb: str,
        done: Callable[[Any], None],
        failed: Callable[[MzError], None] | None = None,
        **args: Any,
    ) -> None:
        if self._caller is not None:
            self._caller.call(verb, done, failed or self._refused, **args)
