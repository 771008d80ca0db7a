"""The verbs of the local socket: decode the arguments, call one thing, return its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from field_app.acts import Acts
from field_app.beacon import Beacon
from field_app.capture.recorder import Recorder
from field_app.departure import Departures
from field_app.device.identity import Identity
from field_app.ending import Endings
from field_app.keys import Keys
from field_app.local_api.acts import MemoTaken, PhotoArgs, PhotoTaken, StepArgs
from field_app.local_api.outbox import OutboxItem
from field_app.local_api.recording import (
    FootageByArgs,
    KeyArgs,
    KeyDone,
    StartArgs,
    StartCrewArgs,
    StopArgs,
)
from field_app.local_api.safety import CloseSosArgs, GuardArgs, RaiseSosArgs, SetPinArgs, UnlockArgs
from field_app.local_api.status import AcknowledgeArgs, EnrolArgs, Status
from field_app.local_api.talk import HearingArgs
from field_app.local_api.tether import BeCarriedArgs, CarryArgs
from field_app.local_api.verbs import VERBS
from field_app.opening import Openings
from field_app.overview import Overview
from field_app.papers.scene import Papers
from field_app.second import SecondOfficer
from field_app.spool.spool import Spool
from field_app.sync.acks import REVOKED
from field_app.sync.centre import enrol
from field_app.sync.uplink import Uplink
from field_app.talk.memo import Memo
from field_app.version import APP
from schemas.field_api import OperationBrief
from schemas.problems import Kind, MzError
from schemas.records import SosCause, Step
from schemas.time import now_ms

Table = dict[str, Callable[..., Any]]
"""Verbs by their names, and what each calls."""


class Verbs:
    """What a driver may ask of the service."""

    def __init__(
        self,
        identity: Identity,
        spool: Spool,
        recorder: Recorder,
        overview: Overview,
        acts: Acts,
        papers: Papers,
        memo: Memo,
        uplink: Uplink,
        beacon: Beacon,
        keys: Keys,
        endings: Endings,
        departures: Departures,
        openings: Openings,
        second: SecondOfficer,
        shutdown: Callable[[], None],
        at_step: Callable[[StepArgs], None],
    ) -> None:
        """at_step: hears of each step of the crew that was kept."""
        self._identity, self._spool, self._recorder = identity, spool, recorder
        self._overview, self._acts, self._uplink = overview, acts, uplink
        self._beacon, self._keys, self._at_step = beacon, keys, at_step
        self._acts_by_verb: Table = {
            **self._of_recording(),
            **self._of_records(memo),
            **self._of_papers(papers),
            **self._of_safety(),
            **self._of_second(second),
            **self._of_visit(endings, departures, openings),
            **self._of_centre(),
            "shutdown": shutdown,
        }

    def _of_recording(self) -> Table:
        return {
            "status": self._overview.status,
            "start": self._start,
            "stop": self._stop,
            "arm": self._arm,
            "disarm": self._disarm,
            "start_crew": self._start_crew,
            "key": self._key,
            "assign": lambda args: self._queued(self._acts.assign(args)),
            "begin_private": lambda args: self._closed(self._acts.begin_private(args)),
            "end_private": lambda: self._closed(self._acts.end_private()),
        }

    def _of_records(self, memo: Memo) -> Table:
        acts, drafts = self._acts, self._spool.drafts
        return {
            "step": self._step,
            "photo": self._photo,
            "begin_memo": memo.begin,
            "end_memo": lambda: self._taken(acts.memo(memo.end())),
            "save_measure": lambda args: self._queued(acts.save_measure(args)),
            "stood_beside": lambda args: self._queued(acts.stood_beside(args)),
            "marker": lambda args: self._queued(acts.marker(args)),
            "fault_note": lambda args: self._queued(acts.fault_note(args)),
            "recorder_reason": lambda args: self._queued(acts.recorder_reason(args)),
            "keep_draft": drafts.keep,
            "drop_draft": lambda args: drafts.drop(args.name),
            "drafts": drafts.all,
        }

    def _of_papers(self, papers: Papers) -> Table:
        return {
            "typeset": papers.typeset,
            "sign": papers.sign,
            "sign_on_paper": papers.sign_on_paper,
            "read_aloud": papers.read_aloud,
            "stop_reading": papers.stop_reading,
            "printers": papers.printers,
            "print": papers.print,
        }

    def _of_safety(self) -> Table:
        return {
            "plan_silence": lambda args: self._queued(self._acts.plan_silence(args)),
            "end_silence": lambda: self._queued(self._acts.end_silence()),
            "raise_sos": self._raise_sos,
            "cancel_sos": self._cancel_sos,
            "close_sos": self._close_sos,
            "guard": self._guard,
            "set_pin": self._set_pin,
            "unlock": self._unlock,
        }

    def _of_second(self, second: SecondOfficer) -> Table:
        return {
            "enrol_second": second.enrol,
            "seconds": second.here,
            "confirm_second": lambda args: self._queued(second.confirm(args)),
            "leave_second": second.leave,
        }

    def _of_visit(self, endings: Endings, departures: Departures, openings: Openings) -> Table:
        return {
            "colleagues": openings.colleagues,
            "open_operation": lambda args: self._opened(openings.open(args)),
            "check_departure": departures.begin,
            "ending": lambda args: endings.read(args.operation),
            "state_value": endings.state,
            "confirm_value": lambda args: self._queued(endings.confirm(args)),
        }

    def _of_centre(self) -> Table:
        outbox, talk = self._spool.outbox, self._uplink.talk
        return {
            "enrol": self._enrol,
            "contact": self._contact,
            "acknowledge": self._acknowledge,
            "talk_press": talk.press,
            "talk_hold": talk.hold,
            "talk_release": talk.release,
            "hearing": self._hearing,
            "outbox": lambda args: outbox.items(args.kind, args.limit),
            "outbox_groups": outbox.groups,
            "send_again": lambda args: self._queued(outbox.send_again(args.item)),
            "send_as_new": lambda args: self._queued(self._acts.send_as_new(args)),
            "footage_by": self._footage_by,
            "carry": self._carry,
            "be_carried": self._be_carried,
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
        self._at_step(args)
        return item

    def _photo(self, args: PhotoArgs) -> PhotoTaken:
        taken = self._acts.photo(args)
        self._uplink.outbox.wake()
        return taken

    def _taken(self, taken: MemoTaken) -> MemoTaken:
        self._uplink.outbox.wake()
        return taken

    def _queued(self, item: OutboxItem) -> OutboxItem:
        self._uplink.outbox.wake()
        return item

    def _opened(self, brief: OperationBrief) -> OperationBrief:
        self._at_step(StepArgs(brief.operation, Step.ON_SCENE))
        self._uplink.outbox.wake()
        return brief

    def _closed(self, item: OutboxItem) -> OutboxItem:
        self._uplink.talk.privacy_changed()
        return self._queued(item)

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

    def _unlock(self, args: UnlockArgs) -> None:
        self._beacon.unlock(args.pin)

    def _key(self, args: KeyArgs) -> KeyDone:
        self._require_key()
        done = self._keys.obey(args)
        self._uplink.outbox.wake()
        return done

    def _footage_by(self, args: FootageByArgs) -> Status:
        self._uplink.policy.choose(args.by)
        self._uplink.archive.wake()
        return self._overview.status()

    def _carry(self, args: CarryArgs) -> Status:
        self._identity.court()
        self._uplink.carry(args.port)
        return self._overview.status()

    def _be_carried(self, args: BeCarriedArgs) -> Status:
        self._identity.court()
        self._uplink.be_carried(args.carrier)
        return self._overview.status()

    def _hearing(self, args: HearingArgs) -> Status:
        self._uplink.talk.choose(args.route)
        return self._overview.status()

    def _acknowledge(self, args: AcknowledgeArgs) -> None:
        self._spool.orders.answer(args.order, args.state, now_ms())
        self._uplink.orders.wake()
