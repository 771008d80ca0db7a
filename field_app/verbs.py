"""The verbs of the local socket: decode the arguments, call one thing, return its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from field_app.acts import Acts
from field_app.beacon import Beacon
from field_app.capture.recorder import Recorder
from field_app.device.identity import Identity
from field_app.local_api import (
    VERBS,
    AcknowledgeArgs,
    CloseSosArgs,
    EnrolArgs,
    GuardArgs,
    HearingArgs,
    MeasureArgs,
    OutboxItem,
    PhotoTaken,
    RaiseSosArgs,
    SetPinArgs,
    StartArgs,
    StartCrewArgs,
    Status,
    StepArgs,
    StopArgs,
)
from field_app.overview import Overview
from field_app.spool.spool import Spool
from field_app.sync.acks import REVOKED
from field_app.sync.centre import enrol
from field_app.sync.uplink import Uplink
from field_app.version import APP
from schemas.problems import Kind, MzError
from schemas.records import SosCause, Step
from schemas.time import now_ms


class Verbs:
    """What a driver may ask of the service."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        recorder: Recorder,
        overview: Overview,
        acts: Acts,
        uplink: Uplink,
        beacon: Beacon,
        shutdown: Callable[[], None],
        at_step: Callable[[Step], None],
    ) -> None:
        """at_step: hears of each step of the crew that was kept."""
        self._identity, self._spool, self._recorder = identity, spool, recorder
        self._overview, self._acts, self._uplink = overview, acts, uplink
        self._beacon, self._at_step = beacon, at_step
        self._acts_by_verb: dict[str, Callable[..., Any]] = {
            "status": overview.status,
            "enrol": self._enrol,
            "contact": self._contact,
            "start": self._start,
            "stop": self._stop,
            "arm": self._arm,
            "disarm": self._disarm,
            "step": self._step,
            "photo": self._photo,
            "save_measure": self._save_measure,
            "typeset": acts.typeset,
            "sign": acts.sign,
            "stood_beside": lambda args: self._queued(acts.stood_beside(args)),
            "keep_draft": spool.drafts.keep,
            "drop_draft": lambda args: spool.drafts.drop(args.name),
            "drafts": spool.drafts.all,
            "marker": lambda args: self._queued(acts.marker(args)),
            "fault_note": lambda args: self._queued(acts.fault_note(args)),
            "recorder_reason": lambda args: self._queued(acts.recorder_reason(args)),
            "start_crew": self._start_crew,
            "begin_private": lambda args: self._queued(acts.begin_private(args)),
            "end_private": lambda: self._queued(acts.end_private()),
            "plan_silence": lambda args: self._queued(acts.plan_silence(args)),
            "end_silence": lambda: self._queued(acts.end_silence()),
            "raise_sos": self._raise_sos,
            "cancel_sos": self._cancel_sos,
            "close_sos": self._close_sos,
            "guard": self._guard,
            "set_pin": self._set_pin,
            "acknowledge": self._acknowledge,
            "talk_press": uplink.talk.press,
            "talk_hold": uplink.talk.hold,
            "talk_release": uplink.talk.release,
            "hearing": self._hearing,
            "outbox": spool.outbox.items,
            "shutdown": shutdown,
        }

    def handle(self, verb: str, raw: dict[str, Any]) -> Any:
        """Do a verb; `verb.unknown`, `message.malformed`, or the verb's own codes."""
        if verb not in self._acts_by_verb:
            raise MzError("verb.unknown", Kind.INVALID, verb[:40])
        model = VERBS[verb]
        if model is None and raw:
            raise MzError("message.malformed", Kind.INVALID, f"{verb} takes no arguments")
        try:
            args = msgspec.convert(raw, model) if model else None
        except msgspec.ValidationError as error:
            raise MzError("message.malformed", Kind.INVALID, str(error)[:200]) from error
        act = self._acts_by_verb[verb]
        return act(args) if model else act()

    def _enrol(self, args: EnrolArgs) -> Status:
        if self._identity.enrolment is not None:
            raise MzError("device.already_enrolled", Kind.CONFLICT, self._identity.device)
        answer = enrol(args.centre_url, self._identity.ask(args.code, args.name, APP))
        self._identity.keep(args.centre_url, args.name, answer)
        self._contact_if_reachable()
        return self._overview.status()

    def _contact_if_reachable(self) -> None:
        """Enrolment stands even if the first contact fails; the contact thread tries again."""
        try:
            self._uplink.contact.now()
        except MzError:
            self._uplink.contact.renew()

    def _contact(self) -> Status:
        self._uplink.contact.now()
        return self._overview.status()

    def _arm(self) -> Status:
        self._require_key()
        self._recorder.arm()
        return self._overview.status()

    def _disarm(self) -> Status:
        self._recorder.disarm()
        return self._overview.status()

    def _require_key(self) -> None:
        if self._uplink.is_revoked():
            raise MzError(REVOKED, Kind.REFUSED, self._identity.device)

    def _start(self, args: StartArgs) -> Status:
        self._require_key()
        self._uplink.acks.alarm = ""
        self._recorder.start(args.operation, "started")
        return self._overview.status()

    def _start_crew(self, args: StartCrewArgs) -> OutboxItem:
        item = self._queued(self._acts.start_crew(args))
        if self._recorder.recording is None:
            self._start(StartArgs(args.operation))
        return item

    def _stop(self, args: StopArgs) -> Status:
        if not args.reason.strip():
            raise MzError("recording.no_reason", Kind.INVALID, "a stop needs its reason")
        self._recorder.stop(args.reason)
        self._uplink.archive.wake()
        return self._overview.status()

    def _step(self, args: StepArgs) -> OutboxItem:
        item = self._queued(self._acts.step(args))
        self._at_step(args.step)
        return item

    def _photo(self) -> PhotoTaken:
        taken = self._acts.photo()
        self._uplink.outbox.wake()
        return taken

    def _save_measure(self, args: MeasureArgs) -> OutboxItem:
        return self._queued(self._acts.save_measure(args))

    def _queued(self, item: OutboxItem) -> OutboxItem:
        self._uplink.outbox.wake()
        return item

    def _raise_sos(self, args: RaiseSosArgs) -> Status:
        self._beacon.raise_(SosCause(args.cause))
        return self._overview.status()

    def _cancel_sos(self) -> Status:
        self._beacon.cancel()
        return self._overview.status()

    def _close_sos(self, args: CloseSosArgs) -> Status:
        self._beacon.close(args.pin)
        return self._overview.status()

    def _guard(self, args: GuardArgs) -> Status:
        self._beacon.guard(args.minutes)
        return self._overview.status()

    def _set_pin(self, args: SetPinArgs) -> Status:
        self._beacon.set_pin(args.pin, args.duress, args.former)
        return self._overview.status()

    def _hearing(self, args: HearingArgs) -> Status:
        self._uplink.talk.choose(args.route)
        return self._overview.status()

    def _acknowledge(self, args: AcknowledgeArgs) -> None:
        self._spool.orders.answer(args.order, args.state, now_ms())
        self._uplink.orders.wake()
